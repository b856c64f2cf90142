// npm run lesson:new <part>/<NN-id>: a folder that lesson:check has nothing to say about, to begin from.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scaffold, withLesson } from '../../src/lesson/scaffold.ts';
import { lessonsRoot } from '../../test/harness/lessons.ts';

const [where = ''] = process.argv.slice(2);
const match = /^(\d+-[a-z0-9-]+)\/(?:(\d+)-)?([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(where);
if (!match) {
	console.error('npm run lesson:new <part>/<number>-<id>, for example 20-by-hand/03-pid-namespace');
	process.exit(2);
}
const [, part = '', number = '99', id = ''] = match;
const folder = join(lessonsRoot, part, `${number}-${id}`);
if (existsSync(folder)) {
	console.error(`${folder} is there already`);
	process.exit(2);
}
for (const [path, content] of Object.entries(scaffold(part, id))) {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), content);
}
console.log(`made lessons/${part}/${number}-${id}`);
const courseFile = join(lessonsRoot, 'course.yaml');
const course = withLesson(readFileSync(courseFile, 'utf8'), part.replace(/^\d+-/, ''), id);
if (course === undefined) console.log(`add "${id}" to a part in lessons/course.yaml`);
else writeFileSync(courseFile, course);
console.log(`then: npm run lesson:check ${id} · npm run lesson:solve ${id}`);
