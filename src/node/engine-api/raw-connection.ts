import type { Connection, HttpResponse } from '../../api/transport.ts';
import { Pipe } from '../pipe.ts';
import { multiplexed } from './route.ts';

/** Two-way streams of a container or an exec. */
export interface Streams {
	tty: boolean;
	onOutput(
		listener: (stream: 'stdout' | 'stderr', data: Uint8Array<ArrayBuffer>) => void | Promise<void>,
	): void;
	write(data: Uint8Array): Promise<void>;
	closeStdin(): void;
	done: Promise<unknown>;
	close(): void;
}

/**
 * docker's hijacked connection: raw bytes with a terminal, framed pieces without one, all on channel 0. What prints
 * waits for who reads.
 */
export function rawConnection(streams: Streams): Connection {
	const output = new Pipe();
	streams.onOutput((stream, data) =>
		output.send({ channel: 0, data: streams.tty ? data : multiplexed(stream, data) }),
	);
	const end = () => output.close();
	void streams.done.then(end, end);
	return {
		messages: output.read(),
		send: async ({ data }) => (data ? streams.write(data) : streams.closeStdin()),
		close: () => {
			streams.close();
			output.drop();
		},
	};
}

/** The output alone, for a client that did not ask for an upgrade: it has no input. */
export function streamed(connection: Connection, signal?: AbortSignal): HttpResponse {
	async function* output(): AsyncIterable<Uint8Array<ArrayBuffer>> {
		try {
			for await (const { data } of connection.messages) if (data) yield data;
		} finally {
			connection.close();
		}
	}
	signal?.addEventListener('abort', () => connection.close());
	return {
		status: 200,
		headers: { 'content-type': 'application/vnd.docker.raw-stream' },
		body: output(),
	};
}
