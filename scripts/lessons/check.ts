// npm run lesson:check [id…]: everything about lessons that can be checked without a machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryId, parseCourse, parseGlossary } from '../../src/lesson/course.ts';
import { LessonError } from '../../src/lesson/lesson-error.ts';
import { lintLesson, ringOf } from '../../src/lesson/lint.ts';
import { loadLesson } from '../../src/lesson/load.ts';
import type { Lesson } from '../../src/lesson/lesson.ts';
import { filesBelow, lessonFolders, lessonsRoot } from '../../test/harness/lessons.ts';

const seeds = ['S0', 'S1', 'S2', 'S3', 'S4'];
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const text = (name: string) => readFileSync(join(lessonsRoot, name), 'utf8');
let complaints = 0;

function complain(file: string, line: number, reason: string): void {
	complaints++;
	console.log(`lessons/${file}:${line}: ${reason}`);
}

function read<T>(what: string, reader: () => T): T | undefined {
	try {
		return reader();
	} catch (error) {
		if (error instanceof LessonError) complain(error.file, error.line, error.reason);
		else complain(what, 1, (error as Error).message);
		return undefined;
	}
}

const course = read('course.yaml', () => parseCourse('course.yaml', text('course.yaml')));
const glossary = read('glossary.yaml', () => parseGlossary('glossary.yaml', text('glossary.yaml')));
const planned = (course?.parts ?? []).flatMap((part) => part.lessons.map(entryId));
const lessons: { folder: string; lesson: Lesson }[] = [];
for (const folder of lessonFolders()) {
	const lesson = read(folder, () => loadLesson(folder, filesBelow(join(lessonsRoot, folder))));
	if (lesson) lessons.push({ folder, lesson });
}
const known = [...planned, ...lessons.flatMap(({ lesson }) => lesson.aliases)];
for (const { folder, lesson } of lessons) {
	if (!planned.includes(lesson.id))
		complain('course.yaml', 1, `lesson "${lesson.id}" is in no part`);
	if (wanted.length > 0 && !wanted.includes(lesson.id)) continue;
	const around = { glossary: glossary ?? [], lessons: known };
	const files = filesBelow(join(lessonsRoot, folder));
	for (const { file, line, reason } of lintLesson(lesson, files, around))
		complain(`${folder}/${file}`, line, reason);
}
const ring = ringOf(lessons.map(({ lesson }) => lesson));
if (ring) complain('course.yaml', 1, `lessons need each other: ${ring.join(' → ')}`);
const ids = lessons.map(({ lesson }) => lesson.id);
for (const id of ids.filter((one, index) => ids.indexOf(one) !== index))
	complain('course.yaml', 1, `two lessons are called "${id}"`);

console.log('\nsource  lessons');
for (const seed of seeds) {
	const own = lessons.filter(({ lesson }) => lesson.source.some((one) => one.seed === seed));
	console.log(`${seed.padEnd(8)}${own.map(({ lesson }) => lesson.id).join(' ') || '–'}`);
}
for (const { folder, lesson } of lessons)
	for (const { seed } of lesson.source)
		if (!seeds.includes(seed)) complain(`${folder}/lesson.yaml`, 1, `there is no source "${seed}"`);
console.log(
	`\n${lessons.length} lessons written, ${planned.length - ids.length} to come; ${complaints} complaints`,
);
process.exit(complaints === 0 ? 0 : 1);
