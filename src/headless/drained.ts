import type { Writable } from 'node:stream';

/** Settles when there is room again, or nobody left to write to. */
export function drained(to: Writable): Promise<void> {
	return new Promise((resolve) => {
		if (to.destroyed) return resolve();
		const done = () => {
			to.off('drain', done).off('close', done);
			resolve();
		};
		to.on('drain', done).on('close', done);
	});
}
