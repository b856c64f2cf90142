import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection } from '../api/transport.ts';
import { booleanQuery } from '../client/query.ts';
import { badRequest } from '../client/status.ts';
import { carry, connect, urlOf, type Upgrade } from './front.ts';
import { forwardPorts } from './port-forward.ts';
import { lostStatus, statusChannel, statusFor } from './remote-status.ts';
import { SpdySession } from './spdy-session.ts';
import type { Chunk, SpdyStream } from './spdy-stream.ts';

/** Newest first. After apimachinery/pkg/util/remotecommand/constants.go. */
const remoteCommand = ['v5', 'v4', 'v3', 'v2'].map((name) => `${name}.channel.k8s.io`);
const portForward = 'portforward.k8s.io';
const channels: Record<string, number> = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 };
/** After cri-streaming: DefaultStreamCreationTimeout. */
const streamCreationMs = 30_000;
/** Of a terminal's size as JSON. */
const maxSizeText = 1024;

export function isSpdy(from: IncomingMessage): boolean {
	return /^spdy\/3\.1$/i.test(from.headers.upgrade ?? '');
}

/** exec, attach and portforward over SPDY/3.1, which kubectl speaks up to 1.29 and falls back to. */
export async function serveSpdy(upgrade: Upgrade): Promise<void> {
	const { from, socket, head } = upgrade;
	const offered = String(from.headers['x-stream-protocol-version'] ?? '')
		.split(',')
		.map((name) => name.trim());
	const { pathname, searchParams } = urlOf(from);
	if (pathname.endsWith('/portforward')) {
		if (!offered.includes(portForward)) throw unsupported(offered);
		accept(socket, portForward);
		forwardPorts(upgrade, socket, head);
		return;
	}
	const protocol = remoteCommand.find((name) => offered.includes(name));
	if (!protocol) throw unsupported(offered);
	const connection = await connect(upgrade, { method: 'POST', path: from.url ?? '/' });
	accept(socket, protocol);
	join(upgrade, connection, protocol, expectedChannels(searchParams, protocol));
}

/** The streams the client will open. */
function expectedChannels(query: URLSearchParams, protocol: string): number[] {
	const isTty = booleanQuery(query, 'tty');
	const wanted = ['stdin', 'stdout', 'stderr'].filter((name) => booleanQuery(query, name));
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
	/** Settles when each of `channels` has its stream, or the client has had its time, or has left. */
	async complete(channels: number[], gone: AbortSignal): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		await new Promise<void>((resolve) => {
			timer = setTimeout(resolve, streamCreationMs);
			gone.addEventListener('abort', () => resolve(), { once: true });
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
	upgrade: Upgrade,
	connection: Connection,
	protocol: string,
	expected: number[],
): void {
	const { socket, head } = upgrade;
	const streams = new StreamTable();
	const session = new SpdySession(socket, head, (stream) => {
		const channel = channels[stream.headers.get('streamtype') ?? ''];
		stream.onData(listener(channel, connection));
		if (channel !== undefined) streams.add(channel, stream);
	});
	const carrying = async () => {
		// Closing before the client has opened all of its streams leaves it waiting for one.
		await streams.complete(expected, upgrade.gone);
		await pump(connection, protocol, streams);
		session.close();
	};
	carry(upgrade, carrying(), (error) => {
		const told = streams.get(statusChannel)?.write(lostStatus(protocol, error));
		const close = () => session.close();
		Promise.resolve(told).then(close, close);
	});
}

/** Where a stream's data goes; settles when it was taken. */
function listener(
	channel: number | undefined,
	connection: Connection,
): (data: Chunk) => Promise<void> {
	// What takes no more input may still have output.
	const send = (data: Chunk) =>
		connection.send({ channel: channel ?? 0, data }).catch(() => undefined);
	if (channel === channels['stdin']) return send;
	if (channel !== channels['resize']) return async () => undefined;
	let text = '';
	const decoder = new TextDecoder();
	return async (data) => {
		// A stream of JSON documents, one for each new size.
		text += decoder.decode(data, { stream: true });
		const documents = text.split('\n');
		text = (documents.pop() ?? '').slice(0, maxSizeText);
		for (const size of documents)
			if (size.trim() !== '') await send(new TextEncoder().encode(size));
	};
}

async function pump(connection: Connection, protocol: string, streams: StreamTable): Promise<void> {
	for await (const { channel, data } of connection.messages) {
		if (data === undefined) continue;
		await streams.get(channel)?.write(channel === statusChannel ? statusFor(protocol, data) : data);
	}
	for (const stream of streams.all()) await stream.end();
}
