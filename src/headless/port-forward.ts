import type { Duplex } from 'node:stream';
import type { Connection } from '../api/transport.ts';
import { toStatus } from '../client/status.ts';
import { logged } from '../util/log.ts';
import { connect, urlOf, type Upgrade } from './front.ts';
import { SpdySession } from './spdy-session.ts';
import type { SpdyStream } from './spdy-stream.ts';

interface Pair {
	port: string;
	data?: SpdyStream;
	error?: SpdyStream;
}

/**
 * kubectl's port-forward: for each TCP connection one data and one error stream with the same
 * `requestid`, over raw SPDY or inside a WebSocket. Each pair becomes one connection into the pod.
 */
export function forwardPorts(upgrade: Upgrade, socket: Duplex, head: Buffer): void {
	const { log, name } = upgrade.front;
	const url = urlOf(upgrade.from);
	const pairs = new Map<string, Pair>();
	new SpdySession(socket, head, (stream) => {
		const id = stream.headers.get('requestid') ?? '';
		const pair = pairs.get(id) ?? { port: stream.headers.get('port') ?? '' };
		pairs.set(id, pair);
		if (stream.headers.get('streamtype') === 'error') pair.error = stream;
		else pair.data = stream;
		const { data, error, port } = pair;
		if (!data || !error) return;
		pairs.delete(id);
		forward(upgrade, pathTo(url, port), data, error).catch(
			logged(log, name, 'a forwarded connection was lost'),
		);
	});
}

function pathTo(url: URL, port: string): string {
	const to = new URL(url);
	to.searchParams.set('ports', port);
	return to.pathname + to.search;
}

async function forward(
	upgrade: Upgrade,
	path: string,
	data: SpdyStream,
	error: SpdyStream,
): Promise<void> {
	try {
		const connection = await connect(upgrade, { method: 'GET', path });
		data.onData((chunk) => sendOn(connection, chunk));
		error.onData(async () => undefined);
		for await (const message of connection.messages)
			if (message.data) await (message.channel === 0 ? data : error).write(message.data);
	} catch (reason) {
		await error.write(new TextEncoder().encode(toStatus(reason).message ?? 'port forward failed'));
	}
	await error.end();
	await data.end();
}

function sendOn(connection: Connection, data: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
	return connection.send({ channel: 0, data }).catch(() => undefined);
}
