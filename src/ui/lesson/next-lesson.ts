import { lessons } from 'virtual:course';
import type { LessonSummary } from '../../lesson/lesson.ts';
import { site } from '../pages/site.ts';

/** The lesson after this one in the course; a lesson from elsewhere has none. */
export function nextLesson(id: string): LessonSummary | undefined {
	const at = lessons.findIndex((one) => one.id === id);
	return at < 0 ? undefined : lessons[at + 1];
}

/** For a link out of a lesson: a frame in a course page keeps the lesson that it was made for. */
export const outside = () =>
	site.route?.page === 'embed' ? { target: '_blank', rel: 'noopener' } : {};
