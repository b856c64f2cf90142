import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection, Transport } from '../api/transport.ts';
import { answer, readRequest } from './http-front.ts';

/** Serves a node's Docker Engine API on loopback; attach and exec are hijacked connections. */
export function serveDocker(api: Transport, port: number): Promise<Server> {
	const server = createServer((request, response) => void answer(api, request, response));
	server.on('upgrade', (from, socket, head) => void hijack(api, from, socket, head));
	server.requestTimeout = 0;
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(server));
	});
}

/** With an upgrade Node leaves the body unread: it stands before the raw bytes. */
async function hijack(
	api: Transport,
	from: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): Promise<void> {
	socket.on('error', () => socket.destroy());
	try {
		const request = { ...(await readRequest(from)) };
		const length = Number(from.headers['content-length'] ?? 0);
		const { body, rest } = await take(socket, head, length);
		if (body.length > 0) request.body = new Uint8Array(body);
		const connection = await api.upgrade(request);
		socket.write(
			'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n' +
				'Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
		);
		join(socket, rest, connection);
	} catch (error) {
		const body = JSON.stringify({ message: (error as Error).message });
		const status = (error as { status?: unknown }).status;
		socket.end(
			`HTTP/1.1 ${typeof status === 'number' ? status : 500} Error\r\n` +
				`Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
		);
	}
}

async function take(
	socket: Duplex,
	head: Buffer,
	length: number,
): Promise<{ body: Buffer; rest: Buffer }> {
	let read = head;
	while (read.length < length) {
		const chunk = await new Promise<Buffer | null>((resolve) => {
			socket.once('data', resolve);
			socket.once('end', () => resolve(null));
		});
		socket.pause();
		if (!chunk) break;
		read = Buffer.concat([read, chunk]);
	}
	return { body: read.subarray(0, length), rest: read.subarray(length) };
}

function join(socket: Duplex, rest: Buffer, connection: Connection): void {
	const forward = (data: Buffer) => {
		socket.pause();
		void connection
			.send({ channel: 0, data: new Uint8Array(data) })
			.catch(() => undefined)
			.finally(() => socket.resume());
	};
	if (rest.length > 0) forward(rest);
	socket.on('data', forward);
	socket.on(
		'end',
		() => void connection.send({ channel: 0, data: undefined }).catch(() => undefined),
	);
	socket.on('close', () => connection.close());
	socket.resume();
	void pump(socket, connection);
}

async function pump(socket: Duplex, connection: Connection): Promise<void> {
	for await (const { data } of connection.messages)
		if (data && !socket.write(data)) await new Promise((resolve) => socket.once('drain', resolve));
	socket.end();
}
