import { expect, it } from 'vitest';
import { ApiTarget } from '../soak/api.ts';
import { report, soak } from '../soak/soak.ts';

it('finds the API server whole after what no good client sends', { timeout: 60_000 }, async () => {
	const options = { seed: 20_261_130, count: 1500 };
	const outcome = await soak(new ApiTarget(), options);
	expect(outcome.failures, report('api', options, outcome)).toEqual([]);
});
