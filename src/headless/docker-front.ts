import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection } from '../api/transport.ts';
import { StatusError } from '../client/status.ts';
import { logged } from '../util/log.ts';
import { drained } from './drained.ts';
import {
	carry,
	connect,
	plainHeaders,
	serve,
	type Front,
	type Told,
	type Upgrade,
} from './front.ts';
import { checkLength } from './request-body.ts';

/** The body of a request that is upgraded has to arrive within this time. */
const bodyMs = 20_000;

/** Serves a node's Docker Engine API; attach and exec are hijacked connections. */
export function serveDocker(
	front: Pick<Front, 'api' | 'door' | 'log'>,
	port: number,
): Promise<Server> {
	return serve({ ...front, name: 'docker-api', told, upgrade: hijack }, port);
}

function told(error: unknown): Told {
	const { message, status } = error as { message?: unknown; status?: unknown };
	const code = error instanceof StatusError ? error.code : status;
	return {
		code: typeof code === 'number' ? code : 500,
		body: JSON.stringify({ message: String(message ?? error) }),
	};
}

async function hijack(upgrade: Upgrade): Promise<void> {
	const { front, from, socket, head } = upgrade;
	checkLength(from);
	const length = Number(from.headers['content-length'] ?? 0);
	const { body, rest } = await take(socket, head, length);
	if (body.length > 0) front.door.checkBody(from);
	const connection = await connect(upgrade, {
		method: from.method ?? 'GET',
		path: from.url ?? '/',
		headers: plainHeaders(from),
		...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
	});
	socket.write(
		'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n' +
			'Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
	);
	join(upgrade, rest, connection);
}

/** With an upgrade Node leaves the body unread: it stands before the raw bytes. */
function take(
	socket: Duplex,
	head: Buffer,
	length: number,
): Promise<{ body: Buffer; rest: Buffer }> {
	return new Promise((resolve, reject) => {
		const chunks = [head];
		let size = head.length;
		const settle = () => {
			clearTimeout(timer);
			socket.off('data', add).off('end', cut).off('close', cut).pause();
		};
		const done = () => {
			settle();
			const read = Buffer.concat(chunks);
			resolve({ body: read.subarray(0, length), rest: read.subarray(length) });
		};
		const cut = () => {
			settle();
			reject(Object.assign(new Error('the body of the request did not arrive'), { status: 400 }));
		};
		const add = (chunk: Buffer) => {
			chunks.push(chunk);
			size += chunk.length;
			if (size >= length) done();
		};
		const timer = setTimeout(cut, bodyMs);
		if (size >= length) return done();
		socket.on('data', add).on('end', cut).on('close', cut);
	});
}

function join(upgrade: Upgrade, rest: Buffer, connection: Connection): void {
	const { front, socket } = upgrade;
	const failed = logged(front.log, front.name, 'input was not taken');
	// What takes no more input may still have output.
	const send = (data: Uint8Array<ArrayBuffer> | undefined) =>
		connection.send({ channel: 0, data }).catch(() => undefined);
	const forward = (data: Buffer) => {
		socket.pause();
		send(new Uint8Array(data)).then(() => socket.resume(), failed);
	};
	if (rest.length > 0) forward(rest);
	else socket.resume();
	socket.on('data', forward);
	socket.on('end', () => {
		send(undefined).catch(failed);
	});
	carry(upgrade, pump(socket, connection), () => socket.destroy());
}

async function pump(socket: Duplex, connection: Connection): Promise<void> {
	for await (const { data } of connection.messages)
		if (data && !socket.write(data)) await drained(socket);
	socket.end();
}
