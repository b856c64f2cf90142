import type { Agent } from '../api/agent.ts';
import type { GuestRequest, GuestResponse } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';
import { httpRequest } from './agent/http-client.ts';
import { textOf, tryOps } from './engine/kernel.ts';

const defaultTimeoutMs = 5000;

/** One real HTTP request of the guest's kernel; a request without an answer is an answer too. */
export async function guestRequest(
	agent: Agent,
	clock: Clock,
	{ url, timeoutMs = defaultTimeoutMs, headers = {} }: GuestRequest,
): Promise<GuestResponse> {
	const began = clock.now();
	try {
		const { hostname, port, path } = parse(url);
		const address = await resolve(agent, hostname);
		const target = { address, port, path, headers, timeoutMs };
		const { status, body } = await httpRequest(agent, clock, target);
		return { status, body: new TextDecoder().decode(body), took: clock.now() - began };
	} catch (error) {
		const message = (error as Error).message;
		return { status: 0, body: '', took: clock.now() - began, error: message };
	}
}

function parse(url: string): { hostname: string; port: number; path: string } {
	const { protocol, hostname, port, pathname, search } = new URL(url);
	if (protocol !== 'http:')
		throw new Error(`unsupported protocol scheme "${protocol.slice(0, -1)}"`);
	return { hostname, port: Number(port || 80), path: pathname + search };
}

const ipv4 = /^\d+(\.\d+){3}$/;

/** An address, or a name of the node's own `/etc/hosts`: a node asks no DNS server for more. */
async function resolve(agent: Agent, host: string): Promise<string> {
	if (ipv4.test(host)) return host;
	const [hosts] = await tryOps(agent, [{ op: 'read', path: '/etc/hosts' }]);
	for (const line of textOf(hosts).split('\n')) {
		const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
		if (ipv4.test(address) && names.includes(host)) return address;
	}
	throw new Error(`lookup ${host}: no such host`);
}
