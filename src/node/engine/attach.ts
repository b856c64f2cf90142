import type { Attachment } from '../../api/engine.ts';
import type { ContainerRecord } from './container-record.ts';

/** Watches a container's streams; one that is not started yet is watched from its start on. */
export function attachTo(record: ContainerRecord): Attachment {
	const { taps, info } = record;
	return taps.attach({
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
}
