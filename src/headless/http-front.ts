import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Headers, HttpRequest, HttpResponse, Transport } from '../api/transport.ts';
import { badRequest, toStatus } from '../client/status.ts';
import { isProtobuf, protobufToJson } from './protobuf.ts';
import { isSpdy, serveSpdy } from './spdy-front.ts';
import { serveWebSocket } from './websocket-front.ts';

const maxBodyBytes = 3 * 1024 * 1024;

/**
 * Serves a Transport over plain HTTP to real clients, on loopback. Streams (watch, followed logs) are
 * flushed event by event; exec, attach and portforward are upgraded to WebSocket or SPDY/3.1.
 */
export function serveHttp(api: Transport, port: number): Promise<Server> {
	const server = createServer((request, response) => void answer(api, request, response));
	server.on('upgrade', (request, socket, head) => void upgrade(api, request, socket, head));
	// A watch is silent for as long as nothing changes.
	server.requestTimeout = 0;
	server.keepAliveTimeout = 60_000;
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(server));
	});
}

export async function answer(
	api: Transport,
	from: IncomingMessage,
	to: ServerResponse,
): Promise<void> {
	const gone = new AbortController();
	to.on('close', () => gone.abort(new Error('the client closed the connection')));
	try {
		const answered = await api.request(await readRequest(from), gone.signal);
		await send(answered, to, gone.signal);
	} catch (error) {
		if (!to.headersSent) sendError(error, to);
		else to.destroy();
	}
}

/** A request as the API server takes it; protobuf bodies become JSON, as responses may always be. */
export async function readRequest(from: IncomingMessage): Promise<HttpRequest> {
	const headers: Headers = {};
	for (const [name, value] of Object.entries(from.headers))
		if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
	const request: HttpRequest = { method: from.method ?? 'GET', path: from.url ?? '/', headers };
	const body = await readBody(from);
	if (body.length === 0) return request;
	if (!isProtobuf(headers['content-type'])) return { ...request, body };
	headers['content-type'] = 'application/json';
	return { ...request, body: JSON.stringify(protobufToJson(body)) };
}

async function readBody(from: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of from as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > maxBodyBytes) throw badRequest('limit on the size of a request body: 3 MiB');
		chunks.push(chunk);
	}
	return new Uint8Array(Buffer.concat(chunks));
}

async function send(
	answered: HttpResponse,
	to: ServerResponse,
	signal: AbortSignal,
): Promise<void> {
	const { status, headers, body } = answered;
	if (typeof body === 'string' || body instanceof Uint8Array) {
		to.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
		to.end(body);
		return;
	}
	to.writeHead(status, headers);
	to.flushHeaders();
	for await (const chunk of body) {
		if (signal.aborted) break;
		if (!to.write(chunk)) await drained(to, signal);
	}
	to.end();
}

function drained(to: ServerResponse, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		to.once('drain', resolve);
		signal.addEventListener('abort', () => resolve(), { once: true });
	});
}

function sendError(error: unknown, to: ServerResponse): void {
	const status = toStatus(error);
	to.writeHead(status.code ?? 500, { 'content-type': 'application/json' });
	to.end(JSON.stringify(status));
}

async function upgrade(api: Transport, from: IncomingMessage, socket: Duplex, head: Buffer) {
	// A reset by the client must not end the process.
	socket.on('error', () => socket.destroy());
	try {
		if (isSpdy(from)) await serveSpdy(api, from, socket, head);
		else await serveWebSocket(api, from, socket, head);
	} catch (error) {
		refuse(socket, error);
	}
}

/** An upgrade that is refused is answered as a plain response: kubectl prints its message. */
function refuse(socket: Duplex, error: unknown): void {
	const status = toStatus(error);
	const body = JSON.stringify(status);
	socket.end(
		`HTTP/1.1 ${status.code ?? 500} ${status.reason ?? 'Error'}\r\nContent-Type: application/json\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
	);
}
