import type { Attachment } from '../../api/engine.ts';
import type { ContainerRecord } from './container-record.ts';

/** The container has ended, and what it printed waits for its first attachment. */
export function hasUnreadOutput(record: ContainerRecord): boolean {
	return !record.isRunning && record.taps.hasOpening;
}

/**
 * Watches a container's streams; one that is not started yet is watched from its start on. Of one that ended
 * unread there is only what it said.
 */
export function attachTo(record: ContainerRecord): Attachment {
	const { taps, info } = record;
	const isOver = hasUnreadOutput(record);
	/** Input waits for a process that takes it, in the order in which it came. */
	const taker = () => Promise.race([record.running.promise, attachment.done]);
	const attachment: Attachment = taps.attach({
		write: async (data) => {
			if (info.config.openStdin) await (await taker())?.write(data);
		},
		closeStdin: () => {
			if (!info.config.openStdin) return;
			// What never ran has no input to close.
			taker()
				.then((process) => process?.closeStdin())
				.catch(() => undefined);
		},
		resize: (rows, columns) => {
			record.size = { rows, columns };
			record.process?.resize(rows, columns);
		},
	});
	if (isOver) attachment.detach();
	return attachment;
}
