import type { Agent, GuestSocket } from '../../api/agent.ts';
import type { Clock } from '../../util/clock.ts';
import { concatBytes } from './bytes.ts';
import { HttpError } from './http-error.ts';
import { HttpParser, type HttpHead } from './http-parser.ts';
import { KernelError } from './kernel-error.ts';

export interface HttpRequest {
	/** Default `GET`. */
	method?: string;
	address: string;
	port: number;
	/** Path with query; default `/`. */
	path?: string;
	headers?: Record<string, string>;
	body?: string | Uint8Array;
	/** A network namespace to ask from: the path of its file. */
	netns?: string;
	/** For connection, request and answer; of `openHttp` until the answer begins. */
	timeoutMs?: number;
}

export interface HttpResponse extends HttpHead {
	body: Uint8Array<ArrayBuffer>;
}

/** An answer whose body is still coming. */
export interface OpenHttp extends HttpHead {
	/** Can be read once; fails with HttpError `EOF` when the connection ends too early. */
	body: AsyncIterable<Uint8Array<ArrayBuffer>>;
	/** Ends the connection, and with it the body. */
	close(): void;
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
	const usual = {
		Host: request.port === 80 ? request.address : `${request.address}:${request.port}`,
		'User-Agent': 'drydock/0.1',
		Accept: '*/*',
		Connection: 'close',
		...(body ? { 'Content-Length': String(body.length) } : {}),
	};
	const headers = new Map<string, [string, string]>();
	for (const [name, value] of [...Object.entries(usual), ...Object.entries(request.headers ?? {})])
		headers.set(name.toLowerCase(), [name, value]);
	const lines = [`${request.method ?? 'GET'} ${request.path ?? '/'} HTTP/1.1`];
	for (const [name, value] of headers.values()) lines.push(`${name}: ${value}`);
	const head = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
	const bytes = new Uint8Array(head.length + (body?.length ?? 0));
	bytes.set(head);
	if (body) bytes.set(body, head.length);
	return bytes;
}

/** One connection's answer: one iterator reads it from the head to the end of the body. */
class Exchange {
	readonly #socket: GuestSocket;
	readonly #bytes: AsyncIterator<Uint8Array<ArrayBuffer>>;
	readonly #parser: HttpParser;

	constructor(socket: GuestSocket, method: string | undefined) {
		this.#socket = socket;
		this.#bytes = socket.data[Symbol.asyncIterator]();
		this.#parser = new HttpParser(method === 'HEAD');
	}
	async open(): Promise<OpenHttp> {
		const first: Uint8Array<ArrayBuffer>[] = [];
		let head: HttpHead | undefined;
		while (!(head = this.#parser.head)) first.push(...(await this.#read()));
		return { ...head, body: this.#body(first), close: () => this.#socket.close() };
	}
	async *#body(first: Uint8Array<ArrayBuffer>[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
		try {
			yield* first;
			while (!this.#parser.done) yield* await this.#read();
		} finally {
			this.#socket.close();
		}
	}
	async #read(): Promise<Uint8Array<ArrayBuffer>[]> {
		const next = await this.#bytes.next();
		if (!next.done) return this.#parser.push(next.value);
		this.#parser.end();
		return [];
	}
}

async function dial(
	agent: Pick<Agent, 'dial'>,
	request: HttpRequest,
	timeoutMs: number,
): Promise<GuestSocket> {
	const { address, port, netns } = request;
	const target = { address, port, timeoutMs, ...(netns === undefined ? {} : { netns }) };
	try {
		return await agent.dial(target);
	} catch (error) {
		throw dialError(error, request);
	}
}

/** Opens one connection for one request of the guest's kernel; settles when status and headers are there. */
async function exchange(
	agent: Pick<Agent, 'dial'>,
	request: HttpRequest,
	limit: AbortSignal,
): Promise<OpenHttp> {
	const socket = await dial(agent, request, request.timeoutMs ?? defaultTimeoutMs);
	const close = () => socket.close();
	if (limit.aborted) close();
	limit.addEventListener('abort', close, { once: true });
	try {
		await socket.write(requestBytes(request));
		return await new Exchange(socket, request.method).open();
	} catch (error) {
		close();
		throw error;
	} finally {
		limit.removeEventListener('abort', close);
	}
}

/** Rejects at the deadline, or when the caller gives up; what is open then is closed. */
async function within<T>(
	clock: Clock,
	timeoutMs: number,
	work: (limit: AbortSignal) => Promise<T>,
	signal?: AbortSignal,
): Promise<T> {
	const limit = new AbortController();
	const over = new AbortController();
	const giveUp = () => over.abort(signal?.reason);
	signal?.addEventListener('abort', giveUp, { once: true });
	const timeout = clock.sleep(timeoutMs, over.signal).then(() => {
		throw timeoutError();
	});
	try {
		signal?.throwIfAborted();
		return await Promise.race([work(limit.signal), timeout]);
	} catch (error) {
		limit.abort(error);
		throw error;
	} finally {
		over.abort(new Error('the request is over'));
		signal?.removeEventListener('abort', giveUp);
		timeout.catch(() => undefined);
	}
}

/** Sends one HTTP/1.1 request; the answer's body is read as it comes. `signal` ends it at any time. */
export async function openHttp(
	agent: Pick<Agent, 'dial'>,
	clock: Clock,
	request: HttpRequest,
	signal?: AbortSignal,
): Promise<OpenHttp> {
	const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
	const work = (limit: AbortSignal) => exchange(agent, request, limit);
	const answer = await within(clock, timeoutMs, work, signal);
	signal?.addEventListener('abort', () => answer.close(), { once: true });
	return answer;
}

/** One HTTP/1.1 request sent by the guest's kernel; redirects are answers like any other. */
export async function httpRequest(
	agent: Pick<Agent, 'dial'>,
	clock: Clock,
	request: HttpRequest,
): Promise<HttpResponse> {
	return within(clock, request.timeoutMs ?? defaultTimeoutMs, async (limit) => {
		const answer = await exchange(agent, request, limit);
		limit.addEventListener('abort', () => answer.close(), { once: true });
		const { status, headers, body } = answer;
		return { status, headers, body: await collect(body) };
	});
}

async function collect(
	body: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
	const pieces: Uint8Array<ArrayBuffer>[] = [];
	let left = bodyMax;
	for await (const piece of body) {
		pieces.push(piece.subarray(0, left));
		left -= piece.length;
		if (left <= 0) break;
	}
	return concatBytes(pieces);
}
