import { consoleLog, reasonOf } from '../../util/log.ts';

/** What was asked of the page and failed, where the part that was asked has no place of its own to say so. */
class Failures {
	/** Why the last one failed; empty when there is nothing to say. */
	said = $state('');
	/** What `catch` of a promise is given: the page says it until somebody has read it. */
	readonly tell = (error: unknown): void => {
		consoleLog.warn('page', 'what was asked for failed', error);
		this.said = reasonOf(error);
	};
	dismiss(): void {
		this.said = '';
	}
}

export const failures = new Failures();

/** For what a click began: nobody waits for it, but when it fails, whoever clicked is told. */
export function asked(doing: Promise<unknown>): void {
	doing.catch(failures.tell);
}
