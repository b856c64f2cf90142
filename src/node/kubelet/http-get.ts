import type { Agent } from '../../api/agent.ts';
import type { Clock } from '../../util/clock.ts';
import { httpRequest } from '../agent/http-client.ts';
import { setOwn } from '../../util/own.ts';

export interface HttpGet {
	address: string;
	port: number;
	path: string;
	scheme: 'HTTP' | 'HTTPS';
	headers: { name: string; value: string }[];
	timeoutMs: number;
}

export interface HttpAnswer {
	status: number;
	location: string | undefined;
}

/** A request without an answer; the message is Go's. */
export class HttpGetError extends Error {}

/** One real GET from the node to a pod, over a connection of the guest's kernel. */
export async function httpGet(agent: Agent, clock: Clock, get: HttpGet): Promise<HttpAnswer> {
	const { address, port, path, timeoutMs } = get;
	const url = `${get.scheme.toLowerCase()}://${address}:${port}${path}`;
	const fail = (text: string) => new HttpGetError(`Get "${url}": ${text}`);
	if (get.scheme === 'HTTPS') throw fail('HTTPS is not supported by this node');
	const headers: Record<string, string> = { 'User-Agent': 'kube-probe/1.33' };
	for (const { name, value } of get.headers) setOwn(headers, name, value);
	try {
		const request = { address, port, path, headers, timeoutMs };
		const answer = await httpRequest(agent, clock, request);
		return { status: answer.status, location: answer.headers['location'] };
	} catch (error) {
		throw fail((error as Error).message);
	}
}
