import type { ContainerRecord } from './container-record.ts';
import type { EngineContext } from './context.ts';
import { textOf, tryOps } from './kernel.ts';
import { signalNumber } from './signals.ts';

/** What a container is asked to end with. */
export function stopSignal({ info, image }: ContainerRecord): string {
	return info.config.stopSignal || image.config.stopSignal || 'TERM';
}

/** A program that has no handler after this long will get none. */
const startsWithinMs = 15_000;
const againMs = 200;

/**
 * Asks a container to end. The kernel drops a signal for which the first process of a PID namespace has no handler.
 * Unlike Docker: a program that was started just before gets it again once it has one, since here a program takes
 * some hundred times longer to get that far. Settles when there is nothing more to say, or at `over`.
 */
export async function askToStop(
	context: EngineContext,
	record: ContainerRecord,
	over: AbortSignal,
): Promise<void> {
	const { agent, clock, events } = context;
	const { pid, started } = record.info;
	const signal = signalNumber(stopSignal(record));
	const kill = { op: 'kill' as const, pid, signal };
	const status = { op: 'read' as const, path: `/proc/${pid}/status` };
	const [before] = await tryOps(agent, [status, kill]);
	events.container('kill', record.info);
	if (hears(textOf(before), signal) !== false) return;
	while (clock.now() - started < startsWithinMs) {
		await clock.sleep(againMs, over).catch(() => undefined);
		if (over.aborted) return;
		const [now] = await tryOps(agent, [status]);
		const isReady = hears(textOf(now), signal);
		if (isReady) await tryOps(agent, [kill]);
		if (isReady !== false) return;
	}
}

/** Whether a process that tells this in its `status` has a handler; undefined for one that is gone. */
function hears(status: string, signal: number): boolean | undefined {
	const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1];
	return caught === undefined
		? undefined
		: ((BigInt(`0x${caught}`) >> BigInt(signal - 1)) & 1n) === 1n;
}
