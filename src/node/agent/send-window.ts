import type { Connection } from './connection.ts';
import { framePayload, frameType, streamWindow } from './protocol.ts';

/** Our side of a stream's credit: writes wait until the guest has taken what was sent before. */
export class SendWindow {
	readonly #connection: Connection;
	readonly #id: number;
	#credit = streamWindow;
	#failure: Error | undefined;
	#wake: () => void = () => undefined;
	#tail: Promise<void> = Promise.resolve();

	constructor(connection: Connection, id: number) {
		this.#connection = connection;
		this.#id = id;
	}

	/**
	 * Sends in order; settles once all of it is on its way within the credit. With a channel, that number
	 * goes before each frame's bytes: the output a command's session writes to.
	 */
	write(data: Uint8Array, channel?: number): Promise<void> {
		const turn = this.#tail.then(() => this.#write(data, channel));
		this.#tail = turn.catch(() => undefined);
		return turn;
	}

	/** Runs after all writes so far. */
	after(fn: () => void): void {
		this.#tail = this.#tail.then(fn);
	}

	add(credit: number): void {
		this.#credit += credit;
		this.#wake();
	}

	fail(error: Error): void {
		this.#failure ??= error;
		this.#wake();
	}

	async #write(data: Uint8Array, channel?: number): Promise<void> {
		for (let at = 0; at < data.length;) {
			await this.#room();
			const count = Math.min(data.length - at, this.#credit, framePayload - 1);
			const part = data.subarray(at, at + count);
			this.#credit -= count;
			at += count;
			this.#connection.send(
				frameType.data,
				this.#id,
				channel === undefined ? part : mark(part, channel),
			);
		}
		if (this.#failure) throw this.#failure;
	}

	async #room(): Promise<void> {
		while (this.#credit <= 0 && !this.#failure)
			await new Promise<void>((resolve) => (this.#wake = resolve));
		if (this.#failure) throw this.#failure;
	}
}

function mark(part: Uint8Array, channel: number): Uint8Array {
	const bytes = new Uint8Array(part.length + 1);
	bytes[0] = channel;
	bytes.set(part, 1);
	return bytes;
}
