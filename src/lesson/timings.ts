import type { Lesson } from './lesson.ts';

/** `timings.json`: milliseconds by lesson and step, as the proof took them. */
export type Timings = Record<string, Record<string, number>>;

/** The lesson with what is known of the duration of its steps. */
export function withTimings(lesson: Lesson, timings: Timings): Lesson {
	const own = timings[lesson.id];
	if (!own) return lesson;
	const steps = lesson.steps.map((step) => {
		const tookMs = own[step.id];
		return tookMs === undefined ? step : { ...step, tookMs };
	});
	return { ...lesson, steps };
}
