import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { parseCourse, parseGlossary, settleCourse } from '../src/lesson/course.ts';
import { loadLesson, type LessonFiles } from '../src/lesson/load.ts';

const root = fileURLToPath(new URL('../lessons/', import.meta.url));
const virtual = 'virtual:lessons';

/** `40-kubernetes/28-rolling-update` → its files by path below it, in the order of the numbers. */
function folders(paths: readonly string[]): Map<string, LessonFiles> {
	const result = new Map<string, LessonFiles>();
	for (const path of paths) {
		const [, name, file] = /^(\d+-[^/]+\/\d+-[^/]+)\/(.+)$/.exec(path) ?? [];
		if (name === undefined || file === undefined) continue;
		result.set(name, { ...result.get(name), [file]: readFileSync(`${root}${path}`, 'utf8') });
	}
	return result;
}

/**
 * Reads the lessons while building: the page gets them as data, without the YAML and Markdown
 * readers, and a mistake in a lesson stops the build with its file, line and reason.
 */
export function bundledLessons(): Plugin {
	return {
		name: 'lessons',
		resolveId: (id) => (id === virtual ? `\0${virtual}` : undefined),
		load(id) {
			if (id !== `\0${virtual}`) return undefined;
			const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
				.map((path) => path.replaceAll('\\', '/'))
				.filter((path) => /\.[a-z]+$/.test(path))
				.sort();
			for (const path of paths) this.addWatchFile(`${root}${path}`);
			const text = (path: string) => readFileSync(`${root}${path}`, 'utf8');
			const lessons = [...folders(paths)].map(([name, files]) => loadLesson(name, files));
			const ids = lessons.map((lesson) => lesson.id);
			const data = {
				lessons,
				course: settleCourse(parseCourse('course.yaml', text('course.yaml')), ids),
				glossary: parseGlossary('glossary.yaml', text('glossary.yaml')),
			};
			return Object.entries(data)
				.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
				.join('\n');
		},
	};
}
