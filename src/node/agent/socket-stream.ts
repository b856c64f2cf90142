import type { GuestSocket } from '../../api/agent.ts';
import type { Connection, StreamSink } from './connection.ts';
import type { Frame } from './frame.ts';
import { u32 } from './process-stream.ts';
import { creditStep, frameType } from './protocol.ts';
import { SendWindow } from './send-window.ts';

/** The host's side of a TCP connection of the guest. */
export class SocketStream implements GuestSocket, StreamSink {
	readonly data: AsyncIterable<Uint8Array<ArrayBuffer>>;
	readonly #connection: Connection;
	readonly #id: number;
	readonly #window: SendWindow;
	readonly #queue: Uint8Array<ArrayBuffer>[] = [];
	#ended = false;
	#closed = false;
	#taken = 0;
	#failure: Error | undefined;
	#wake: () => void = () => undefined;

	constructor(connection: Connection, id: number) {
		this.#connection = connection;
		this.#id = id;
		this.#window = new SendWindow(connection, id);
		this.data = { [Symbol.asyncIterator]: () => this.#iterate() };
	}

	write(data: Uint8Array): Promise<void> {
		return this.#window.write(data);
	}

	end(): void {
		this.#window.after(() => this.#connection.send(frameType.end, this.#id));
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#connection.send(frameType.close, this.#id);
		this.#connection.dropStream(this.#id);
		this.#window.fail(new Error('socket is closed'));
		this.#end();
	}

	frame(frame: Frame): void {
		if (frame.type === frameType.data) this.#queue.push(frame.payload.subarray(1));
		else if (frame.type === frameType.credit) this.#window.add(u32(frame));
		else if (frame.type === frameType.end) this.#ended = true;
		this.#wake();
	}

	fail(error: Error): void {
		this.#failure = error;
		this.#window.fail(error);
		this.#end();
	}

	lost(error: Error): void {
		this.fail(error);
	}

	#end(): void {
		this.#ended = true;
		this.#wake();
	}

	#giveCredit(count: number): void {
		this.#taken += count;
		if (this.#taken < creditStep) return;
		this.#connection.sendU32(frameType.credit, this.#id, this.#taken);
		this.#taken = 0;
	}

	async *#iterate(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
		for (;;) {
			const chunk = this.#queue.shift();
			if (chunk) {
				this.#giveCredit(chunk.length);
				yield chunk;
			} else if (this.#ended) {
				if (this.#failure) throw this.#failure;
				return;
			} else await new Promise<void>((resolve) => (this.#wake = resolve));
		}
	}
}
