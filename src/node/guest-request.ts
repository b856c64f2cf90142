import type { Agent } from '../api/agent.ts';
import type { GuestRequest, GuestResponse } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';
import { httpRequest } from './agent/http-client.ts';

const defaultTimeoutMs = 5000;

/** One real HTTP request of the guest's kernel; a request without an answer is an answer too. */
export async function guestRequest(
	agent: Agent,
	clock: Clock,
	{ url, timeoutMs = defaultTimeoutMs, headers = {} }: GuestRequest,
): Promise<GuestResponse> {
	const began = clock.now();
	try {
		const target = { ...parse(url), headers, timeoutMs };
		const { status, body } = await httpRequest(agent, clock, target);
		return { status, body: new TextDecoder().decode(body), took: clock.now() - began };
	} catch (error) {
		const message = (error as Error).message;
		return { status: 0, body: '', took: clock.now() - began, error: message };
	}
}

function parse(url: string): { address: string; port: number; path: string } {
	const { protocol, hostname, port, pathname, search } = new URL(url);
	if (protocol !== 'http:')
		throw new Error(`unsupported protocol scheme "${protocol.slice(0, -1)}"`);
	if (!/^\d+(\.\d+){3}$/.test(hostname))
		throw new Error(
			`"${hostname}" is not an IPv4 address: requests of the page name addresses only`,
		);
	return { address: hostname, port: Number(port || 80), path: pathname + search };
}
