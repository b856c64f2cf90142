import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LessonError } from '../../src/lesson/lesson-error.ts';
import { loadLesson } from '../../src/lesson/load.ts';
import type { Lesson } from '../../src/lesson/lesson.ts';
import { readStranger } from '../../src/lesson/stranger.ts';
import { filesBelow, lessonFolders, lessonsRoot } from '../../test/harness/lessons.ts';

/** Ends the command where a lesson has a mistake: file, line and reason. */
function orExit<T>(read: () => T, folder = ''): T {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof LessonError)) throw error;
		console.error(join(folder, error.message));
		process.exit(1);
	}
}

/** A lesson that is no part of the course, as a learner would open it. */
function folderLesson(folder: string): Lesson {
	const bytes = Object.keys(filesBelow(folder)).map((path) => [
		path,
		new Uint8Array(readFileSync(join(folder, path))),
	]);
	return readStranger(Object.fromEntries(bytes) as Record<string, Uint8Array>).lesson;
}

const isFolder = (name: string) => existsSync(join(name, 'lesson.yaml'));

/**
 * The lessons that a command names, by id or by the folder of one that is no part of the course; the whole course when
 * it names none. Ends the command when there is no such lesson, or when it has a mistake; a mistake in another lesson
 * is only told.
 */
export function namedLessons(names: readonly string[]): Lesson[] {
	const ids = names.filter((name) => !isFolder(name));
	const course = names.length > 0 && ids.length === 0 ? [] : lessonFolders();
	const lessons = course.flatMap((folder): Lesson[] => {
		const read = () => loadLesson(folder, filesBelow(join(lessonsRoot, folder)));
		if (ids.length === 0 || ids.includes(basename(folder).replace(/^\d+-/, '')))
			return [orExit(read)];
		try {
			return [read()];
		} catch (error) {
			console.error((error as Error).message);
			return [];
		}
	});
	const unknown = ids.filter((id) => !lessons.some((lesson) => lesson.id === id));
	if (unknown.length > 0) {
		console.error(`there is no lesson ${unknown.join(', ')}`);
		process.exit(2);
	}
	const wanted = lessons.filter(({ id }) => ids.length === 0 || ids.includes(id));
	return [
		...wanted,
		...names.filter(isFolder).map((name) => orExit(() => folderLesson(name), name)),
	];
}
