import { expect, it } from 'vitest';
import { ManualClock } from './clock.ts';
import { deadlineSignal, withDeadline } from './deadline.ts';

it('passes an outcome on that comes in time', async () => {
	const clock = new ManualClock();
	await expect(withDeadline(clock, 100, 'call', Promise.resolve(7))).resolves.toBe(7);
	await expect(withDeadline(clock, 100, 'call', Promise.reject(new Error('no')))).rejects.toThrow(
		'no',
	);
});
it('rejects what takes too long', async () => {
	const clock = new ManualClock();
	const call = expect(
		withDeadline(clock, 100, 'call', new Promise(() => undefined)),
	).rejects.toThrow('call: no answer within 100 ms');
	await clock.advance(100);
	await call;
});
it('aborts with its parent or its time, and not once cancelled', async () => {
	const clock = new ManualClock();
	const parent = new AbortController();
	const first = deadlineSignal(clock, 100, 'call', parent.signal);
	const second = deadlineSignal(clock, 100, 'call');
	const third = deadlineSignal(clock, 100, 'call');
	third.cancel();
	parent.abort(new Error('stop'));
	await clock.advance(100);
	expect(first.signal.reason).toMatchObject({ message: 'stop' });
	expect(second.signal.reason).toMatchObject({ name: 'DeadlineError' });
	expect(third.signal.aborted).toBe(false);
});
