import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';
import type { Connection, Headers, Transport } from '../api/transport.ts';
import { badRequest } from '../client/status.ts';
import { forwardPorts } from './port-forward.ts';

/** Newest first, as a server chooses. After kubelet/pkg/cri/streaming/remotecommand/websocket.go. */
const protocols = [
	'v5.channel.k8s.io',
	'v4.channel.k8s.io',
	'v3.channel.k8s.io',
	'v2.channel.k8s.io',
	'channel.k8s.io',
	'v4.base64.channel.k8s.io',
	'base64.channel.k8s.io',
	'portforward.k8s.io',
];

/** kubectl ≥ 1.31: SPDY frames inside binary messages. A slash is no token, so `ws` gets another name. */
const tunnel = 'SPDY/3.1+portforward.k8s.io';
const tunnelToken = 'spdy-3.1-portforward.k8s.io';

const statusChannel = 3;
/** v5: `[255, channel]` closes one channel in the client's direction. */
const closeMark = 255;
const pingEveryMs = 20_000;
const highWater = 1 << 20;

const server = new WebSocketServer({
	noServer: true,
	handleProtocols: (offered) => protocols.find((name) => offered.has(name)) ?? false,
	maxPayload: 16 << 20,
});

const tunnelServer = new WebSocketServer({
	noServer: true,
	handleProtocols: () => tunnelToken,
	maxPayload: 16 << 20,
});
tunnelServer.on('headers', (lines) => {
	for (const [index, line] of lines.entries()) lines[index] = line.replace(tunnelToken, tunnel);
});

/** exec, attach and portforward over WebSocket, one byte of channel number before each message. */
export async function serveWebSocket(
	api: Transport,
	from: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): Promise<void> {
	const offered = (from.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
	if (offered.includes(tunnel)) return serveTunnel(api, from, socket, head);
	if (!protocols.some((name) => offered.includes(name)))
		throw badRequest(`unable to upgrade: no supported subprotocol in "${offered.join(', ')}"`);
	// The API's refusal has to be an HTTP answer: it is asked before the handshake.
	const connection = await api.upgrade({
		method: from.method ?? 'GET',
		path: from.url ?? '/',
		headers: plainHeaders(from),
	});
	server.handleUpgrade(from, socket, head, (client) => join(client, connection, from));
}

function serveTunnel(api: Transport, from: IncomingMessage, socket: Duplex, head: Buffer): void {
	from.headers['sec-websocket-protocol'] = tunnelToken;
	tunnelServer.handleUpgrade(from, socket, head, (client) => {
		const stream = createWebSocketStream(client);
		stream.on('error', () => client.terminate());
		forwardPorts(api, from.url ?? '/', stream, Buffer.alloc(0));
	});
}

function plainHeaders(from: IncomingMessage): Headers {
	const headers: Headers = {};
	for (const [name, value] of Object.entries(from.headers))
		if (typeof value === 'string') headers[name] = value;
	return headers;
}

function join(client: WebSocket, connection: Connection, from: IncomingMessage): void {
	const framing = framingOf(client.protocol);
	const ping = setInterval(() => client.ping(), pingEveryMs);
	client.on('message', (data, isBinary) => {
		const message = framing.decode(data as Buffer, isBinary);
		if (message) void deliver(client, connection, message);
	});
	client.on('close', () => {
		clearInterval(ping);
		connection.close();
	});
	client.on('error', () => client.terminate());
	void pump(client, connection, framing, portsOf(from));
}

/** Back-pressure towards the client's socket: it is not read while the guest has no room. */
async function deliver(
	client: WebSocket,
	connection: Connection,
	message: { channel: number; data: Uint8Array<ArrayBuffer> | undefined },
): Promise<void> {
	client.pause();
	await connection.send(message).catch(() => client.close(1011));
	client.resume();
}

interface Framing {
	encode(channel: number, data: Uint8Array): Uint8Array | string;
	decode(
		data: Buffer,
		isBinary: boolean,
	): { channel: number; data: Uint8Array<ArrayBuffer> | undefined } | undefined;
}

const binary: Framing = {
	encode: (channel, data) => Buffer.concat([Uint8Array.of(channel), data]),
	decode: (data) => {
		if (data.length === 0) return undefined;
		const [channel = 0, second = 0] = data;
		if (channel === closeMark && data.length === 2) return { channel: second, data: undefined };
		return { channel, data: new Uint8Array(data.subarray(1)) };
	},
};

/** Text frames: the channel as a digit, then base64. */
const base64: Framing = {
	encode: (channel, data) => `${channel}${Buffer.from(data).toString('base64')}`,
	decode: (data) => {
		const text = data.toString('latin1');
		if (text === '') return undefined;
		return {
			channel: Number(text[0]),
			data: new Uint8Array(Buffer.from(text.slice(1), 'base64')),
		};
	},
};

const framingOf = (protocol: string): Framing => (protocol.includes('base64') ? base64 : binary);

/** The ports of a portforward, each of whose channels announces its port first (little endian). */
function portsOf(from: IncomingMessage): number[] {
	const url = new URL(from.url ?? '/', 'http://localhost');
	if (!url.pathname.endsWith('/portforward')) return [];
	return url.searchParams.getAll('ports').flatMap((list) => list.split(',').map(Number));
}

async function pump(
	client: WebSocket,
	connection: Connection,
	framing: Framing,
	ports: number[],
): Promise<void> {
	ports.forEach((port, index) => {
		const announce = Uint8Array.of(port & 0xff, port >> 8);
		client.send(framing.encode(2 * index, announce));
		client.send(framing.encode(2 * index + 1, announce));
	});
	for await (const { channel, data } of connection.messages) {
		if (data === undefined) continue;
		client.send(framing.encode(channel, versioned(client.protocol, channel, data, ports)));
		if (client.bufferedAmount > highWater) await drained(client);
	}
	client.close(1000);
}

/** Before v4 the status was a text; success was silence. */
function versioned(
	protocol: string,
	channel: number,
	data: Uint8Array,
	ports: number[],
): Uint8Array {
	if (channel !== statusChannel || ports.length > 0 || /^v[45]\./.test(protocol)) return data;
	const status = JSON.parse(new TextDecoder().decode(data)) as { status: string; message?: string };
	return new TextEncoder().encode(status.status === 'Success' ? '' : (status.message ?? ''));
}

/** `ws` has no drain event: its buffer is looked at until half of it is gone. */
async function drained(client: WebSocket): Promise<void> {
	while (client.readyState === client.OPEN && client.bufferedAmount > highWater / 2)
		await new Promise((resolve) => setImmediate(resolve));
}
