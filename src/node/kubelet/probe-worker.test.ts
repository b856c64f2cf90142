import { describe, expect, it } from 'vitest';
import type { Probe } from '../../api/kubernetes.ts';
import { ManualClock } from '../../util/clock.ts';
import { consoleLog } from '../../util/log.ts';
import type { ProbeOutcome } from './probe-run.ts';
import { ProbeWorker, type ProbeKind } from './probe-worker.ts';

/** Runs a worker against results of one probe each; answers when it probed and what it concluded. */
async function watch(kind: ProbeKind, probe: Probe, results: string, ms: number) {
	const clock = new ManualClock(0);
	const probed: number[] = [];
	const verdicts: string[] = [];
	const worker = new ProbeWorker({
		kind,
		probe,
		clock,
		log: consoleLog,
		startedAt: 0,
		run: () => {
			const result = results[probed.length] ?? results.at(-1);
			probed.push(clock.now() / 1000);
			const names: Record<string, ProbeOutcome['result']> = {
				'+': 'success',
				'-': 'failure',
				'?': 'unknown',
			};
			return Promise.resolve({ result: names[result ?? '?'] ?? 'unknown', output: '' });
		},
		onMiss: () => undefined,
		onVerdict: (passed) => verdicts.push(`${clock.now() / 1000}${passed ? '+' : '-'}`),
	});
	worker.start();
	await clock.advance(ms);
	worker.stop();
	return { probed, verdicts };
}

describe('probe worker', () => {
	it('probes right after the start, then every period', async () => {
		expect(await watch('readiness', { periodSeconds: 5 }, '+', 12_000)).toEqual({
			probed: [0, 5, 10],
			verdicts: ['0+'],
		});
	});

	it('tries once more soon when the first readiness probe fails', async () => {
		expect(await watch('readiness', { periodSeconds: 10 }, '-+', 12_000)).toEqual({
			probed: [0, 1, 11],
			verdicts: ['1+'],
		});
	});

	it.each([
		['readiness', { periodSeconds: 1, successThreshold: 2 }, '+-++++', ['3+']],
		['readiness', { periodSeconds: 1, failureThreshold: 3 }, '+--+---+', ['0+', '6-', '7+']],
		['readiness', { periodSeconds: 1 }, '-----', []],
		['liveness', { periodSeconds: 1, failureThreshold: 2 }, '+-+--', ['4-']],
		['liveness', { periodSeconds: 1, failureThreshold: 2 }, '-??-', ['3-']],
		['startup', { periodSeconds: 1, failureThreshold: 5 }, '--+', ['2+']],
		['startup', { periodSeconds: 1, failureThreshold: 3 }, '-----', ['2-']],
	] as const)('%s with %o and %s', async (kind, probe, results, verdicts) => {
		expect((await watch(kind, probe, results, 7500)).verdicts).toEqual(verdicts);
	});

	it('waits for the initial delay, and stops probing liveness after a failure', async () => {
		const { probed } = await watch(
			'liveness',
			{ initialDelaySeconds: 3, periodSeconds: 1, failureThreshold: 1 },
			'-',
			9000,
		);
		expect(probed).toEqual([3]);
	});
});
