import type { Agent } from '../api/agent.ts';
import type { Runs } from '../api/node.ts';
import type { Headers, HttpRequest, HttpResponse, Transport } from '../api/transport.ts';
import type { Clock } from '../util/clock.ts';
import { openHttp, type HttpRequest as Wire } from './agent/http-client.ts';
import { HttpError } from './agent/http-error.ts';
import { hostAddress } from './host-address.ts';

/** How long a server may take to begin its answer: who reads a page waits longer than a probe. */
const timeoutMs = 30_000;

const token = /^[!#$%&'*+.^_`|~\w-]+$/;
/** Written by this side alone: what frames a message is not the page's to say. */
const ours = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade']);

/** Where an `http:` address leads. Throws HttpError `EPROTONOSUPPORT` for any other. */
export function parseUrl(url: string): { host: string; port: number; path: string } {
	const { protocol, hostname, port, pathname, search } = new URL(url);
	if (protocol !== 'http:')
		throw new HttpError(
			'EPROTONOSUPPORT',
			`unsupported protocol scheme "${protocol.slice(0, -1)}"`,
		);
	return { host: hostname, port: Number(port || 80), path: pathname + search };
}

/** The headers of a request to a host: its own, as far as they can be sent, and the host's name. */
export function requestHeaders(url: string, headers: Headers = {}): Headers {
	const sent = Object.entries(headers).filter(
		([name, value]) => token.test(name) && !ours.has(name.toLowerCase()) && !/[\0\r\n]/.test(value),
	);
	return { ...Object.fromEntries(sent), Host: new URL(url).host };
}

/**
 * HTTP as the guest's kernel can do it: the `path` of a request is a whole `http:` address. Bodies come as they are sent.
 * Redirects and errors of servers are answers; without an answer it rejects with an error whose `errno` says why:
 * the kernel's, or `ENOTFOUND`, `EPROTO`, `EOF` of HttpError.
 */
export function webTransport(agent: Agent, clock: Clock, runs: Runs): Transport {
	return {
		request: async (request, signal): Promise<HttpResponse> => {
			const wire = await wireRequest(agent, runs, request);
			const { status, headers, body } = await openHttp(agent, clock, wire, signal);
			return { status, headers, body };
		},
		upgrade: async () => {
			throw new HttpError('EPROTONOSUPPORT', 'a page’s connection cannot be upgraded');
		},
	};
}

async function wireRequest(
	agent: Agent,
	runs: Runs,
	{ method, path: url, headers, body }: HttpRequest,
): Promise<Wire> {
	const { host, port, path } = parseUrl(url);
	if (!token.test(method)) throw new HttpError('EPROTO', `no method: ${method}`);
	const address = await hostAddress(agent, runs, host);
	const wire = { method, address, port, path, timeoutMs, headers: requestHeaders(url, headers) };
	return body === undefined ? wire : { ...wire, body };
}
