import { mount, unmount } from 'svelte';
import type { Lesson, LessonText } from '../../lesson/lesson.ts';
import { consoleLog, logged } from '../../util/log.ts';
import type { LessonState } from '../state/lesson-state.svelte.ts';
import ReadingLesson from './ReadingLesson.svelte';

/** The steps that are offered, as a lesson of their own. */
function offered({ lesson, steps, part }: LessonState): Lesson {
	const cut = (text: LessonText): LessonText => ({
		...text,
		steps: text.steps.slice(part.first, part.last + 1),
		finish: part.last === lesson.steps.length - 1 ? text.finish : [],
	});
	return {
		...lesson,
		steps,
		text: { 'zh-CN': cut(lesson.text['zh-CN']), en: cut(lesson.text.en) },
	};
}

/**
 * On paper a live lesson is its whole text instead of what is in view. It is written the moment it is printed, so
 * that the page has everything only once. Answers how to stop that.
 */
export function printWhole(state: LessonState): () => void {
	let sheet: { place: HTMLElement; text: object } | undefined;
	const before = () => {
		if (sheet) return;
		const place = document.createElement('article');
		place.className = 'reading whole-print';
		if (state.onlyIn) place.lang = state.onlyIn;
		document.body.append(place);
		const solutions = state.offersSolutions ? 'folded' : 'none';
		const text = mount(ReadingLesson, {
			target: place,
			props: { lesson: offered(state), solutions },
		});
		sheet = { place, text };
	};
	const after = () => {
		if (sheet) unmount(sheet.text).catch(logged(consoleLog, 'page', 'the print was not put away'));
		sheet?.place.remove();
		sheet = undefined;
	};
	addEventListener('beforeprint', before);
	addEventListener('afterprint', after);
	return () => {
		after();
		removeEventListener('beforeprint', before);
		removeEventListener('afterprint', after);
	};
}
