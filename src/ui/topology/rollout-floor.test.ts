import { describe, expect, it } from 'vitest';
import { floorView } from './rollout-floor.ts';

const points = (...list: [number, number][]) => list.map(([time, value]) => ({ time, value }));

describe('floorView', () => {
	it('counts from the beginning of the rollout: an outage before it was of another strategy', () => {
		const seen = points([0, 3], [10, 0], [20, 3], [40, 2], [45, 3]);
		expect(floorView({ began: 30, ended: undefined, least: 2 }, seen)).toEqual({
			least: 2,
			from: 30,
			until: undefined,
			lowest: 2,
		});
	});
	it('counts nothing after its end', () => {
		const seen = points([0, 3], [60, 1]);
		expect(floorView({ began: 10, ended: 50, least: 3 }, seen)).toMatchObject({
			until: 50,
			lowest: 3,
		});
	});
	it('tells of endpoints below what was promised', () => {
		const seen = points([0, 3], [20, 1]);
		expect(floorView({ began: 10, ended: undefined, least: 3 }, seen)?.lowest).toBe(1);
	});
	it('lets a first rollout begin with none, and counts once there are enough', () => {
		const span = { began: 0, ended: undefined, least: 3 };
		expect(floorView(span, points([1, 0], [5, 2]))).toBeUndefined();
		const seen = points([1, 0], [5, 2], [8, 3]);
		expect(floorView(span, seen)).toMatchObject({ from: 8, lowest: 3 });
	});
	it('knows nothing of a rollout that nobody saw', () => {
		expect(floorView({ began: undefined, ended: 3, least: 3 }, points([0, 1]))).toBeUndefined();
	});
});
