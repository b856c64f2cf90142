import type { LessonFrame } from './lesson-frame.ts';

/** The lessons that are connected on this page. */
const connected = new Set<LessonFrame>();

/**
 * One cluster at a time: when a lesson's machines start or go on, those of the others pause. Frames of one
 * origin agree on that among themselves, frames with an opaque origin cannot: so the page sees to it.
 */
export function takeTurns(frame: LessonFrame): () => void {
	connected.add(frame);
	const stop = frame.on('status', ({ state }) => {
		if (state !== 'booting' && state !== 'ready') return;
		for (const other of connected)
			if (other !== frame && (other.status === 'ready' || other.status === 'booting'))
				void other.call('pause', 'turn').catch(() => undefined);
	});
	return () => {
		stop();
		connected.delete(frame);
	};
}
