import { describe, expect, it } from 'vitest';
import { linePath, niceTop, perSecond } from './chart-view.ts';

const frame = { now: 10_000, spanMs: 10_000, width: 100, height: 50, top: 10 };
const series = (steps: boolean, ...points: [number, number][]) => ({
	key: 'a',
	label: 'a',
	steps,
	points: points.map(([time, value]) => ({ time, value })),
});

describe('charts', () => {
	it('draws lines from point to point, and steps that hold', () => {
		expect(linePath(series(false, [0, 0], [5000, 10]), frame)).toBe('M0 50L50 0');
		expect(linePath(series(true, [-900, 5], [5000, 10]), frame)).toBe('M0 25H50V0H100');
		expect(linePath(series(false, [-900, 5]), frame)).toBe('');
	});
	it('ends its scale at a number that reads well', () => {
		expect([[3], [7], [11], [0.03], []].map((values) => niceTop(values, 0.01))).toEqual([
			5, 10, 20, 0.05, 0.01,
		]);
	});
	it('counts what ended in each whole second, from the first request on', () => {
		const mark = (at: number, ok: boolean) =>
			({ id: at, at, took: 100, ok, node: '', service: '', status: 200 }) as never;
		const marks = [mark(5000, true), mark(5850, true), mark(5950, false), mark(7000, true)];
		const { all, failed } = perSecond(marks, 9200, 60_000);
		expect(all).toEqual([
			{ time: 5500, value: 2 },
			{ time: 6500, value: 1 },
			{ time: 7500, value: 1 },
			{ time: 8500, value: 0 },
		]);
		expect(failed.map((one) => one.value)).toEqual([0, 1, 0, 0]);
	});
});
