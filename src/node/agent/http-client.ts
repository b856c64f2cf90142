import type { Agent, GuestSocket } from '../../api/agent.ts';
import type { Clock } from '../../util/clock.ts';
import { HttpParser } from './http-parser.ts';
import { KernelError } from './kernel-error.ts';

export interface HttpRequest {
	method?: 'GET' | 'POST' | 'HEAD';
	address: string;
	port: number;
	/** Path with query; default `/`. */
	path?: string;
	headers?: Record<string, string>;
	body?: string | Uint8Array;
	/** A network namespace to ask from: the path of its file. */
	netns?: string;
	/** For all of it: connection, request, answer. */
	timeoutMs?: number;
}

export interface HttpResponse {
	status: number;
	/** Names in lower case; of a name that comes twice, the values joined by `, `. */
	headers: Record<string, string>;
	body: Uint8Array<ArrayBuffer>;
}

const defaultTimeoutMs = 5000;
/** As the probes of the kubelet, which read no more. */
const bodyMax = 1 << 20;

/** Why there was no answer, in the words of Go's HTTP client. */
const dialReasons: Record<string, string> = {
	ECONNREFUSED: 'connect: connection refused',
	EHOSTUNREACH: 'connect: no route to host',
	ENETUNREACH: 'connect: network is unreachable',
	ECONNRESET: 'connect: connection reset by peer',
	ETIMEDOUT: 'i/o timeout',
};

/** No answer came: what a client written in Go would say. */
export class HttpError extends Error {
	override readonly name = 'HttpError';
	readonly errno: string;
	constructor(errno: string, message: string) {
		super(message);
		this.errno = errno;
	}
}

function timeoutError(): HttpError {
	return new HttpError(
		'ETIMEDOUT',
		'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
	);
}

function dialError(error: unknown, request: HttpRequest): Error {
	if (!(error instanceof KernelError))
		return error instanceof Error ? error : new Error(String(error));
	if (error.errno === 'ETIMEDOUT') return timeoutError();
	const reason = dialReasons[error.errno] ?? error.message;
	return new HttpError(error.errno, `dial tcp ${request.address}:${request.port}: ${reason}`);
}

function requestBytes(request: HttpRequest): Uint8Array {
	const body =
		typeof request.body === 'string' ? new TextEncoder().encode(request.body) : request.body;
	const headers: Record<string, string> = {
		Host: request.port === 80 ? request.address : `${request.address}:${request.port}`,
		'User-Agent': 'drydock/0.1',
		Accept: '*/*',
		Connection: 'close',
		...(body ? { 'Content-Length': String(body.length) } : {}),
		...request.headers,
	};
	const lines = [`${request.method ?? 'GET'} ${request.path ?? '/'} HTTP/1.1`];
	for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
	const head = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
	const bytes = new Uint8Array(head.length + (body?.length ?? 0));
	bytes.set(head);
	if (body) bytes.set(body, head.length);
	return bytes;
}

async function readResponse(socket: GuestSocket, request: HttpRequest): Promise<HttpResponse> {
	const parser = new HttpParser(request.method === 'HEAD', bodyMax);
	for await (const bytes of socket.data) if (parser.push(bytes)) break;
	return parser.finish();
}

/** One HTTP/1.1 request sent by the guest's kernel; redirects are answers like any other. */
export async function httpRequest(
	agent: Pick<Agent, 'dial'>,
	clock: Clock,
	request: HttpRequest,
): Promise<HttpResponse> {
	const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
	const { address, port, netns } = request;
	let socket: GuestSocket | undefined;
	let late = false;
	const exchange = async (): Promise<HttpResponse> => {
		const target = { address, port, timeoutMs, ...(netns === undefined ? {} : { netns }) };
		socket = await agent.dial(target).catch((error: unknown) => {
			throw dialError(error, request);
		});
		if (late) socket.close();
		await socket.write(requestBytes(request));
		return readResponse(socket, request);
	};
	const limit = new AbortController();
	const timeout = clock.sleep(timeoutMs, limit.signal).then(() => {
		late = true;
		throw timeoutError();
	});
	try {
		return await Promise.race([exchange(), timeout]);
	} finally {
		limit.abort(new Error('the request is over'));
		timeout.catch(() => undefined);
		socket?.close();
	}
}
