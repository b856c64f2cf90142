import type { ChannelMessage, Connection } from '../../api/transport.ts';
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
	void streams.done.then(() => push(undefined));
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
