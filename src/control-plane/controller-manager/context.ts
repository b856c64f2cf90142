import type { Client } from '../../client/rest.ts';
import { EventRecorder } from '../../client/recorder.ts';
import type { Clock } from '../../util/clock.ts';
import type { Rng } from '../../util/rng.ts';
import { WorkQueue } from '../../util/work-queue.ts';
import type { Informers } from './informers.ts';
import type { ControllerOptions } from './options.ts';

/** What every controller is given. */
export interface ControllerContext {
	client: Client;
	clock: Clock;
	rng: Rng;
	informers: Informers;
	options: ControllerOptions;
	signal: AbortSignal;
	/** Told of every failed reconcile, which is then tried again. */
	onError: (controller: string, key: string, error: unknown) => void;
}

/** A control loop that has been built and listens; `run` lets it work. */
export interface Controller {
	readonly name: string;
	run(): void;
	snapshot(): unknown;
}

/** A recorder that signs as the controller. */
export function recorderFor(context: ControllerContext, component: string): EventRecorder {
	const { client, clock, rng, signal } = context;
	return new EventRecorder(client, {
		component,
		clock,
		rng,
		signal,
		onError: (error) => context.onError(component, 'event', error),
	});
}

/** Lets a controller's queue work until the signal aborts. */
export function work(
	context: ControllerContext,
	name: string,
	queue: WorkQueue,
	workers: number,
	sync: (key: string) => Promise<void>,
): void {
	const { signal, onError } = context;
	queue.run(workers, sync, signal).catch((error: unknown) => onError(name, 'queue', error));
}

/** A queue whose failures are reported under the controller's name. */
export function queueFor(context: ControllerContext, name: string): WorkQueue {
	return new WorkQueue({
		clock: context.clock,
		onError: (key, error) => context.onError(name, key, error),
	});
}
