import { describe, expect, it } from 'vitest';
import type { Check, Lesson, Step } from './lesson.ts';
import { ladder, pointsOf, receiptOf, scoreOf } from './score.ts';

const check = (weight: number): Check => ({
	id: `c${weight}`,
	probe: { probe: 'quiz', id: 'q' },
	mode: 'edge',
	needs: [],
	hold: 0,
	explain: [],
	weight,
});
const step = (id: string, weights: number[], optional = false): Step => ({
	id,
	optional,
	checks: weights.map(check),
	solution: [{ do: 'quiz', id: 'q' }],
	reset: [],
});
const lesson = {
	id: 'l',
	version: 2,
	score: { hint: 40, solved: 100 },
	steps: [step('a', [1]), step('b', [1, 2]), step('c', [5], true)],
} as unknown as Lesson;
const done = { done: true, solved: false, at: 1 };

describe('score', () => {
	it('takes points for each help and never goes below zero', () => {
		expect(pointsOf(lesson, undefined)).toBe(0);
		expect(pointsOf(lesson, { ...done, done: false })).toBe(0);
		expect(pointsOf(lesson, done)).toBe(100);
		expect(pointsOf(lesson, { ...done, hints: 2 })).toBe(20);
		expect(pointsOf(lesson, { ...done, hints: 9 })).toBe(0);
		expect(pointsOf(lesson, { ...done, solved: true, hints: 3 })).toBe(0);
	});

	it('weighs steps by their checks and leaves optional ones out', () => {
		const record = { version: 2, steps: { a: { ...done, hints: 1 }, b: done } };
		expect(scoreOf(lesson, record)).toEqual({ raw: 90, max: 100, scaled: 0.9 });
		expect(scoreOf(lesson, record, ['a', 'c'])).toEqual({ raw: 10, max: 100, scaled: 0.1 });
		expect(scoreOf(lesson, { version: 2, steps: {} }).raw).toBe(0);
	});

	it('is a ladder from the first hint to everything, each rung with its price', () => {
		const hint = { type: 'hint' as const, children: [] };
		const rungs = ladder(lesson, step('a', [1]), [hint, { type: 'rule' }, hint]);
		expect(rungs.map(({ kind, cost }) => [kind, cost])).toEqual([
			['hint', 40],
			['hint', 40],
			['solution', 40],
			['type', 100],
			['solve', 100],
		]);
	});

	it('fits into one line for handing in', () => {
		const record = { version: 2, steps: { b: { ...done, hints: 1, secs: 12.4 } } };
		const [, code = ''] = receiptOf(lesson, record, 0).split(':');
		expect(JSON.parse(atob(code))).toEqual({
			l: 'l',
			v: 2,
			p: 45,
			at: '1970-01-01T00:00:00.000Z',
			s: [
				['a', 0, 0, 0, 0],
				['b', 1, 0, 1, 12],
				['c', 0, 0, 0, 0],
			],
		});
	});
});
