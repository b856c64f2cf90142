import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lesson } from '../../src/lesson/lesson.ts';
import type { Timings } from '../../src/lesson/timings.ts';
import { loadLesson, type LessonFiles } from '../../src/lesson/load.ts';

export const lessonsRoot = fileURLToPath(new URL('../../lessons/', import.meta.url));

/** The files of a lesson's folder, by path below it. */
export function filesBelow(folder: string, prefix = ''): LessonFiles {
	return Object.fromEntries(
		readdirSync(folder).flatMap((name): [string, string][] => {
			const path = join(folder, name);
			if (statSync(path).isDirectory())
				return Object.entries(filesBelow(path, `${prefix}${name}/`));
			return [[`${prefix}${name}`, readFileSync(path, 'utf8')]];
		}),
	);
}

const numbered = (folder: string) =>
	readdirSync(folder)
		.filter((name) => /^\d+-/.test(name))
		.sort();

/** The lesson folders of the course, `40-kubernetes/28-rolling-update`, in the order of their numbers. */
export function lessonFolders(): string[] {
	return numbered(lessonsRoot).flatMap((part) =>
		numbered(join(lessonsRoot, part)).map((name) => `${part}/${name}`),
	);
}

/** Every lesson of a part; none while the part has no folder. */
export function lessonsOf(part: string): Lesson[] {
	const folder = join(lessonsRoot, part);
	if (!existsSync(folder)) return [];
	return numbered(folder).map((name) => loadLesson(name, filesBelow(join(folder, name))));
}

export const timingsFile = join(lessonsRoot, 'timings.json');

/** How long each step took when it was recorded. */
export function timings(): Timings {
	if (!existsSync(timingsFile)) return {};
	return JSON.parse(readFileSync(timingsFile, 'utf8')) as Timings;
}

/** Every lesson of the course. */
export function allLessons(): Lesson[] {
	return numbered(lessonsRoot).flatMap(lessonsOf);
}
