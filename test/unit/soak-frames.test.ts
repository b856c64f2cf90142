import { expect, it } from 'vitest';
import { FramesTarget } from '../soak/frames.ts';
import { soak } from '../soak/soak.ts';

it('what somebody else writes to the agent’s port stops nothing', async () => {
	const { failures } = await soak(new FramesTarget(), { seed: 1, count: 600 });
	expect(failures).toEqual([]);
});
