import { describe, expect, it } from 'vitest';
import { mergeRecords, readProgress, writeProgress } from './progress-file.ts';

const step = (at: number, solved = false) => ({ done: true, solved, at });

describe('progress as a file', () => {
	it('comes back as it was saved', () => {
		const lessons = { layers: { version: 2, steps: { mount: step(5) } } };
		expect(readProgress(writeProgress(lessons, new Date(0), '小明'))).toEqual({
			who: '小明',
			lessons,
		});
	});

	it('takes nothing that is not its own', () => {
		expect(readProgress('{')).toBeUndefined();
		expect(readProgress('{"format":"other","lessons":{}}')).toBeUndefined();
		expect(
			readProgress('{"format":"drydock-progress/1","lessons":{"x":{"version":1,"steps":{"a":3}}}}'),
		).toBeUndefined();
		expect(
			readProgress(
				'{"format":"drydock-progress/1","lessons":{"x":{"version":1,"steps":{"a":{"done":true,"solved":false,"at":1e20}}}}}',
			),
			'a time that no calendar knows',
		).toBeUndefined();
	});

	it('keeps the better of two records', () => {
		const here = { version: 1, steps: { a: step(9, true), b: step(4) } };
		const there = { version: 1, steps: { a: step(10), b: step(2), c: step(3, true) } };
		const both = { version: 1, steps: { a: step(10), b: step(2), c: step(3, true) } };
		expect(mergeRecords(here, there)).toEqual(both);
		expect(mergeRecords(there, here)).toEqual(both);
	});

	it('keeps the steps of the newer version only, since they mean something else', () => {
		const old = { version: 1, steps: { a: step(1) } };
		const fresh = { version: 2, steps: { b: step(2) } };
		expect(mergeRecords(old, fresh)).toEqual(fresh);
		expect(mergeRecords(fresh, old)).toEqual(fresh);
		expect(mergeRecords(undefined, old)).toEqual(old);
	});
});
