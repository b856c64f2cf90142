import type { Agent } from '../api/agent.ts';
import type { GuestRequest, GuestResponse, Runs } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';
import { httpRequest } from './agent/http-client.ts';
import { hostAddress } from './host-address.ts';
import { parseUrl, requestHeaders } from './web.ts';

const defaultTimeoutMs = 5000;

/** One real HTTP request of the guest's kernel; a request without an answer is an answer too. */
export async function guestRequest(
	agent: Agent,
	clock: Clock,
	runs: Runs,
	{ url, timeoutMs = defaultTimeoutMs, headers }: GuestRequest,
): Promise<GuestResponse> {
	const began = clock.now();
	try {
		const { host, port, path } = parseUrl(url);
		const address = await hostAddress(agent, runs, host);
		const target = { address, port, path, timeoutMs, headers: requestHeaders(url, headers) };
		const { status, body } = await httpRequest(agent, clock, target);
		return { status, body: new TextDecoder().decode(body), took: clock.now() - began };
	} catch (error) {
		const message = (error as Error).message;
		return { status: 0, body: '', took: clock.now() - began, error: message };
	}
}
