import type { ChannelMessage } from '../api/transport.ts';

/** Messages in one direction; a send settles when its message was taken. */
export class Pipe {
	readonly #queue: { message: ChannelMessage; taken: () => void }[] = [];
	#wake: (() => void) | undefined;
	#closed = false;

	send(message: ChannelMessage): Promise<void> {
		if (this.#closed) return Promise.resolve();
		return new Promise((taken) => {
			this.#queue.push({ message, taken });
			this.#wake?.();
		});
	}
	/** What was sent before is still delivered. */
	close(): void {
		this.#closed = true;
		this.#wake?.();
	}
	/** Nobody reads any more. */
	drop(): void {
		this.close();
		for (const { taken } of this.#queue.splice(0)) taken();
	}
	async *read(): AsyncGenerator<ChannelMessage> {
		for (;;) {
			const next = this.#queue.shift();
			if (next) {
				next.taken();
				yield next.message;
			} else if (this.#closed) return;
			else await new Promise<void>((wake) => (this.#wake = wake));
		}
	}
}
