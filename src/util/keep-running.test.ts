import { expect, it } from 'vitest';
import { ManualClock } from './clock.ts';
import { keepRunning } from './keep-running.ts';

function setup() {
	const clock = new ManualClock();
	const lines: string[] = [];
	const controller = new AbortController();
	const log = {
		warn: (component: string, message: string, error?: unknown) =>
			lines.push(`${component}: ${message}: ${String(error)}`),
	};
	const options = { clock, log, signal: controller.signal, component: 'dns', what: 'answering' };
	return { clock, lines, controller, options };
}

it('begins again after growing pauses, and says why', async () => {
	const { clock, lines, options } = setup();
	const began: number[] = [];
	const start = clock.now();
	keepRunning(async () => {
		began.push(clock.now() - start);
		if (began.length < 4) throw new Error(`fault ${began.length}`);
	}, options);
	await clock.advance(60_000);
	expect(began).toEqual([0, 1000, 3000, 7000]);
	expect(lines).toEqual(
		[1, 2, 3].map((n) => `dns: answering failed and begins again: Error: fault ${n}`),
	);
});
it('takes the end of its signal for no failure', async () => {
	const { clock, lines, controller, options } = setup();
	keepRunning(() => clock.sleep(1000, options.signal), options);
	await clock.advance(10);
	controller.abort(new Error('switched off'));
	await clock.advance(60_000);
	expect(lines).toEqual([]);
});
