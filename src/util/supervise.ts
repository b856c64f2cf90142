import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export interface Supervision {
	clock: Clock;
	log: Log;
	signal: AbortSignal;
}

/** Runs a component until it ends by itself or the signal aborts; one that fails is started again, each time later. */
export async function supervise(
	component: string,
	run: () => Promise<void>,
	{ clock, log, signal }: Supervision,
): Promise<void> {
	const backoff = new Backoff({ base: 1000, max: 30_000 });
	while (!signal.aborted) {
		try {
			return await run();
		} catch (error) {
			if (signal.aborted) return;
			const delay = backoff.next();
			log.warn(component, `ended, starts again in ${delay / 1000} s`, error);
			await clock.sleep(delay, signal).catch(() => undefined);
		}
	}
}
