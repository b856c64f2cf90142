import { SeededRng } from '../../src/util/rng.ts';

/** Choices that a seed repeats. */
export class Random {
	readonly #rng: SeededRng;

	constructor(seed: number) {
		this.#rng = new SeededRng(seed);
	}

	/** A whole number from 0 up to, not including, `below`. */
	int(below: number): number {
		return Math.floor(this.#rng.next() * below);
	}

	chance(probability: number): boolean {
		return this.#rng.next() < probability;
	}

	pick<T>(choices: readonly T[]): T {
		return choices[this.int(choices.length)] as T;
	}

	/** One of several things to do, each as likely as its weight says. */
	weighted<T>(...choices: [weight: number, choice: () => T][]): T {
		let left = this.#rng.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
		const [, chosen] = choices.find(([weight]) => (left -= weight) < 0) ?? choices[0]!;
		return chosen();
	}

	bytes(count: number): Uint8Array<ArrayBuffer> {
		return this.#rng.bytes(count);
	}
}
