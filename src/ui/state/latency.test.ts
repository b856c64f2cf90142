import { describe, expect, it } from 'vitest';
import { latencies } from './latency.ts';

describe('latencies', () => {
	it('is nothing without answers', () => expect(latencies([])).toBeUndefined());

	it('tells what half and all but one of a hundred did not exceed', () => {
		const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
		expect(latencies(hundred)).toMatchObject({ count: 100, p50: 50, p99: 99, max: 100 });
		expect(latencies([7])).toMatchObject({ p50: 7, p99: 7, max: 7 });
	});

	it('counts each answer in one bar, the slowest in one without an end', () => {
		const bars = latencies([0, 5, 6, 10, 2001])?.bars ?? [];
		const counted = bars.filter(({ count }) => count > 0).map(({ to, count }) => [to, count]);
		expect(counted).toEqual([
			[5, 2],
			[10, 2],
			[Infinity, 1],
		]);
	});
});
