import type { Clock } from './clock.ts';

/** What was waited for did not come in time. */
export class DeadlineError extends Error {
	constructor(what: string, ms: number) {
		super(`${what}: no answer within ${ms} ms`);
		this.name = 'DeadlineError';
	}
}

/** The promise's outcome, or a {@link DeadlineError} after `ms`: a call into a dead worker never settles. */
export function withDeadline<T>(
	clock: Clock,
	ms: number,
	what: string,
	promise: Promise<T>,
): Promise<T> {
	return new Promise<T>((resolve, reject) => {
		const timer = clock.after(ms, () => reject(new DeadlineError(what, ms)));
		promise.then(resolve, reject).finally(() => timer.cancel());
	});
}

/** A signal that aborts after `ms` or with its parent; call `cancel` when the work is done. */
export function deadlineSignal(
	clock: Clock,
	ms: number,
	what: string,
	parent?: AbortSignal,
): { signal: AbortSignal; cancel: () => void } {
	const controller = new AbortController();
	const timer = clock.after(ms, () => controller.abort(new DeadlineError(what, ms)));
	const follow = () => controller.abort(parent?.reason);
	if (parent?.aborted) follow();
	else parent?.addEventListener('abort', follow, { once: true });
	const cancel = () => {
		timer.cancel();
		parent?.removeEventListener('abort', follow);
	};
	return { signal: controller.signal, cancel };
}
