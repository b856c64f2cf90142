import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lesson } from '../../src/lesson/lesson.ts';
import { loadLesson } from '../../src/lesson/load.ts';

const root = fileURLToPath(new URL('../../lessons/', import.meta.url));

function filesBelow(folder: string, prefix = ''): [string, string][] {
	return readdirSync(folder).flatMap((name): [string, string][] => {
		const path = join(folder, name);
		if (statSync(path).isDirectory()) return filesBelow(path, `${prefix}${name}/`);
		return [[`${prefix}${name}`, readFileSync(path, 'utf8')]];
	});
}

/** Every lesson of the course, in its order. */
export function allLessons(): Lesson[] {
	const parts = readdirSync(root).filter((name) => /^\d+-/.test(name));
	return parts.sort().flatMap((part) =>
		readdirSync(join(root, part))
			.filter((name) => /^\d+-/.test(name))
			.sort()
			.map((name) => loadLesson(name, Object.fromEntries(filesBelow(join(root, part, name))))),
	);
}
