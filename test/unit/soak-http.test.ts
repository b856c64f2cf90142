import { expect, it } from 'vitest';
import { HttpTarget } from '../soak/http.ts';
import { report, soak } from '../soak/soak.ts';

it(
	'finds the HTTP server whole after what no good client writes',
	{ timeout: 60_000 },
	async () => {
		const options = { seed: 20_261_130, count: 400, seconds: 5 };
		const outcome = await soak(new HttpTarget(), options);
		expect(outcome.failures, report('http', options, outcome)).toEqual([]);
	},
);
