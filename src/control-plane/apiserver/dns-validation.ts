import type { PodSpec } from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import { invalidValue, required } from './field-error.ts';
import { ipErrors } from './service-ip.ts';
import { subdomainErrors } from './validate-meta.ts';

// After k/k pkg/apis/core/validation/validation.go: validatePodDNSConfig

const maxNameservers = 3;
const maxSearches = 32;
const maxSearchLength = 2048;

/** What is wrong with the resolver that a pod asks for; `field` is the path of its dnsConfig. */
export function validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, field: string): Cause[] {
	if (!dnsConfig)
		return dnsPolicy === 'None'
			? [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')]
			: [];
	const { nameservers = [], searches = [], options = [] } = dnsConfig;
	if (dnsPolicy === 'None' && nameservers.length === 0)
		return [
			required(
				`${field}.nameservers`,
				'must provide at least one DNS nameserver when `dnsPolicy` is None',
			),
		];
	const causes: Cause[] = [];
	const limit = (name: 'nameservers' | 'searches', wrong: boolean, detail: string) => {
		if (wrong) causes.push(invalidValue(`${field}.${name}`, dnsConfig[name], detail));
	};
	limit(
		'nameservers',
		nameservers.length > maxNameservers,
		`must not have more than ${maxNameservers} nameservers`,
	);
	for (const [i, address] of nameservers.entries())
		for (const text of ipErrors(address))
			causes.push(invalidValue(`${field}.nameservers[${i}]`, address, text));
	limit(
		'searches',
		searches.length > maxSearches,
		`must not have more than ${maxSearches} search paths`,
	);
	limit(
		'searches',
		searches.join(' ').length > maxSearchLength,
		`must not have more than ${maxSearchLength} characters (including spaces) in the search list`,
	);
	for (const [i, search] of searches.entries())
		for (const text of subdomainErrors(search.replace(/\.$/, '')))
			causes.push(invalidValue(`${field}.searches[${i}]`, search, text));
	for (const [i, { name }] of options.entries())
		if (!name) causes.push(required(`${field}.options[${i}]`, 'must not be empty'));
	return causes;
}
