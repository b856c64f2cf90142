import { expect, it } from 'vitest';
import { ManualClock } from './clock.ts';
import { supervise } from './supervise.ts';

function supervised(failures: number) {
	const clock = new ManualClock();
	const abort = new AbortController();
	const lines: string[] = [];
	const began: number[] = [];
	const log = { warn: (...words: unknown[]) => void lines.push(words.join(' ')) };
	const start = clock.now();
	const done = supervise(
		'dns',
		async () => {
			began.push(clock.now() - start);
			if (began.length <= failures) throw new Error('no port');
		},
		{ clock, log, signal: abort.signal },
	);
	return { clock, abort, lines, began, done };
}

it('starts a component again that fails, each time later, and says why', async () => {
	const { clock, lines, began, done } = supervised(2);
	await clock.advance(10_000);
	await done;
	expect(began).toEqual([0, 1000, 3000]);
	expect(lines).toEqual([
		'dns ended, starts again in 1 s Error: no port',
		'dns ended, starts again in 2 s Error: no port',
	]);
});

it('ends with its signal', async () => {
	const { clock, abort, began, done } = supervised(9);
	await clock.advance(1500);
	abort.abort();
	await done;
	expect(began).toHaveLength(2);
});
