import { describe, expect, it } from 'vitest';
import type { Check, Lesson, Step } from './lesson.ts';
import { ladder, offeredIn, pointsOf, readReceipt, receiptOf, scoreOf } from './score.ts';

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

	it('asks no price for what the text offers to run', () => {
		const exec = (text: string) => ({
			type: 'paragraph' as const,
			children: [{ type: 'code' as const, text, action: { kind: 'exec' as const } }],
		});
		const typing = { ...step('a', [1]), solution: [{ do: 'type', text: 'ls' }] } as unknown as Step;
		const costOf = (blocks: Parameters<typeof ladder>[2]) =>
			ladder(lesson, typing, blocks).find(({ kind }) => kind === 'solution');
		expect(costOf([exec('ls')])).toEqual({ kind: 'solution', cost: 0, known: true });
		expect(costOf([exec('ps')])).toEqual({ kind: 'solution', cost: 40, known: false });
		const answered = { ...typing, solution: [...typing.solution, { do: 'answer', value: '4' }] };
		const [rung] = ladder(lesson, answered as unknown as Step, [exec('ls')]);
		expect(rung, 'an answer is no command').toMatchObject({ kind: 'solution', known: false });
		// What a hint offers has its price.
		expect(costOf([{ type: 'hint', children: [exec('ls')] }])).toMatchObject({ known: false });
		expect(offeredIn([exec('ls'), { type: 'hint', children: [exec('ps')] }])).toEqual(
			new Set(['ls']),
		);
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

	it('is read again as it was written', () => {
		const record = { version: 2, steps: { b: { ...done, hints: 1, secs: 12.4 } } };
		expect(readReceipt(receiptOf(lesson, record, 1_700_000_000_000))).toEqual({
			lesson: 'l',
			version: 2,
			points: 45,
			at: 1_700_000_000_000,
			steps: [
				{ id: 'a', done: false, solved: false, hints: 0, secs: 0 },
				{ id: 'b', done: true, solved: false, hints: 1, secs: 12 },
				{ id: 'c', done: false, solved: false, hints: 0, secs: 0 },
			],
		});
	});

	it('says why something is no receipt', () => {
		const whole = receiptOf(lesson, { version: 2, steps: {} }, 0);
		expect(readReceipt('')).toBe('code');
		expect(readReceipt(whole.slice('drydock:'.length))).toBe('code');
		expect(readReceipt(whole.slice(0, -9))).toBe('code');
		expect(readReceipt(`${whole}\n`)).toBe('code');
		expect(readReceipt(`drydock:${'A'.repeat(20_000)}`)).toBe('long');
		const written = JSON.parse(atob(whole.slice('drydock:'.length))) as Record<string, unknown>;
		const changed = (more: Record<string, unknown>) =>
			readReceipt(`drydock:${btoa(JSON.stringify({ ...written, ...more }))}`);
		expect(changed({})).toMatchObject({ lesson: 'l' });
		expect(changed({ l: 'another-lesson', v: 99 })).toMatchObject({ lesson: 'another-lesson' });
		const bad = [
			{ l: '=1+1' },
			{ l: '../x' },
			{ v: 1.5 },
			{ p: 101 },
			{ p: '100' },
			{ p: -1 },
			{ at: 'yesterday' },
			{ at: '1970-01-01' },
			{ s: {} },
			{ s: [['a', 1, 0, 0]] },
			{ s: [['a', 2, 0, 0, 0]] },
			{ s: [['a', 1, 0, -1, 0]] },
			{
				s: [
					['a', 1, 0, 0, 0],
					['a', 1, 0, 0, 0],
				],
			},
			{ s: Array.from({ length: 101 }, (_, index) => [`s${index}`, 1, 0, 0, 0]) },
			{ more: 1 },
		];
		expect(bad.filter((more) => changed(more) !== 'content')).toEqual([]);
		expect(readReceipt(`drydock:${btoa('null')}`)).toBe('content');
		expect(readReceipt(`drydock:${btoa('{')}`)).toBe('code');
	});
});
