import type { Agent } from '../api/agent.ts';
import type { Runs } from '../api/node.ts';
import { HttpError } from './agent/http-error.ts';
import { lookup } from './dns/lookup.ts';
import { textOf, tryOps } from './engine/kernel.ts';

const ipv4 = /^\d+(\.\d+){3}$/;
const timeoutMs = 3000;
/** The `resolv.conf` of a pod in the namespace `default`. */
const clusterDns = '10.96.0.10';
const searches = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
const ndots = 5;

/**
 * The address of a host: an address itself, a name of the node's `/etc/hosts`, or a name that the cluster's DNS knows.
 * Unlike Kubernetes: requests of the page ask the cluster's DNS as a pod would; programs of a node have no name server.
 * Throws HttpError `ENOTFOUND`.
 */
export async function hostAddress(agent: Agent, runs: Runs, host: string): Promise<string> {
	if (ipv4.test(host)) return host;
	const found =
		(await inHosts(agent, host)) ??
		(runs === 'kubernetes' ? await inCluster(agent, host) : undefined);
	if (found === undefined) throw new HttpError('ENOTFOUND', `lookup ${host}: no such host`);
	return found;
}

async function inHosts(agent: Agent, host: string): Promise<string | undefined> {
	const [hosts] = await tryOps(agent, [{ op: 'read', path: '/etc/hosts' }]);
	for (const line of textOf(hosts).split('\n')) {
		const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
		if (ipv4.test(address) && names.includes(host)) return address;
	}
	return undefined;
}

/** One name after the other, in the order of glibc. */
async function inCluster(agent: Agent, host: string): Promise<string | undefined> {
	const longer = host.endsWith('.') ? [] : searches.map((domain) => `${host}.${domain}`);
	const isLong = host.split('.').length > ndots;
	for (const name of isLong ? [host, ...longer] : [...longer, host]) {
		const found = await lookup(agent, clusterDns, name, timeoutMs).catch(() => undefined);
		if (found !== undefined) return found;
	}
	return undefined;
}
