import type { Agent } from '../../api/agent.ts';
import type { PodSandboxConfig } from '../../api/engine.ts';

export type Dns = PodSandboxConfig['dns'];

/** What a `resolv.conf` says. After pkg/kubelet/network/dns/dns.go: parseResolvConf */
export function parseResolvConf(text: string): Dns {
	const dns: Dns = { nameservers: [], searches: [], options: [] };
	for (const line of text.split('\n')) {
		const [word, ...rest] = line.trim().split(/\s+/);
		if (word === 'nameserver' && rest[0]) dns.nameservers.push(rest[0]);
		else if (word === 'search') dns.searches = rest;
		else if (word === 'options') dns.options = rest;
	}
	return dns;
}

/** The node's own resolver, which pods with dnsPolicy Default share. */
export async function readNodeDns(agent: Agent): Promise<Dns> {
	const [result] = await agent.batch([{ op: 'read', path: '/etc/resolv.conf' }], {
		keepGoing: true,
	});
	return parseResolvConf(result?.ok ? new TextDecoder().decode(result.data) : '');
}
