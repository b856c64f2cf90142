import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** What a part of a component runs in. */
export interface KeepRunning {
	clock: Clock;
	log: Log;
	/** Ends it; a failure after that is none. */
	signal: AbortSignal;
	component: string;
	/** What the log says has failed: `renewing the lease`. */
	what: string;
}

const pauses = { base: 1000, max: 30_000 };

/**
 * Runs what nobody waits for. When it fails, the log says so and it is begun again after a pause that grows;
 * when it returns, it is done.
 */
export function keepRunning(run: () => Promise<void>, options: KeepRunning): void {
	const { log, component, what } = options;
	begin(run, options).catch((error: unknown) => log.warn(component, `${what} ends`, error));
}

async function begin(run: () => Promise<void>, options: KeepRunning): Promise<void> {
	const { clock, log, signal, component, what } = options;
	const backoff = new Backoff(pauses);
	while (!signal.aborted) {
		const began = clock.now();
		try {
			return await run();
		} catch (error) {
			if (signal.aborted) return;
			log.warn(component, `${what} failed and begins again`, error);
		}
		// What ran for long had recovered.
		if (clock.now() - began > 2 * pauses.max) backoff.reset();
		await clock.sleep(backoff.next(), signal).catch(() => undefined);
	}
}
