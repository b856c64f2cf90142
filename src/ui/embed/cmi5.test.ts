import { describe, expect, it, vi } from 'vitest';
import type { LessonReport } from '../../api/embed.ts';
import { startCmi5 } from './cmi5.ts';

const platform = vi.hoisted(() => ({ told: [] as string[], refuses: '' }));

vi.mock('@xapi/cmi5', () => {
	const take = async (statement: string) => {
		if (statement === platform.refuses) throw new Error(`no ${statement}`);
		platform.told.push(statement);
	};
	return {
		default: class {
			launchData = { launchMode: 'Normal' };
			initialize = () => take('initialized');
			progress = () => take('progressed');
			moveOn = () => take('completed');
		},
	};
});

const half = { type: 'progress', done: 1, total: 2 } as LessonReport;
const end = { type: 'lesson-complete', score: { raw: 90, max: 100, scaled: 0.9 } } as LessonReport;

async function launched() {
	let tell: (report: LessonReport) => void = () => undefined;
	const refused = vi.fn<(error: unknown) => void>();
	await startCmi5((listener) => {
		tell = listener;
		return () => undefined;
	}, refused);
	return { tell: (report: LessonReport) => tell(report), refused };
}

describe('what a learning platform is told', () => {
	it.each([
		['progressed', ['initialized', 'completed']],
		['completed', ['initialized', 'progressed']],
	])('is not lost in silence where it refuses: %s', async (statement, rest) => {
		Object.assign(platform, { told: [], refuses: statement });
		const { tell, refused } = await launched();
		tell(half);
		tell(end);
		await vi.waitFor(() => expect(refused).toHaveBeenCalledWith(new Error(`no ${statement}`)));
		await vi.waitFor(() => expect(platform.told).toEqual(rest));
	});
});
