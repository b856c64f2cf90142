import type { LessonReport } from '../../api/embed.ts';

const launchParameters = ['endpoint', 'fetch', 'registration', 'activityId', 'actor'];

/** A learning platform starts an assignable unit with these parameters, after cmi5 8.1. */
export function isCmi5Launch(search: string): boolean {
	const query = new URLSearchParams(search);
	return launchParameters.every((name) => query.has(name));
}

/**
 * Tells the launching platform's record store what happens in the lesson: initialized, progressed, completed with
 * the score (passed or failed where the platform set a mastery score), terminated. The launch's token can be fetched once only: a frame that is loaded
 * again has to be launched again. Rejects when the platform refuses.
 */
export async function startCmi5(
	onReport: (listener: (report: LessonReport) => void) => () => void,
): Promise<void> {
	const { default: Cmi5 } = await import('@xapi/cmi5');
	const session = new Cmi5();
	await session.initialize();
	if (session.launchData.launchMode !== 'Normal') return;
	let last: Promise<unknown> = Promise.resolve();
	// Statements go out one after the other; one that is refused does not hold up the rest.
	const say = (statement: () => Promise<unknown>): void => {
		last = last.then(statement, statement);
	};
	const stop = onReport((report) => {
		if (report.type === 'progress' && report.done < report.total)
			say(() => session.progress(Math.round((100 * report.done) / report.total)));
		if (report.type !== 'lesson-complete') return;
		const { raw, max, scaled } = report.score;
		say(() => session.moveOn({ score: { raw, max, min: 0, scaled } }));
		stop();
	});
}
