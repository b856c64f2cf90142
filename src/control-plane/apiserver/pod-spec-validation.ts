import type { PodSpec } from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import { validateContainers } from './container-validation.ts';
import { duplicate, invalidValue, notSupported, required } from './field-error.ts';
import { validateDnsConfig } from './dns-validation.ts';
import { asDict, asList, isDict } from './json-value.ts';
import { ipErrors } from './service-ip.ts';
import { validateScheduling } from './scheduling-validation.ts';
import {
	dnsLabelErrors,
	qualifiedNameErrors,
	subdomainErrors,
	validateLabels,
} from './validate-meta.ts';

// After k/k pkg/apis/core/validation/validation.go: ValidatePodSpec

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

/** What is wrong with a pod's spec; `field` is its path. */
export function validatePodSpec(spec: PodSpec, field: string): Cause[] {
	return [
		...validateVolumes(spec, `${field}.volumes`),
		...validateContainers(spec, field),
		...validateChoices(spec, field),
		...validateNames(spec, field),
		...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
		...validateTolerations(spec, `${field}.tolerations`),
		...validateHostAliases(spec, `${field}.hostAliases`),
		...validateScheduling(spec, field),
	];
}

function validateChoices(spec: PodSpec, field: string): Cause[] {
	const causes: Cause[] = [];
	const {
		restartPolicy,
		dnsPolicy,
		terminationGracePeriodSeconds: grace,
		activeDeadlineSeconds,
	} = spec;
	if (restartPolicy && !restartPolicies.includes(restartPolicy))
		causes.push(notSupported(`${field}.restartPolicy`, restartPolicy, restartPolicies));
	if (dnsPolicy && !dnsPolicies.includes(dnsPolicy))
		causes.push(notSupported(`${field}.dnsPolicy`, dnsPolicy, dnsPolicies));
	causes.push(...validateDnsConfig(spec, `${field}.dnsConfig`));
	if (grace !== undefined && grace < 0)
		causes.push(
			invalidValue(
				`${field}.terminationGracePeriodSeconds`,
				grace,
				'must be greater than or equal to 0',
			),
		);
	if (activeDeadlineSeconds !== undefined && activeDeadlineSeconds < 1)
		causes.push(
			invalidValue(
				`${field}.activeDeadlineSeconds`,
				activeDeadlineSeconds,
				'must be between 1 and 2147483647, inclusive',
			),
		);
	return causes;
}

function validateNames(spec: PodSpec, field: string): Cause[] {
	const check = (
		key: 'hostname' | 'subdomain' | 'serviceAccountName' | 'nodeName',
		rule: (text: string) => string[],
	) => {
		const value = spec[key];
		return value ? rule(value).map((text) => invalidValue(`${field}.${key}`, value, text)) : [];
	};
	return [
		...check('hostname', dnsLabelErrors),
		...check('subdomain', dnsLabelErrors),
		...check('serviceAccountName', subdomainErrors),
		...check('nodeName', subdomainErrors),
	];
}

function validateVolumes(spec: PodSpec, field: string): Cause[] {
	const seen = new Set<string>();
	return (spec.volumes ?? []).flatMap((volume, i) => {
		const path = `${field}[${i}]`;
		const causes: Cause[] = [];
		const { name } = volume;
		if (!name) causes.push(required(`${path}.name`));
		else
			causes.push(...dnsLabelErrors(name).map((text) => invalidValue(`${path}.name`, name, text)));
		if (name && seen.has(name)) causes.push(duplicate(`${path}.name`, name));
		seen.add(name);
		return [...causes, ...validateSource(volume as unknown as Record<string, unknown>, path)];
	});
}

function validateSource(volume: Record<string, unknown>, path: string): Cause[] {
	const sources = Object.keys(volume).filter((key) => key !== 'name');
	if (sources.length > 1)
		return sources.slice(1).map((source) => ({
			reason: 'FieldValueForbidden',
			message: 'Forbidden: may not specify more than 1 volume type',
			field: `${path}.${source}`,
		}));
	const [source = ''] = sources;
	const body = volume[source];
	if (!isDict(body)) return [];
	const needed: Record<string, string> = {
		configMap: 'name',
		secret: 'secretName',
		hostPath: 'path',
		persistentVolumeClaim: 'claimName',
	};
	const key = needed[source];
	const missing = key && !body[key] ? [required(`${path}.${source}.${key}`)] : [];
	return [
		...missing,
		...validateHostPathType(source, body.type, path),
		...validateItems(body.items, `${path}.${source}.items`),
	];
}

const hostPathTypes = [
	'',
	'BlockDevice',
	'CharDevice',
	'Directory',
	'DirectoryOrCreate',
	'File',
	'FileOrCreate',
	'Socket',
];

function validateHostPathType(source: string, type: unknown, path: string): Cause[] {
	if (source !== 'hostPath' || typeof type !== 'string' || hostPathTypes.includes(type)) return [];
	return [notSupported(`${path}.hostPath.type`, type, hostPathTypes)];
}

/** Files of a volume stay inside it. After validateLocalNonReservedPath */
function validateItems(items: unknown, field: string): Cause[] {
	return asList(items).flatMap((item, i) => {
		const { path } = asDict(item);
		const at = `${field}[${i}].path`;
		if (typeof path !== 'string' || path === '') return [required(at)];
		if (path.startsWith('/')) return [invalidValue(at, path, 'must be a relative path')];
		if (path.split('/').includes('..')) return [invalidValue(at, path, "must not contain '..'")];
		return path.startsWith('..') ? [invalidValue(at, path, "must not start with '..'")] : [];
	});
}

function validateHostAliases(spec: PodSpec, field: string): Cause[] {
	return (spec.hostAliases ?? []).flatMap(({ ip, hostnames }, i) => [
		...ipErrors(ip).map((text) => invalidValue(`${field}[${i}].ip`, ip, text)),
		...(hostnames ?? []).flatMap((name, j) =>
			subdomainErrors(name).map((text) =>
				invalidValue(`${field}[${i}].hostnames[${j}]`, name, text),
			),
		),
	]);
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateTolerations(spec: PodSpec, field: string): Cause[] {
	return (spec.tolerations ?? []).flatMap((toleration, i) => {
		const path = `${field}[${i}]`;
		const { key, operator, value, effect, tolerationSeconds } = toleration;
		const causes: Cause[] = [];
		if (key)
			causes.push(
				...qualifiedNameErrors(key).map((text) => invalidValue(`${path}.key`, key, text)),
			);
		else if (operator !== 'Exists')
			causes.push(
				invalidValue(
					`${path}.operator`,
					operator ?? '',
					'operator must be Exists when `key` is empty, which means "match all values and all keys"',
				),
			);
		if (operator && operator !== 'Exists' && operator !== 'Equal')
			causes.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
		if (operator === 'Exists' && value)
			causes.push(
				invalidValue(
					`${path}.operator`,
					{ key, operator, value },
					"value must be empty when `operator` is 'Exists'",
				),
			);
		if (effect && !effects.includes(effect))
			causes.push(notSupported(`${path}.effect`, effect, effects));
		if (tolerationSeconds !== undefined && effect !== 'NoExecute')
			causes.push(
				invalidValue(
					`${path}.effect`,
					effect ?? '',
					"effect must be 'NoExecute' when `tolerationSeconds` is set",
				),
			);
		return causes;
	});
}
