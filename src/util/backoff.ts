/** How a delay grows. */
export interface BackoffOptions {
	/** Milliseconds of the first delay. */
	base: number;
	/** Milliseconds no delay exceeds. */
	max: number;
	/** What each delay is multiplied with; 2 unless told. */
	factor?: number;
}

/** Delays per key that grow with every failure until the key is reset. */
export class Backoff {
	readonly #options: Required<BackoffOptions>;
	readonly #failures = new Map<string, number>();

	constructor(options: BackoffOptions) {
		this.#options = { factor: 2, ...options };
	}
	/** The delay before the next try; counts one more failure. */
	next(key = ''): number {
		const count = this.#failures.get(key) ?? 0;
		this.#failures.set(key, count + 1);
		const { base, max, factor } = this.#options;
		return Math.min(max, base * factor ** count);
	}
	/** Failures since the last reset. */
	failures(key = ''): number {
		return this.#failures.get(key) ?? 0;
	}
	reset(key = ''): void {
		this.#failures.delete(key);
	}
	snapshot(): Record<string, number> {
		return Object.fromEntries(this.#failures);
	}
}
