import { once } from 'node:events';
import {
	createServer,
	STATUS_CODES,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type {
	Connection,
	Headers,
	HttpRequest,
	HttpResponse,
	Transport,
} from '../api/transport.ts';
import { badRequest } from '../client/status.ts';
import { logged, type Log } from '../util/log.ts';
import type { Door } from './door.ts';
import { drained } from './drained.ts';
import { listening } from './listening.ts';
import { protobufToJson, isProtobuf } from './protobuf.ts';
import { checkLength, readBody } from './request-body.ts';

/** A request's head has to arrive within this time, and all of it within the next; answers may take as long as they like. */
const headMs = 20_000;
const requestMs = 120_000;
const keepAliveMs = 60_000;
/** How long a client may go on sending what is not read, until it has seen why. */
const lingerMs = 500;

/** An API that is served to real clients over HTTP, on loopback. */
export interface Front {
	/** In the log. */
	name: string;
	api: Transport;
	door: Door;
	log: Log;
	/** An error as this API tells it. */
	told(error: unknown): Told;
	/** Carries an upgraded connection; throws when it is refused. */
	upgrade(upgrade: Upgrade): Promise<void>;
}

/** A connection that is to become something else than HTTP. */
export interface Upgrade {
	front: Front;
	from: IncomingMessage;
	socket: Duplex;
	/** What came behind the request. */
	head: Buffer;
	/** Aborts when the client has left. */
	gone: AbortSignal;
}

export interface Told {
	code: number;
	/** JSON */
	body: string;
}

/** Serves until the server is closed; rejects when the port is taken. No client ends more than its own connection. */
export function serve(front: Front, port: number): Promise<Server> {
	const server = createServer({ headersTimeout: headMs, requestTimeout: requestMs });
	server.keepAliveTimeout = keepAliveMs;
	const failed = logged(front.log, front.name, 'a request was not answered');
	server.on('request', (from, to) => {
		answer(front, from, to).catch(failed);
	});
	server.on('upgrade', (from, socket, head) => {
		upgrade(front, from, socket, head).catch(failed);
	});
	return listening(server, port, '127.0.0.1');
}

async function answer(front: Front, from: IncomingMessage, to: ServerResponse): Promise<void> {
	const gone = new AbortController();
	to.on('close', () => {
		if (!to.writableFinished) gone.abort(new Error('the client closed the connection'));
	});
	to.on('error', () => to.destroy());
	try {
		front.door.check(from);
		const preflight = front.door.preflight(from);
		if (preflight) return void to.writeHead(204, preflight).end();
		const answered = await front.api.request(await readRequest(from, front.door), gone.signal);
		await send(answered, front.door.headersFor(from), to, gone.signal);
	} catch (error) {
		if (to.headersSent) to.destroy();
		else await refuse(front, from, to, error);
	}
}

/** A request as the API takes it; protobuf bodies become JSON, as responses may always be. */
export async function readRequest(from: IncomingMessage, door: Door): Promise<HttpRequest> {
	checkLength(from);
	const headers = plainHeaders(from);
	const request: HttpRequest = { method: from.method ?? 'GET', path: from.url ?? '/', headers };
	const body = await readBody(from);
	if (body.length === 0) return request;
	door.checkBody(from);
	if (!isProtobuf(headers['content-type'])) return { ...request, body };
	headers['content-type'] = 'application/json';
	return { ...request, body: JSON.stringify(protobufToJson(body)) };
}

export function plainHeaders(from: IncomingMessage): Headers {
	const headers: Headers = {};
	for (const [name, value] of Object.entries(from.headers))
		if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
	return headers;
}

/** Throws 400 for an address that is none. */
export function urlOf(from: IncomingMessage): URL {
	const { url = '/' } = from;
	if (URL.canParse(url, 'http://localhost')) return new URL(url, 'http://localhost');
	throw badRequest(`the address "${url}" cannot be read`);
}

/** A warning as UTF-8, as Go sends it. Node takes each character for a byte, unless a body that is a string goes with it. */
function onTheWire(headers: Headers): Headers {
	const { warning } = headers;
	if (warning === undefined) return headers;
	return { ...headers, warning: Buffer.from(warning, 'utf8').toString('latin1') };
}

async function send(
	{ status, headers, body }: HttpResponse,
	more: Record<string, string> | undefined,
	to: ServerResponse,
	gone: AbortSignal,
): Promise<void> {
	if (typeof body === 'string' || body instanceof Uint8Array) {
		const bytes = typeof body === 'string' ? Buffer.from(body) : body;
		to.writeHead(status, { ...onTheWire(headers), ...more, 'content-length': bytes.length });
		to.end(bytes);
		return;
	}
	to.writeHead(status, { ...onTheWire(headers), ...more });
	to.flushHeaders();
	for await (const chunk of body) {
		if (gone.aborted) break;
		if (!to.write(chunk)) await drained(to);
	}
	to.end();
}

/**
 * A request that was not read to its end takes its connection along: what is left of it would be taken for
 * the next one.
 */
async function refuse(
	front: Front,
	from: IncomingMessage,
	to: ServerResponse,
	error: unknown,
): Promise<void> {
	const { code, body } = front.told(error);
	const headers = {
		...front.door.headersFor(from),
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(body),
	};
	if (from.complete) {
		to.writeHead(code, headers).end(body);
		return;
	}
	to.writeHead(code, { ...headers, connection: 'close' }).write(body);
	from.on('error', () => undefined).resume();
	await once(from, 'end', { signal: AbortSignal.timeout(lingerMs) }).catch(() => undefined);
	to.end();
}

async function upgrade(
	front: Front,
	from: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): Promise<void> {
	const gone = new AbortController();
	socket.on('error', () => socket.destroy());
	socket.once('close', () => gone.abort(new Error('the client closed the connection')));
	try {
		front.door.check(from);
		await front.upgrade({ front, from, socket, head, gone: gone.signal });
	} catch (error) {
		refuseUpgrade(socket, front.told(error));
	}
}

/** Connects the upgraded request with its other end, which hears when the client leaves. */
export async function connect({ front, gone }: Upgrade, request: HttpRequest): Promise<Connection> {
	const connection = await front.api.upgrade(request, gone);
	const close = () => connection.close();
	gone.addEventListener('abort', close, { once: true });
	if (gone.aborted) close();
	return connection;
}

/** Carries what comes from a connection until it ends; `lost` is told when it broke while the client was there. */
export function carry(
	{ front, gone }: Upgrade,
	carrying: Promise<void>,
	lost: (error: unknown) => void,
): void {
	carrying.catch((error: unknown) => {
		if (gone.aborted) return;
		front.log.warn(front.name, 'a connection was lost', error);
		lost(error);
	});
}

/** An upgrade that is refused is answered as a plain response: kubectl and docker print its message. */
function refuseUpgrade(socket: Duplex, { code, body }: Told): void {
	socket.end(
		`HTTP/1.1 ${code} ${STATUS_CODES[code] ?? 'Error'}\r\nContent-Type: application/json\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
		() => socket.destroy(),
	);
}
