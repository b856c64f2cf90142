import type { Course, Lesson, Locale } from '../../lesson/lesson.ts';
import { linkTo } from './site.ts';

/** Where a lesson stands in the course: its part, and itself. */
export function trailOf(
	course: Course,
	lesson: Lesson,
	locale: Locale,
): { text: string; href?: string }[] {
	const part = course.parts.find((one) => one.lessons.includes(lesson.id));
	const here = { text: lesson.text[locale].title };
	if (!part) return [here];
	return [
		{ text: part.title[locale], href: `${linkTo(locale, { page: 'map' })}#${part.id}` },
		here,
	];
}
