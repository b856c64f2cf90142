import type { Clock } from '../../util/clock.ts';

interface Expected {
	creations: number;
	/** Keys of objects whose deletion is to be seen. */
	deletions: Set<string>;
	at: number;
}

const timeoutMs = 5 * 60_000;

/**
 * What a controller has done and not seen yet: until it has, its local copy is too old to act on.
 * After pkg/controller/controller_utils.go: UIDTrackingControllerExpectations
 */
export class Expectations {
	readonly #clock: Clock;
	readonly #expected = new Map<string, Expected>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}
	/** Whether all that was expected has been seen, or too long ago to be waited for. */
	satisfied(key: string): boolean {
		const expected = this.#expected.get(key);
		if (!expected) return true;
		const done = expected.creations <= 0 && expected.deletions.size === 0;
		return done || this.#clock.now() - expected.at > timeoutMs;
	}
	expectCreations(key: string, count: number): void {
		this.#expected.set(key, { creations: count, deletions: new Set(), at: this.#clock.now() });
	}
	expectDeletions(key: string, objects: string[]): void {
		this.#expected.set(key, { creations: 0, deletions: new Set(objects), at: this.#clock.now() });
	}
	creationObserved(key: string): void {
		const expected = this.#expected.get(key);
		if (expected) expected.creations--;
	}
	deletionObserved(key: string, object: string): void {
		this.#expected.get(key)?.deletions.delete(object);
	}
	forget(key: string): void {
		this.#expected.delete(key);
	}
	snapshot(): Record<string, { creations: number; deletions: string[] }> {
		const entries = [...this.#expected].map(([key, { creations, deletions }]) => {
			return [key, { creations, deletions: [...deletions] }] as [
				string,
				{ creations: number; deletions: string[] },
			];
		});
		return Object.fromEntries(entries);
	}
}
