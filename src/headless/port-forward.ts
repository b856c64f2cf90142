import type { Duplex } from 'node:stream';
import type { Connection, Transport } from '../api/transport.ts';
import { toStatus } from '../client/status.ts';
import { SpdySession, type SpdyStream } from './spdy-session.ts';

interface Pair {
	port: string;
	data?: SpdyStream;
	error?: SpdyStream;
}

/**
 * kubectl's port-forward: for each TCP connection one data and one error stream with the same
 * `requestid`, over raw SPDY or inside a WebSocket. Each pair becomes one connection into the pod.
 */
export function forwardPorts(api: Transport, path: string, socket: Duplex, head: Buffer): void {
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
		void forward(api, path, port, data, error);
	});
}

async function forward(
	api: Transport,
	path: string,
	port: string,
	data: SpdyStream,
	error: SpdyStream,
): Promise<void> {
	const url = new URL(path, 'http://localhost');
	url.searchParams.set('ports', port);
	try {
		const connection = await api.upgrade({ method: 'GET', path: url.pathname + url.search });
		data.onData((chunk) => void sendOn(connection, chunk));
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
