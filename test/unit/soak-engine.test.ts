import { expect, it } from 'vitest';
import { EngineTarget } from '../soak/engine.ts';
import { report, soak } from '../soak/soak.ts';

it('the Engine API stays whole under requests no good client sends', async () => {
	const options = { seed: 3, count: 300 };
	const outcome = await soak(new EngineTarget(), options);
	expect(outcome.failures, report('engine', options, outcome)).toEqual([]);
}, 60_000);
