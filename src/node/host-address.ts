import type { Agent } from '../api/agent.ts';
import type { Runs } from '../api/node.ts';
import { HttpError } from './agent/http-error.ts';
import { lookup } from './dns/lookup.ts';
import { textOf, tryOps } from './engine/kernel.ts';

const ipv4 = /^\d+(\.\d+){3}$/;
const timeoutMs = 3000;
/** What pods have in their `resolv.conf`; each node answers there. */
const clusterDns = '10.96.0.10';
const clusterDomain = '.cluster.local';

/**
 * The address of a host: an address itself, a name of the node's `/etc/hosts`, or the full name of a Service
 * (`web.default.svc.cluster.local`). Short names are for pods, as in a node's shell.
 * Unlike Kubernetes: the page asks the cluster's DNS for full names; programs of a node have no name server.
 * Throws HttpError `ENOTFOUND`.
 */
export async function hostAddress(agent: Agent, runs: Runs, host: string): Promise<string> {
	if (ipv4.test(host)) return host;
	const isFull = runs === 'kubernetes' && host.endsWith(clusterDomain);
	const found = isFull
		? await lookup(agent, clusterDns, host, timeoutMs).catch(() => undefined)
		: await inHosts(agent, host);
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
