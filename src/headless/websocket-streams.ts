import type { IncomingMessage } from 'node:http';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';
import type { ChannelMessage, Connection } from '../api/transport.ts';
import { badRequest, toStatus } from '../client/status.ts';
import { carry, connect, plainHeaders, urlOf, type Upgrade } from './front.ts';
import { forwardPorts } from './port-forward.ts';
import { lostStatus, statusChannel, statusFor } from './remote-status.ts';
import { guard, offeredBy, roomIn, serverError } from './websocket.ts';

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

/** v5: `[255, channel]` closes one channel in the client's direction. */
const closeMark = 255;
const pingEveryMs = 20_000;

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
export async function serveStreams(upgrade: Upgrade): Promise<void> {
	const { from, socket, head } = upgrade;
	const offered = offeredBy(from);
	if (offered.includes(tunnel)) return serveTunnel(upgrade);
	if (!protocols.some((name) => offered.includes(name)))
		throw badRequest(`unable to upgrade: no supported subprotocol in "${offered.join(', ')}"`);
	const ports = portsOf(from);
	// The API's refusal has to be an HTTP answer: it is asked before the handshake.
	const connection = await connect(upgrade, {
		method: from.method ?? 'GET',
		path: from.url ?? '/',
		headers: plainHeaders(from),
	});
	server.handleUpgrade(from, socket, head, (client) => join(upgrade, client, connection, ports));
}

async function serveTunnel(upgrade: Upgrade): Promise<void> {
	const { from, socket, head } = upgrade;
	from.headers['sec-websocket-protocol'] = tunnelToken;
	tunnelServer.handleUpgrade(from, socket, head, (client) => {
		guard(client);
		const stream = createWebSocketStream(client);
		stream.on('error', () => client.terminate());
		forwardPorts(upgrade, stream, Buffer.alloc(0));
	});
}

function join(upgrade: Upgrade, client: WebSocket, connection: Connection, ports: number[]): void {
	const framing = framingOf(client.protocol);
	const ping = setInterval(() => client.ping(), pingEveryMs);
	guard(client);
	const deliver = delivery(client, connection);
	client.on('message', (data) => {
		const message = framing.decode(data as Buffer);
		if (message) deliver(message);
	});
	client.on('close', () => {
		clearInterval(ping);
		connection.close();
	});
	carry(upgrade, pump(client, connection, framing, ports), (error) => {
		if (ports.length === 0)
			client.send(framing.encode(statusChannel, lostStatus(client.protocol, error)));
		client.close(serverError, closeReason(error));
	});
}

/** Of a close frame: at most 123 bytes. */
function closeReason(error: unknown): string {
	return (
		toStatus(error)
			.message?.replace(/[^\x20-\x7e]/g, '?')
			.slice(0, 120) ?? ''
	);
}

/** Back-pressure towards the client's socket: it is not read while the guest has no room for what came. */
function delivery(client: WebSocket, connection: Connection): (message: ChannelMessage) => void {
	let underWay = 0;
	const taken = () => {
		if (--underWay === 0) client.resume();
	};
	return (message) => {
		if (underWay++ === 0) client.pause();
		connection
			.send(message)
			.catch(() => client.close(serverError))
			.finally(taken);
	};
}

interface Framing {
	encode(channel: number, data: Uint8Array): Uint8Array | string;
	decode(data: Buffer): ChannelMessage | undefined;
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
		const channel = Number.parseInt(text.charAt(0), 10);
		if (Number.isNaN(channel)) return undefined;
		return { channel, data: new Uint8Array(Buffer.from(text.slice(1), 'base64')) };
	},
};

const framingOf = (protocol: string): Framing => (protocol.includes('base64') ? base64 : binary);

/** The ports of a portforward, each of whose channels announces its port first (little endian). */
function portsOf(from: IncomingMessage): number[] {
	const { pathname, searchParams } = urlOf(from);
	if (!pathname.endsWith('/portforward')) return [];
	return searchParams.getAll('ports').flatMap((list) => list.split(',').map(Number));
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
	const isStatus = (channel: number) => channel === statusChannel && ports.length === 0;
	for await (const { channel, data } of connection.messages) {
		if (data === undefined) continue;
		const told = isStatus(channel) ? statusFor(client.protocol, data) : data;
		client.send(framing.encode(channel, told));
		await roomIn(client);
	}
	client.close(1000);
}
