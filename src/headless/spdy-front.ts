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
/** After cri-streaming: DefaultStreamCreationTimeout. */
const streamCreationMs = 30_000;

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
	join(connection, protocol, expectedChannels(path, protocol), socket, head);
}

/** The streams the client will open. */
function expectedChannels(path: string, protocol: string): number[] {
	const query = new URL(path, 'http://localhost').searchParams;
	const isTty = query.get('tty') === 'true';
	const wanted = ['stdin', 'stdout', 'stderr'].filter((name) => query.get(name) === 'true');
	// With a terminal, stderr is stdout, and its size has a stream since v3.
	const opened = isTty ? wanted.filter((name) => name !== 'stderr') : wanted;
	if (isTty && !protocol.startsWith('v2.')) opened.push('resize');
	return ['error', ...opened].map((name) => channels[name] ?? statusChannel);
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

/** Streams are named by their header `streamtype`. */
class StreamTable {
	readonly #streams = new Map<number, SpdyStream>();
	#onAdd: () => void = () => undefined;

	add(channel: number, stream: SpdyStream): void {
		this.#streams.set(channel, stream);
		this.#onAdd();
	}
	get(channel: number): SpdyStream | undefined {
		return this.#streams.get(channel);
	}
	/** Settles when each of `channels` has its stream, or the client has had its time. */
	async complete(channels: number[]): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		await new Promise<void>((resolve) => {
			timer = setTimeout(resolve, streamCreationMs);
			this.#onAdd = () => {
				if (channels.every((channel) => this.#streams.has(channel))) resolve();
			};
			this.#onAdd();
		});
		clearTimeout(timer);
	}
	all(): SpdyStream[] {
		return [...this.#streams.values()];
	}
}

function join(
	connection: Connection,
	protocol: string,
	expected: number[],
	socket: Duplex,
	head: Buffer,
): void {
	const streams = new StreamTable();
	const session = new SpdySession(socket, head, (stream) => {
		const channel = channels[stream.headers.get('streamtype') ?? ''];
		if (channel === undefined) return;
		streams.add(channel, stream);
		listen(stream, channel, connection);
	});
	socket.on('close', () => connection.close());
	// Closing before the client has opened all of its streams leaves it waiting for one.
	const opened = streams.complete(expected);
	void opened.then(() => pump(connection, protocol, streams)).finally(() => session.close());
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
		await streams.get(channel)?.write(channel === statusChannel ? statusFor(protocol, data) : data);
	}
	for (const stream of streams.all()) await stream.end();
}

/** Before v4 the error stream carried a text, and nothing for success. */
function statusFor(protocol: string, data: Uint8Array): Uint8Array {
	if (/^v[45]\./.test(protocol)) return data;
	const status = JSON.parse(new TextDecoder().decode(data)) as { status: string; message?: string };
	return new TextEncoder().encode(status.status === 'Success' ? '' : (status.message ?? ''));
}
