import type { ChannelMessage, Connection, HttpResponse } from '../../api/transport.ts';
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

/** docker's hijacked connection: raw bytes with a terminal, framed pieces without one, all on channel 0. */
export function rawConnection(streams: Streams): Connection {
	const waiting: (ChannelMessage | undefined)[] = [];
	let wake = () => {};
	const push = (message: ChannelMessage | undefined) => {
		waiting.push(message);
		wake();
	};
	streams.onOutput((stream, data) =>
		push({ channel: 0, data: streams.tty ? data : multiplexed(stream, data) }),
	);
	const end = () => push(undefined);
	void streams.done.then(end, end);
	async function* messages(): AsyncIterable<ChannelMessage> {
		for (;;) {
			while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
			const message = waiting.shift();
			if (!message) return;
			yield message;
		}
	}
	return {
		messages: messages(),
		send: async ({ data }) => (data ? streams.write(data) : streams.closeStdin()),
		close: () => {
			streams.close();
			push(undefined);
		},
	};
}

/** The output alone, for a client that did not ask for an upgrade: it has no input. */
export function streamed(connection: Connection, signal?: AbortSignal): HttpResponse {
	async function* output(): AsyncIterable<Uint8Array<ArrayBuffer>> {
		for await (const { data } of connection.messages) if (data) yield data;
	}
	signal?.addEventListener('abort', () => connection.close());
	return {
		status: 200,
		headers: { 'content-type': 'application/vnd.docker.raw-stream' },
		body: output(),
	};
}
