import { expect, it } from 'vitest';
import { report, soak } from '../soak/soak.ts';
import { UpgradesTarget } from '../soak/upgrades.ts';

it(
	'carries streams of good clients after those that no good client opens',
	{ timeout: 60_000 },
	async () => {
		const options = { seed: 20_261_201, count: 60, seconds: 2 };
		const outcome = await soak(new UpgradesTarget(), options);
		expect(outcome.failures, report('upgrades', options, outcome)).toEqual([]);
	},
);
