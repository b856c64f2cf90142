import { expect, it } from 'vitest';
import { EmbedTarget } from '../soak/embed.ts';
import { report, soak } from '../soak/soak.ts';

it('a lesson in a frame and the page around it take nothing from each other that is not meant', async () => {
	const options = { seed: 1, count: 400, seconds: 2.5 };
	const outcome = await soak(new EmbedTarget(), options);
	expect(outcome.failures, report('embed', options, outcome)).toEqual([]);
}, 60_000);
