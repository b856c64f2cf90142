import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection, HttpRequest, Transport } from '../api/transport.ts';
import { badRequest } from '../client/status.ts';
import { forwardPorts } from './port-forward.ts';
import { SpdySession, type SpdyStream } from './spdy-session.ts';

/** Newest first. After apimachinery/pkg/util/remotecommand/constants.go. */
const remoteCommand = ['v5', 'v4', 'v3', 'v2'].map((name) => `${name}.channel.k8s.io`);
const portForward = 'portforward.k8s.io';
const channels: Record<string, number> = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 };
const statusChannel = 3;

export function isSpdy(from: IncomingMessage): boolean {
	return /^spdy\/3\.1$/i.test(from.headers.upgrade ?? '');
}

/** exec, attach and portforward over SPDY/3.1, which kubectl speaks up to 1.29 and falls back to. */
export async function serveSpdy(
	api: Transport,
	from: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): Promise<void> {
	const offered = String(from.headers['x-stream-protocol-version'] ?? '').split(/\s*,\s*/);
	const path = from.url ?? '/';
	if (new URL(path, 'http://localhost').pathname.endsWith('/portforward')) {
		if (!offered.includes(portForward)) throw unsupported(offered);
		accept(socket, portForward);
		forwardPorts(api, path, socket, head);
		return;
	}
	const protocol = remoteCommand.find((name) => offered.includes(name));
	if (!protocol) throw unsupported(offered);
	const request: HttpRequest = { method: 'POST', path };
	const connection = await api.upgrade(request);
	accept(socket, protocol);
	join(connection, protocol, socket, head);
}

function unsupported(offered: string[]): Error {
	return badRequest(`unable to upgrade: no supported protocol in "${offered.join(', ')}"`);
}

function accept(socket: Duplex, protocol: string): void {
	socket.write(
		'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
			`X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
	);
}

/** Streams are named by their header `streamtype`; each may come after there is something to say on it. */
class StreamTable {
	readonly #streams = new Map<number, SpdyStream>();
	readonly #waiting = new Map<number, (stream: SpdyStream) => void>();

	add(channel: number, stream: SpdyStream): void {
		this.#streams.set(channel, stream);
		this.#waiting.get(channel)?.(stream);
	}
	async get(channel: number): Promise<SpdyStream> {
		const stream = this.#streams.get(channel);
		return stream ?? new Promise((resolve) => this.#waiting.set(channel, resolve));
	}
	all(): SpdyStream[] {
		return [...this.#streams.values()];
	}
}

function join(connection: Connection, protocol: string, socket: Duplex, head: Buffer): void {
	const streams = new StreamTable();
	const session = new SpdySession(socket, head, (stream) => {
		const channel = channels[stream.headers.get('streamtype') ?? ''];
		if (channel === undefined) return;
		streams.add(channel, stream);
		listen(stream, channel, connection);
	});
	socket.on('close', () => connection.close());
	void pump(connection, protocol, streams).finally(() => session.close());
}

function listen(stream: SpdyStream, channel: number, connection: Connection): void {
	const encoder = new TextEncoder();
	let text = '';
	stream.onData((data) => {
		if (channel === 0) void connection.send({ channel, data }).catch(() => undefined);
		if (channel !== 4 || !data) return;
		// A stream of JSON documents, one for each new size.
		text += new TextDecoder().decode(data);
		const documents = text.split('\n');
		text = documents.pop() ?? '';
		for (const size of documents)
			if (size.trim() !== '')
				void connection.send({ channel, data: encoder.encode(size) }).catch(() => undefined);
	});
}

async function pump(connection: Connection, protocol: string, streams: StreamTable): Promise<void> {
	for await (const { channel, data } of connection.messages) {
		if (data === undefined) continue;
		const stream = await streams.get(channel);
		await stream.write(channel === statusChannel ? statusFor(protocol, data) : data);
	}
	for (const stream of streams.all()) await stream.end();
}

/** Before v4 the error stream carried a text, and nothing for success. */
function statusFor(protocol: string, data: Uint8Array): Uint8Array {
	if (/^v[45]\./.test(protocol)) return data;
	const status = JSON.parse(new TextDecoder().decode(data)) as { status: string; message?: string };
	return new TextEncoder().encode(status.status === 'Success' ? '' : (status.message ?? ''));
}
