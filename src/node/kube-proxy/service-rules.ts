import { addBaseRules } from './base-rules.ts';
import { endpointChain, serviceChains } from './chain-names.ts';
import {
	chooseEndpoints,
	endpointKey,
	type Chosen,
	type EndpointMap,
	type ProxyEndpoint,
} from './endpoints.ts';
import { append, emptyRuleSet, type RuleSet } from './rule-set.ts';
import type { ServicePort } from './service-port.ts';

/** `0.33333333349`: what the kernel makes of 1/n in steps of 2^-31. After proxier.go: computeProbability */
export function probability(n: number): string {
	return (1 / n).toFixed(10);
}

interface Writing {
	rules: RuleSet;
	port: ServicePort;
	chosen: Chosen;
	chains: ReturnType<typeof serviceChains>;
	podCidr: string;
}

function comment(text: string): string {
	return `-m comment --comment "${text}"`;
}

function match(port: ServicePort, number: number): string {
	return `-m ${port.protocol} -p ${port.protocol} --dport ${number}`;
}

/** All rules for these Services. After pkg/proxy/iptables/proxier.go: syncProxyRules */
export function proxyRules(ports: ServicePort[], endpoints: EndpointMap, podCidr: string): RuleSet {
	const rules = emptyRuleSet();
	addBaseRules(rules);
	for (const port of ports) {
		const known = endpoints.get(port.service)?.get(endpointKey(port.portName, port.protocol)) ?? [];
		const chosen = chooseEndpoints(port, known);
		const chains = serviceChains(port.name, port.protocol);
		const writing = { rules, port, chosen, chains, podCidr };
		internal(writing);
		external(writing);
		for (const endpoint of chosen.all) endpointRules(writing, endpoint);
	}
	append(
		rules.nat,
		'KUBE-SERVICES',
		`${comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain')} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`,
	);
	return rules;
}

/** Traffic to the cluster IP. */
function internal(writing: Writing): void {
	const { rules, port, chosen, chains, podCidr } = writing;
	const usable = port.internalLocal ? chosen.local : chosen.cluster;
	const to = `-d ${port.clusterIp}/32 ${match(port, port.port)}`;
	if (usable.length === 0) {
		refuse(writing, 'KUBE-SERVICES', to, port.internalLocal);
		return;
	}
	const chain = port.internalLocal ? chains.local : chains.cluster;
	append(rules.nat, 'KUBE-SERVICES', `${comment(`${port.name} cluster IP`)} ${to} -j ${chain}`);
	const masquerade = `${comment(`${port.name} cluster IP`)} ${to} ! -s ${podCidr} -j KUBE-MARK-MASQ`;
	append(rules.nat, chain, masquerade);
	balance(writing, chain, usable);
}

/** Without any endpoint the client is told at once; with some on other nodes only, a local policy drops. */
function refuse(
	{ rules, port, chosen }: Writing,
	chain: string,
	to: string,
	isLocalPolicy: boolean,
): void {
	const drops = isLocalPolicy && chosen.hasAny;
	const text = drops ? 'has no local endpoints' : 'has no endpoints';
	append(
		rules.filter,
		chain,
		`${comment(`${port.name} ${text}`)} ${to} -j ${drops ? 'DROP' : 'REJECT'}`,
	);
}

/** Traffic to node ports and external addresses. */
function external(writing: Writing): void {
	const { rules, port, chosen, chains } = writing;
	if (port.nodePort === undefined && port.externalIps.length === 0) return;
	const usable = port.externalLocal ? chosen.local : chosen.cluster;
	const nodePort = port.nodePort === undefined ? undefined : match(port, port.nodePort);
	const addresses = port.externalIps.map((ip) => `-d ${ip}/32 ${match(port, port.port)}`);
	if (usable.length === 0 && !chosen.hasAny) {
		const local = '-m addrtype --dst-type LOCAL';
		if (nodePort) refuse(writing, 'KUBE-EXTERNAL-SERVICES', `${local} ${nodePort}`, false);
		for (const to of addresses) refuse(writing, 'KUBE-EXTERNAL-SERVICES', to, false);
		return;
	}
	if (nodePort)
		append(rules.nat, 'KUBE-NODEPORTS', `${comment(port.name)} ${nodePort} -j ${chains.external}`);
	for (const to of addresses)
		append(
			rules.nat,
			'KUBE-SERVICES',
			`${comment(`${port.name} external IP`)} ${to} -j ${chains.external}`,
		);
	externalChain(writing);
}

/** After proxier.go: the external chain's three parts */
function externalChain(writing: Writing): void {
	const { rules, port, chosen, chains, podCidr } = writing;
	if (!port.externalLocal) {
		append(
			rules.nat,
			chains.external,
			`${comment(`masquerade traffic for ${port.name} external destinations`)} -j KUBE-MARK-MASQ`,
			`-j ${chains.cluster}`,
		);
		if (!rules.nat.has(chains.cluster)) balance(writing, chains.cluster, chosen.cluster);
		return;
	}
	const pods = comment(`pod traffic for ${port.name} external destinations`);
	const local = comment(`masquerade LOCAL traffic for ${port.name} external destinations`);
	const route = comment(`route LOCAL traffic for ${port.name} external destinations`);
	append(
		rules.nat,
		chains.external,
		`${pods} -s ${podCidr} -j ${chains.cluster}`,
		`${local} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`,
		`${route} -m addrtype --src-type LOCAL -j ${chains.cluster}`,
	);
	if (!rules.nat.has(chains.cluster)) balance(writing, chains.cluster, chosen.cluster);
	if (chosen.local.length === 0) {
		if (port.nodePort !== undefined)
			refuse(
				writing,
				'KUBE-EXTERNAL-SERVICES',
				`-m addrtype --dst-type LOCAL ${match(port, port.nodePort)}`,
				true,
			);
		return;
	}
	append(rules.nat, chains.external, `-j ${chains.local}`);
	if (!rules.nat.has(chains.local)) balance(writing, chains.local, chosen.local);
}

/** Sends each new connection to one of the endpoints. After proxier.go: writeServiceToEndpointRules */
function balance({ rules, port }: Writing, chain: string, endpoints: ProxyEndpoint[]): void {
	const targets = endpoints.map((endpoint) => {
		const address = `${endpoint.ip}:${endpoint.port}`;
		const name = endpointChain(port.name, port.protocol, address);
		return { name, text: comment(`${port.name} -> ${address}`) };
	});
	append(rules.nat, chain);
	if (port.affinitySeconds !== undefined)
		for (const { name, text } of targets)
			append(
				rules.nat,
				chain,
				`${text} -m recent --name ${name} --rcheck --seconds ${port.affinitySeconds} --reap -j ${name}`,
			);
	targets.forEach(({ name, text }, index) => {
		const left = targets.length - index;
		const chance = left > 1 ? ` -m statistic --mode random --probability ${probability(left)}` : '';
		append(rules.nat, chain, `${text}${chance} -j ${name}`);
	});
}

function endpointRules({ rules, port }: Writing, endpoint: ProxyEndpoint): void {
	const address = `${endpoint.ip}:${endpoint.port}`;
	const chain = endpointChain(port.name, port.protocol, address);
	const text = comment(port.name);
	const recent = port.affinitySeconds === undefined ? '' : ` -m recent --name ${chain} --set`;
	append(
		rules.nat,
		chain,
		`${text} -s ${endpoint.ip}/32 -j KUBE-MARK-MASQ`,
		`${text}${recent} -m ${port.protocol} -p ${port.protocol} -j DNAT --to-destination ${address}`,
	);
}
