/** Characters that may wait for a client; one that falls further behind has to watch again. */
const limit = 2 ** 24;

/** The open end of a watch: lines go in as they happen and come out in chunks, in order. */
export class WatchQueue implements AsyncIterable<string> {
	#pending = '';
	#ended = false;
	#wake: (() => void) | undefined;
	readonly #onEnd: () => void;

	/** `onEnd` runs once, when either side ends the watch. */
	constructor(onEnd: () => void) {
		this.#onEnd = onEnd;
	}

	push(line: string): void {
		if (this.#ended) return;
		if (this.#pending.length > limit) {
			this.#pending = '';
			return this.end();
		}
		this.#pending += line;
		this.#wake?.();
	}

	/** What is already in the queue still comes out. */
	end(): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#onEnd();
		this.#wake?.();
	}

	[Symbol.asyncIterator](): AsyncIterator<string> {
		return {
			next: () => this.#next(),
			return: () => {
				this.end();
				this.#pending = '';
				return Promise.resolve({ done: true, value: undefined });
			},
		};
	}

	async #next(): Promise<IteratorResult<string>> {
		while (this.#pending === '') {
			if (this.#ended) return { done: true, value: undefined };
			await new Promise<void>((resolve) => (this.#wake = resolve));
			this.#wake = undefined;
		}
		const value = this.#pending;
		this.#pending = '';
		return { done: false, value };
	}
}
