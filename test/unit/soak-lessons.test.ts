import { expect, it } from 'vitest';
import { LessonsTarget } from '../soak/lessons.ts';
import { report, soak } from '../soak/soak.ts';

it('reads lessons from strangers, or says where they are none', { timeout: 60_000 }, async () => {
	const options = { seed: 1, count: 200, seconds: 2.5 };
	const outcome = await soak(new LessonsTarget(), options);
	expect(outcome.failures, report('lessons', options, outcome)).toEqual([]);
});
