import { transferHandlers, type TransferHandler } from 'comlink';
import type { Clock } from '../util/clock.ts';
import { withDeadline } from '../util/deadline.ts';
import { fromWire, toWire, type WireError } from './port-protocol.ts';

/** What Comlink wraps a thrown value in. */
interface Thrown {
	value: unknown;
}

type Wire = { isError: true; error: WireError } | { isError: false; value: unknown };

/**
 * Makes errors keep their Status, errno and engine code across Comlink, which drops all fields but
 * name, message and stack. To be called once on both sides of a port, before the first call.
 */
export function installThrowHandler(): void {
	const original = transferHandlers.get('throw');
	if (!original) throw new Error('Comlink has no handler for thrown values');
	const handler: TransferHandler<Thrown, Wire> = {
		canHandle: (value): value is Thrown => original.canHandle(value),
		serialize: ({ value }) => [
			value instanceof Error ? { isError: true, error: toWire(value) } : { isError: false, value },
			[],
		],
		deserialize: (wire) => {
			throw wire.isError ? fromWire(wire.error) : wire.value;
		},
	};
	transferHandlers.set('throw', handler);
}

/** How long a call into a worker may take before its caller gives up, in milliseconds. */
export const workerDeadline = 30_000;

/** A remote call's outcome, or a DeadlineError: a call into a dead worker never settles by itself. */
export function workerCall<T>(
	clock: Clock,
	what: string,
	call: Promise<T>,
	ms = workerDeadline,
): Promise<T> {
	return withDeadline(clock, ms, what, call);
}
