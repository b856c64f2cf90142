import { expect, it } from 'vitest';
import { ManualClock } from './clock.ts';
import { WorkQueue } from './work-queue.ts';

function setup(fn: (key: string) => Promise<void>, workers = 2) {
	const clock = new ManualClock();
	const queue = new WorkQueue({ clock });
	const controller = new AbortController();
	const done = queue.run(workers, fn, controller.signal);
	return { clock, queue, stop: () => (controller.abort(), done) };
}

it('holds each key once and never works on it twice at a time', async () => {
	let running = 0;
	let most = 0;
	let calls = 0;
	const { clock, queue, stop } = setup(async () => {
		calls++;
		most = Math.max(most, ++running);
		await clock.sleep(10);
		running--;
	});
	queue.add('a');
	queue.add('a');
	await clock.advance(5);
	queue.add('a');
	queue.add('a');
	await clock.advance(100);
	expect(calls).toBe(2);
	expect(most).toBe(1);
	await stop();
});
it('works on different keys at once', async () => {
	let most = 0;
	let running = 0;
	const { clock, queue, stop } = setup(async () => {
		most = Math.max(most, ++running);
		await clock.sleep(10);
		running--;
	});
	queue.add('a');
	queue.add('b');
	queue.add('c');
	await clock.advance(100);
	expect(most).toBe(2);
	await stop();
});
it('brings failures back with doubling pauses until one succeeds', async () => {
	const at: number[] = [];
	const { clock, queue, stop } = setup(async () => {
		at.push(clock.now());
		if (at.length < 5) throw new Error('not yet');
	});
	queue.add('a');
	await clock.advance(1000);
	const pauses = at.slice(1).map((time, i) => time - (at[i] ?? 0));
	expect(pauses).toEqual([5, 10, 20, 40]);
	expect(queue.failures('a')).toBe(0);
	await stop();
});
it('keeps the earlier of two delays', async () => {
	let calls = 0;
	const { clock, queue, stop } = setup(async () => void calls++);
	queue.addAfter('a', 1000);
	queue.addAfter('a', 100);
	queue.addAfter('a', 5000);
	await clock.advance(150);
	expect(calls).toBe(1);
	await clock.advance(10_000);
	expect(calls).toBe(1);
	await stop();
});
