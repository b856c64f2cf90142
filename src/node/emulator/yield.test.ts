import { afterEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../util/clock.ts';
import type { Processor } from './v86-internals.d.ts';
import { yieldInThread } from './yield.ts';

function bench() {
	vi.stubGlobal('setImmediate', undefined);
	const clock = new ManualClock();
	const ticks: number[] = [];
	const others = vi.fn();
	const v86 = {
		yield_callback: (tick: number) => ticks.push(tick),
		unregister_yield: others as () => void,
	} as unknown as Processor;
	yieldInThread(v86, clock);
	return { clock, ticks, v86, others };
}

/** Time for the messages of a channel to arrive. */
const messages = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('between two slices of a guest’s time', () => {
	afterEach(() => void vi.unstubAllGlobals());

	it('another message has its turn, and no worker is asked', async () => {
		const { ticks, v86, others } = bench();
		expect(others).toHaveBeenCalledOnce();
		v86.yield(0, 1);
		expect(ticks).toEqual([]);
		await messages();
		expect(ticks).toEqual([1]);
		v86.unregister_yield();
	});
	it('a halted guest waits as long as it has nothing to do, or until it has', async () => {
		const { clock, ticks, v86 } = bench();
		v86.yield(50, 1);
		await clock.advance(49);
		await messages();
		expect(ticks).toEqual([]);
		await clock.advance(1);
		await messages();
		expect(ticks).toEqual([1]);
		v86.yield(50, 2);
		v86.yield(0, 3);
		await clock.advance(100);
		await messages();
		expect(ticks).toEqual([1, 3]);
		v86.unregister_yield();
	});
	it('a machine that is gone has none', async () => {
		const { clock, ticks, v86 } = bench();
		v86.yield(50, 1);
		v86.unregister_yield();
		await clock.advance(100);
		await messages();
		expect(ticks).toEqual([]);
	});
});
