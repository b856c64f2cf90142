import { describe, expect, it } from 'vitest';
import { stepLine } from './ready-timeline.ts';

const box = { now: 100, spanMs: 100, top: 4, width: 100, height: 40 };

describe('stepLine', () => {
	it('holds each value until the next and the last one until now', () => {
		const points = [
			{ time: -50, value: 2 },
			{ time: 20, value: 4 },
			{ time: 70, value: 1 },
		];
		expect(stepLine(points, box)).toEqual({
			path: 'M0 20H20V0H70V30H100',
			from: 0,
			last: 1,
		});
	});
	it('begins where something is known, and forgets what is older than the window', () => {
		expect(stepLine([{ time: 50, value: 4 }], box)).toMatchObject({ path: 'M50 0H100', from: 50 });
		const old = [-50, -10].map((time) => ({ time, value: time === -10 ? 4 : 0 }));
		expect(stepLine(old, box).path).toBe('M0 0H100');
		expect(stepLine([], box)).toEqual({ path: '', from: 100, last: 0 });
	});
});
