import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from './pace.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** This many changes, evenly over a second. */
function second(pace: Pace, changes: number): void {
	for (let done = 0; done < changes; done++) {
		pace.tick(Date.now());
		vi.advanceTimersByTime(1000 / changes);
	}
}

it('is rushed while more changes than can be followed come in each second, and a second longer', () => {
	const pace = new Pace();
	for (let round = 0; round < 3; round++) second(pace, 14);
	expect(pace.rushed).toBe(false);
	second(pace, 30);
	expect(pace.rushed).toBe(true);
	second(pace, 30);
	vi.advanceTimersByTime(900);
	expect(pace.rushed).toBe(true);
	vi.advanceTimersByTime(200);
	expect(pace.rushed).toBe(false);
});
