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
	const attachment = taps.attach({
		write: async (data) => {
			if (info.config.openStdin) await record.process?.write(data);
		},
		closeStdin: () => {
			if (info.config.openStdin) record.process?.closeStdin();
		},
		resize: (rows, columns) => {
			record.size = { rows, columns };
			record.process?.resize(rows, columns);
		},
	});
	if (isOver) attachment.detach();
	return attachment;
}
