import type { CommandIo, CommandServices } from '../../api/command.ts';
import type { Status, WatchEvent } from '../../api/kubernetes.ts';
import type { Body, Connection, Headers, HttpRequest, HttpResponse } from '../../api/transport.ts';
import { isStatus, StatusError } from '../../client/status.ts';
import { CliError, ConnectionError } from './errors.ts';
import type { Manifest } from './fields.ts';

export type Query = Record<string, string | number | boolean | string[] | undefined>;

interface CallOptions {
	query?: Query | undefined;
	body?: unknown;
	contentType?: string;
	accept?: string;
	/** Ends the request besides Ctrl-C. */
	signal?: AbortSignal | undefined;
}

export const tableAccept =
	'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

export const patchTypes = {
	json: 'application/json-patch+json',
	merge: 'application/merge-patch+json',
	strategic: 'application/strategic-merge-patch+json',
	apply: 'application/apply-patch+yaml',
} as const;

interface RestSettings {
	server: string;
	verbosity: number;
	timeoutMs: number;
	headers: Headers;
}

/** Requests to the API server as kubectl makes them: warnings and `-v` go to stderr, failures become StatusErrors. */
export class Rest {
	readonly settings: RestSettings;
	readonly #io: CommandIo;
	readonly #services: CommandServices;
	readonly #warned = new Set<string>();

	constructor(io: CommandIo, services: CommandServices, settings: RestSettings) {
		this.#io = io;
		this.#services = services;
		this.settings = settings;
	}

	get<T = Manifest>(path: string, query?: Query, accept?: string): Promise<T> {
		return this.json<T>('GET', path, { query, ...(accept ? { accept } : {}) });
	}

	/** A request whose answer is one JSON document. */
	async json<T = Manifest>(method: string, path: string, options: CallOptions = {}): Promise<T> {
		return JSON.parse(await this.text(method, path, options)) as T;
	}

	async text(method: string, path: string, options: CallOptions = {}): Promise<string> {
		const response = await this.#send(method, path, options);
		const body = await bodyText(response.body);
		if (this.settings.verbosity >= 8) await this.#io.err(`I Response Body: ${body}\n`);
		if (response.status >= 400) throw failure(response.status, body, method);
		return body;
	}

	/** A request whose answer arrives in pieces: a log, a watch. */
	async stream(path: string, query?: Query): Promise<AsyncIterable<string>> {
		const response = await this.#send('GET', path, { query });
		if (response.status >= 400)
			throw failure(response.status, await bodyText(response.body), 'GET');
		return chunks(response.body);
	}

	/** The events of a watch, until the server ends it. */
	async *watch<T = Manifest>(
		path: string,
		query: Query,
		accept?: string,
		signal?: AbortSignal,
	): AsyncGenerator<WatchEvent<T>> {
		const options = { query: { ...query, watch: true }, signal, ...(accept ? { accept } : {}) };
		const response = await this.#send('GET', path, options);
		if (response.status >= 400)
			throw failure(response.status, await bodyText(response.body), 'GET');
		for await (const line of lines(chunks(response.body))) {
			if (line.trim() === '') continue;
			const event = JSON.parse(line) as WatchEvent<T>;
			if (event.type === 'ERROR') throw new StatusError(event.object as unknown as Status);
			yield event;
		}
	}

	/** An upgraded connection (exec, attach). */
	async upgrade(path: string, query: Query): Promise<Connection> {
		const request = { method: 'GET', path: path + queryText(query), headers: this.#headers({}) };
		const since = this.#services.clock.now();
		const connection = await this.#services.api
			.upgrade(request, this.#io.signal)
			.catch((error: unknown) => {
				throw this.#asKnown(error);
			});
		await this.#log(request, 101, since);
		return connection;
	}

	async #send(method: string, path: string, options: CallOptions): Promise<HttpResponse> {
		const { body } = options;
		const request: HttpRequest = {
			method,
			path: path + queryText(options.query ?? {}),
			headers: this.#headers(options),
			...(body === undefined
				? {}
				: { body: typeof body === 'string' ? body : JSON.stringify(body) }),
		};
		const since = this.#services.clock.now();
		const response = await this.#withDeadline(request, options.signal).catch((error: unknown) => {
			throw this.#asKnown(error);
		});
		await this.#log(request, response.status, since);
		await this.#warn(response.headers['warning']);
		return response;
	}

	/** After rest.Request: a request timeout ends the wait for the answer. */
	async #withDeadline(request: HttpRequest, also?: AbortSignal): Promise<HttpResponse> {
		const { timeoutMs } = this.settings;
		const signal = also ? AbortSignal.any([this.#io.signal, also]) : this.#io.signal;
		const answer = this.#services.api.request(request, signal);
		if (timeoutMs <= 0) return answer;
		const stop = new AbortController();
		const late = this.#services.clock.sleep(timeoutMs, stop.signal).then(
			() => {
				throw new CliError(
					`Get "${this.settings.server}${request.path}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
				);
			},
			() => answer,
		);
		return Promise.race([answer, late]).finally(() => stop.abort());
	}

	#headers(options: CallOptions): Headers {
		return {
			accept: options.accept ?? 'application/json',
			'user-agent': 'kubectl/v1.33.1 (linux/386) kubernetes/drydock',
			...this.settings.headers,
			...(options.body === undefined
				? {}
				: { 'content-type': options.contentType ?? 'application/json' }),
		};
	}

	#asKnown(error: unknown): unknown {
		if (error instanceof StatusError || error instanceof CliError || this.#io.signal.aborted)
			return error;
		const { errno, message } = error as { errno?: string; message: string };
		if (errno) return new ConnectionError(`Unable to connect to the server: ${message}`);
		const host = this.settings.server.replace(/^https?:\/\//, '');
		return new ConnectionError(
			`The connection to the server ${host} was refused - did you specify the right host or port?`,
		);
	}

	async #log(request: HttpRequest, status: number, since: number): Promise<void> {
		const { verbosity, server } = this.settings;
		if (verbosity < 6) return;
		const took = Math.round(this.#services.clock.now() - since);
		const head = klogHeader(this.#services.clock.now());
		let text = `${head}"Response" verb="${request.method}" url="${server}${request.path}" status="${statusText(status)}" milliseconds=${took}\n`;
		if (verbosity >= 8) {
			for (const [name, value] of Object.entries(request.headers ?? {}))
				text += `I     ${name}: ${value}\n`;
			if (typeof request.body === 'string') text += `I Request Body: ${request.body}\n`;
		}
		await this.#io.err(text);
	}

	async #warn(header: string | undefined): Promise<void> {
		for (const [, quoted = ''] of (header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
			const message = quoted.replace(/\\(.)/g, '$1');
			if (this.#warned.has(message)) continue;
			this.#warned.add(message);
			await this.#io.err(`Warning: ${message}\n`);
		}
	}
}

/** What klog puts before a line; kubectl's process number is not known here. */
function klogHeader(now: number): string {
	const time = new Date(now).toISOString();
	const day = time.slice(5, 10).replace('-', '');
	return `I${day} ${time.slice(11, 23)}000       1 round_trippers.go:632] `;
}

const statusTexts: Record<number, string> = {
	101: 'Switching Protocols',
	200: 'OK',
	201: 'Created',
	400: 'Bad Request',
	403: 'Forbidden',
	404: 'Not Found',
	409: 'Conflict',
	422: 'Unprocessable Entity',
	500: 'Internal Server Error',
};

function statusText(status: number): string {
	return statusTexts[status] ? `${status} ${statusTexts[status]}` : String(status);
}

/** `?a=b&c=d` of what is defined; a list repeats its key. */
function queryText(query: Query): string {
	const pairs = Object.entries(query).flatMap(([key, value]) => {
		if (value === undefined || value === '') return [];
		const values = Array.isArray(value) ? value : [value];
		return values.map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(String(one))}`);
	});
	return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function failure(code: number, body: string, method: string): StatusError {
	try {
		const decoded: unknown = JSON.parse(body);
		if (isStatus(decoded)) return new StatusError({ ...decoded, code: decoded.code ?? code });
	} catch {
		/* not JSON: the text is the message */
	}
	const known: Record<number, string> = { 404: 'NotFound', 405: 'MethodNotAllowed' };
	const message =
		code === 404
			? 'the server could not find the requested resource'
			: body.trim() || `the server rejected our request (${method})`;
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		code,
		message,
		reason: known[code] ?? 'InternalError',
	});
}

async function bodyText(body: Body): Promise<string> {
	if (typeof body === 'string') return body;
	let result = '';
	for await (const chunk of chunks(body)) result += chunk;
	return result;
}

async function* chunks(body: Body): AsyncGenerator<string> {
	if (typeof body === 'string') {
		yield body;
		return;
	}
	const decoder = new TextDecoder();
	if (body instanceof Uint8Array) {
		yield decoder.decode(body);
		return;
	}
	for await (const chunk of body)
		yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
}

/** Whole lines of a stream of text. */
export async function* lines(source: AsyncIterable<string>): AsyncGenerator<string> {
	let rest = '';
	for await (const chunk of source) {
		const parts = (rest + chunk).split('\n');
		rest = parts.pop() ?? '';
		yield* parts;
	}
	if (rest !== '') yield rest;
}
