import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SolutionAction, Step } from '../../lesson/lesson.ts';
import { resetPart, solutionPart, Work } from './work.svelte.ts';

const type = (text: string): SolutionAction => ({
	do: 'type',
	text,
	on: 'node-1',
	returns: true,
});
const step = (texts: string[], tookMs?: number): Step => ({
	id: 'a',
	optional: false,
	checks: [],
	solution: texts.map(type),
	reset: [{ do: 'type', text: 'undo', on: 'node-1', returns: true }],
	...(tookMs !== undefined && { tookMs }),
});

describe('Work', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('weighs steps by the time they took, and moves only when something was done', () => {
		const [slow, fast] = [step(['1', '2', '3'], 8000), step(['4'], 2000)];
		const work = new Work('catch-up', [solutionPart(slow, 0), solutionPart(fast, 1)]);
		work.begin(0);
		expect([work.fraction, work.left]).toEqual([0, undefined]);
		vi.advanceTimersByTime(1500);
		expect(work.fraction).toBe(0);
		vi.advanceTimersByTime(500);
		work.doing(slow.solution[1], 1);
		expect([work.fraction, work.left]).toEqual([0.2, 8]);
		work.begin(1);
		expect(work.fraction).toBe(0.8);
		work.doing(undefined, 1);
		expect(work.fraction).toBe(0.9);
		work.end();
	});

	it('expects a slower machine to stay slow, and counts down meanwhile', () => {
		const one = step(['1', '2', '3'], 4000);
		const work = new Work('solve', [solutionPart(one, 0)]);
		vi.advanceTimersByTime(3000);
		work.doing(one.solution[1], 1);
		expect(work.left).toBe(9);
		vi.advanceTimersByTime(1000);
		expect(work.left).toBe(8);
		work.end();
	});

	it('says after eight seconds without a step forward that it is waiting, until there is one', () => {
		const one = step(['sleep', '2']);
		const work = new Work('solve', [solutionPart(one, 0)]);
		work.doing(one.solution[0], 0);
		vi.advanceTimersByTime(8000);
		expect(work.quiet).toBe(false);
		vi.advanceTimersByTime(1000);
		expect([work.quiet, work.left]).toEqual([true, undefined]);
		expect(work.action).toEqual(type('sleep'));
		work.doing(one.solution[1], 1);
		expect(work.quiet).toBe(false);
		work.end();
	});

	it('undoes with the actions of the reset', () => {
		expect(resetPart(step(['1']), 3)).toMatchObject({ index: 3, actions: [type('undo')] });
	});
});
