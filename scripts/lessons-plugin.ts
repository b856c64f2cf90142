import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { parseCourse, parseGlossary, settleCourse } from '../src/lesson/course.ts';
import type { Course, Lesson } from '../src/lesson/lesson.ts';
import { loadLesson, type LessonFiles } from '../src/lesson/load.ts';
import { withTimings, type Timings } from '../src/lesson/timings.ts';
import { searchTexts, summaryOf } from '../src/lesson/summary.ts';

const root = fileURLToPath(new URL('../lessons/', import.meta.url));
const text = (path: string) => readFileSync(`${root}${path}`, 'utf8');

function paths(): string[] {
	return readdirSync(root, { recursive: true, withFileTypes: true, encoding: 'utf8' })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
		.sort();
}

/** `40-kubernetes/28-rolling-update` → its files by path below it, in the order of the numbers. */
function folders(): Map<string, LessonFiles> {
	const result = new Map<string, LessonFiles>();
	for (const path of paths()) {
		const [, name, file] = /^(\d+-[^/]+\/\d+-[^/]+)\/(.+)$/.exec(path) ?? [];
		if (name === undefined || file === undefined) continue;
		result.set(name, { ...result.get(name), [file]: text(path) });
	}
	return result;
}

/** The course with its lessons in its order. A lesson that the course does not name stops the build. */
export function readCourse(): { course: Course; lessons: Lesson[] } {
	const timings = JSON.parse(text('timings.json')) as Timings;
	const written = [...folders()].map(([name, files]) =>
		withTimings(loadLesson(name, files), timings),
	);
	const ids = written.map(({ id }) => id);
	const course = settleCourse(parseCourse('course.yaml', text('course.yaml')), ids);
	const order = course.parts.flatMap((part) => part.lessons);
	for (const entry of order)
		if (typeof entry === 'string' && !ids.includes(entry))
			throw new Error(
				`course.yaml: there is no lesson "${entry}"; without a folder it needs a title`,
			);
	for (const id of ids)
		if (!order.includes(id)) throw new Error(`course.yaml: lesson "${id}" belongs to no part`);
	return { course, lessons: written.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)) };
}

/** What each virtual module holds. Lessons and search texts are loaded by themselves when they are wanted. */
function moduleText(id: string, { course, lessons }: ReturnType<typeof readCourse>): string {
	const asDefault = (value: unknown) =>
		`export default JSON.parse(${JSON.stringify(JSON.stringify(value))});`;
	if (id === 'virtual:glossary')
		return asDefault(parseGlossary('glossary.yaml', text('glossary.yaml')));
	if (id.startsWith('virtual:lesson/'))
		return asDefault(lessons.find((one) => `virtual:lesson/${one.id}` === id));
	if (id === 'virtual:search') return asDefault(lessons.flatMap(searchTexts));
	const loads = lessons.map(({ id }) => {
		const name = JSON.stringify(id);
		return `${name}: () => import('virtual:lesson/${id}').then((one) => one.default)`;
	});
	return [
		`export const course = ${JSON.stringify(course)};`,
		`export const lessons = ${JSON.stringify(lessons.map(summaryOf))};`,
		`export const loadLesson = { ${loads.join(', ')} };`,
	].join('\n');
}

const own = /^virtual:(?:course|glossary|search|lesson\/)/;

/**
 * Reads the lessons while building: the page gets them as data, without the YAML and Markdown
 * readers, and a mistake in a lesson stops the build with its file, line and reason.
 */
export function bundledLessons(): Plugin {
	let read: ReturnType<typeof readCourse> | undefined;
	return {
		name: 'lessons',
		buildStart: () => {
			read = undefined;
		},
		watchChange: () => {
			read = undefined;
		},
		resolveId: (id) => (own.test(id) ? `\0${id}` : undefined),
		load(id) {
			if (!id.startsWith('\0') || !own.test(id.slice(1))) return undefined;
			for (const path of paths()) this.addWatchFile(`${root}${path}`);
			return moduleText(id.slice(1), (read ??= readCourse()));
		},
	};
}
