import type Cmi5 from '@xapi/cmi5';
import type { LessonReport } from '../../api/embed.ts';

const launchParameters = ['endpoint', 'fetch', 'registration', 'activityId', 'actor'];

/** A learning platform starts an assignable unit with these parameters, after cmi5 8.1. */
export function isCmi5Launch(search: string): boolean {
	const query = new URLSearchParams(search);
	return launchParameters.every((name) => query.has(name));
}

/**
 * Tells the launching platform's record store what happens in the lesson: initialized, progressed, completed with
 * the score (passed or failed where the platform set a mastery score), terminated when it is done or left. The launch's
 * token can be fetched once only: a frame that is loaded again has to be launched again. Rejects when the platform refuses
 * the launch; `refused` is told when it refuses a statement later.
 */
export async function startCmi5(
	onReport: (listener: (report: LessonReport) => void) => () => void,
	refused: (error: unknown) => void,
): Promise<void> {
	const { default: Session } = await import('@xapi/cmi5');
	const session = new Session();
	await session.initialize();
	if (session.launchData.launchMode !== 'Normal') return;
	let last: Promise<unknown> = Promise.resolve();
	// Statements go out one after the other; one that is refused does not hold up the rest.
	const say = (statement: () => Promise<unknown>): void => {
		last = last.then(statement).catch(refused);
	};
	const leave = () => terminateWhileLeaving(session);
	window.addEventListener('pagehide', leave, { once: true });
	const stop = onReport((report) => {
		if (report.type === 'progress' && report.done < report.total)
			say(() => session.progress(Math.round((100 * report.done) / report.total)));
		if (report.type !== 'lesson-complete') return;
		const { raw, max, scaled } = report.score;
		// Ends with `terminated`.
		say(() => session.moveOn({ score: { raw, max, min: 0, scaled } }));
		window.removeEventListener('pagehide', leave);
		stop();
	});
}

/** The library's own requests end with the page; this one outlives it. */
function terminateWhileLeaving(session: Cmi5): void {
	const { endpoint } = session.getLaunchParameters();
	session.sendXapiStatement = (statement) =>
		fetch(`${endpoint.replace(/\/$/, '')}/statements`, {
			method: 'POST',
			keepalive: true,
			headers: {
				authorization: `Basic ${session.getAuthToken()}`,
				'content-type': 'application/json',
				'x-experience-api-version': '1.0.3',
			},
			body: JSON.stringify(statement),
		}) as never;
	// The page is gone before the platform answers.
	session.terminate().catch(() => undefined);
}
