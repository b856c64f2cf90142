/** Items that arrive before they are asked for; ends or fails once. */
export class Inbox<T> implements AsyncIterableIterator<T, undefined> {
	readonly #items: T[] = [];
	readonly #onTake: () => void;
	readonly #onReturn: () => void;
	#waiting: ((result: IteratorResult<T, undefined> | Promise<never>) => void)[] = [];
	#end: { error?: Error } | undefined;

	/** `onTake` runs for every item taken, `onReturn` when the reader stops early. */
	constructor(onTake: () => void, onReturn: () => void) {
		this.#onTake = onTake;
		this.#onReturn = onReturn;
	}
	push(item: T): void {
		if (this.#end) return;
		const waiting = this.#waiting.shift();
		if (!waiting) {
			this.#items.push(item);
			return;
		}
		this.#onTake();
		waiting({ done: false, value: item });
	}
	/** No more items come; those that arrived are still given out. */
	end(): void {
		this.#finish({});
	}
	/** As `end`, but the reader gets the error after the last item. */
	fail(error: Error): void {
		this.#finish({ error });
	}
	async next(): Promise<IteratorResult<T, undefined>> {
		if (this.#items.length > 0) {
			this.#onTake();
			return { done: false, value: this.#items.shift() as T };
		}
		if (this.#end) return this.#ending(this.#end);
		return new Promise((resolve) => this.#waiting.push(resolve));
	}
	async return(): Promise<IteratorResult<T, undefined>> {
		if (!this.#end) {
			this.#items.length = 0;
			this.end();
			this.#onReturn();
		}
		return { done: true, value: undefined };
	}
	[Symbol.asyncIterator](): this {
		return this;
	}
	#finish(end: { error?: Error }): void {
		if (this.#end) return;
		this.#end = end;
		const waiting = this.#waiting.splice(0);
		for (const [i, resolve] of waiting.entries()) resolve(this.#ending(i === 0 ? end : {}));
	}
	#ending(end: { error?: Error }): IteratorResult<T, undefined> | Promise<never> {
		if (!('error' in end)) return { done: true, value: undefined };
		this.#end = {};
		return Promise.reject(end.error);
	}
}

/** The sender's half of a window: `take` waits until the receiver has given room. */
export class Credits {
	#count: number;
	#waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
	#closed: unknown;

	constructor(count: number) {
		this.#count = count;
	}
	async take(): Promise<void> {
		if (this.#closed) throw this.#closed as Error;
		if (this.#count > 0) {
			this.#count--;
			return;
		}
		await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
	}
	give(count: number): void {
		for (; count > 0; count--) {
			const waiting = this.#waiting.shift();
			if (waiting) waiting.resolve();
			else this.#count++;
		}
	}
	/** Everything that waits, and all that comes after, fails with the error. */
	close(error: unknown): void {
		this.#closed ??= error;
		for (const { reject } of this.#waiting.splice(0)) reject(error);
	}
}
