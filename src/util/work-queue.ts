import { Backoff } from './backoff.ts';
import type { Clock, Timer } from './clock.ts';

export interface WorkQueueOptions {
	clock: Clock;
	/** Milliseconds; 5 unless told. */
	baseDelay?: number;
	/** Milliseconds; 1000 s unless told. */
	maxDelay?: number;
	/** Told of every failed key, before it is queued again. */
	onError?: (key: string, error: unknown) => void;
}

/** What a queue holds at one moment. */
export interface WorkQueueSnapshot {
	queued: string[];
	processing: string[];
	delayed: { key: string; at: number }[];
	failures: Record<string, number>;
}

/**
 * Keys to work on: each waits once however often it is added, and no two workers hold the same key.
 * After client-go/util/workqueue: Typed, delayingType, ItemExponentialFailureRateLimiter
 */
export class WorkQueue {
	readonly #clock: Clock;
	readonly #backoff: Backoff;
	readonly #onError: ((key: string, error: unknown) => void) | undefined;
	readonly #queue = new Set<string>();
	readonly #processing = new Set<string>();
	/** Added while being worked on: queued again when that ends. */
	readonly #dirty = new Set<string>();
	readonly #delayed = new Map<string, { at: number; timer: Timer }>();
	#wake: (() => void)[] = [];
	#stopped = false;

	constructor(options: WorkQueueOptions) {
		this.#clock = options.clock;
		this.#backoff = new Backoff({
			base: options.baseDelay ?? 5,
			max: options.maxDelay ?? 1_000_000,
		});
		this.#onError = options.onError;
	}
	add(key: string): void {
		if (this.#processing.has(key)) {
			this.#dirty.add(key);
			return;
		}
		this.#queue.add(key);
		this.#wake.shift()?.();
	}
	/** Adds later; of two delays for one key the shorter counts. */
	addAfter(key: string, ms: number): void {
		if (this.#stopped) return;
		if (ms <= 0) {
			this.add(key);
			return;
		}
		const at = this.#clock.now() + ms;
		const known = this.#delayed.get(key);
		if (known && known.at <= at) return;
		known?.timer.cancel();
		const timer = this.#clock.after(ms, () => {
			this.#delayed.delete(key);
			this.add(key);
		});
		this.#delayed.set(key, { at, timer });
	}
	/** Adds after the key's back-off, which doubles until `forget`. */
	addRateLimited(key: string): void {
		this.addAfter(key, this.#backoff.next(key));
	}
	forget(key: string): void {
		this.#backoff.reset(key);
	}
	/** How often the key failed since it was forgotten. */
	failures(key: string): number {
		return this.#backoff.failures(key);
	}
	/** Works on keys until the signal aborts; a key whose `fn` rejects comes back after its back-off. */
	async run(
		workers: number,
		fn: (key: string) => Promise<void>,
		signal: AbortSignal,
	): Promise<void> {
		const stop = () => {
			this.#stopped = true;
			for (const wake of this.#wake.splice(0)) wake();
			for (const { timer } of this.#delayed.values()) timer.cancel();
			this.#delayed.clear();
		};
		// A signal of its own: many queues on one would look like a leak of listeners.
		const own = AbortSignal.any([signal]);
		own.addEventListener('abort', stop, { once: true });
		await Promise.all(Array.from({ length: workers }, () => this.#worker(fn, signal)));
	}
	snapshot(): WorkQueueSnapshot {
		return {
			queued: [...this.#queue, ...this.#dirty],
			processing: [...this.#processing],
			delayed: [...this.#delayed].map(([key, { at }]) => ({ key, at })),
			failures: this.#backoff.snapshot(),
		};
	}
	async #worker(fn: (key: string) => Promise<void>, signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			const [key] = this.#queue;
			if (key === undefined) {
				await new Promise<void>((resolve) => this.#wake.push(resolve));
				continue;
			}
			this.#queue.delete(key);
			this.#processing.add(key);
			await this.#process(key, fn, signal);
			this.#processing.delete(key);
			if (this.#dirty.delete(key)) this.add(key);
		}
	}
	async #process(
		key: string,
		fn: (key: string) => Promise<void>,
		signal: AbortSignal,
	): Promise<void> {
		try {
			await fn(key);
			this.forget(key);
		} catch (error) {
			if (signal.aborted) return;
			this.#tell(key, error);
			this.addRateLimited(key);
		}
	}
	/** Whoever is told of a failure does not end the worker by one of their own. */
	#tell(key: string, error: unknown): void {
		try {
			this.#onError?.(key, error);
		} catch {
			// There is nobody else to tell.
		}
	}
}
