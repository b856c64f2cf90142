import { slots } from '../../cluster/topology.ts';
import type { Lesson, Locale, PictureView, Runs } from '../../lesson/lesson.ts';

const firstView: Record<Runs, PictureView> = {
	linux: 'processes',
	docker: 'processes',
	kubernetes: 'nodes',
};

const id = 'sandbox';

/** There is nothing to do in it, so nothing to keep of what was done. */
export const isSandbox = (lesson: Pick<Lesson, 'id'>): boolean => lesson.id === id;

/** Machines without a lesson, in the shape that boots machines: nothing to read, nothing to do. */
export function sandboxLesson(nodes: number, runs: Runs, title: Record<Locale, string>): Lesson {
	const text = (locale: Locale) => ({
		title: title[locale],
		intro: [],
		finish: [],
		steps: [{ id: 'free', title: title[locale], blocks: [], says: {}, notes: [] }],
	});
	return {
		format: 1,
		id,
		aliases: [],
		version: 1,
		level: 'basic',
		minutes: 0,
		needs: [],
		tags: [],
		source: [],
		real: { linux: 'real', docker: 'real', kubernetes: 'real' },
		cluster: { nodes, runs },
		terminals: slots(nodes, runs).map(({ name }) => ({ name, on: name })),
		layout: { preset: 'split', view: firstView[runs] },
		scene: [],
		vars: {},
		cheats: [],
		steps: [{ id: 'free', optional: true, checks: [], solution: [], reset: [] }],
		score: { hint: 0, solved: 0 },
		text: { 'zh-CN': text('zh-CN'), en: text('en') },
		files: {},
	};
}
