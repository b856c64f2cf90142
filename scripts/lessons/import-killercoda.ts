// npm run lesson:import-killercoda <folder> [--to <part>/<NN-id>] [--lang zh-CN|en]: a scenario becomes a lesson.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importKillercoda } from '../../src/lesson/killercoda.ts';
import { readStrangerFiles } from '../../src/lesson/stranger.ts';
import { filesBelow, lessonsRoot } from '../../test/harness/lessons.ts';

const args = process.argv.slice(2);
function option(name: string): string | undefined {
	const at = args.indexOf(name);
	return at === -1 ? undefined : args.splice(at, 2)[1];
}
const to = option('--to');
const locale = option('--lang') === 'zh-CN' ? 'zh-CN' : 'en';
const [from] = args;
if (from === undefined || !existsSync(join(from, 'index.json'))) {
	console.error(
		'npm run lesson:import-killercoda <folder with index.json> [--to <part>/<NN-id>] [--lang zh-CN]',
	);
	process.exit(2);
}
const id = to?.split('/').at(-1)?.replace(/^\d+-/, '');
const { files, unsupported } = importKillercoda(filesBelow(from), locale, id);
const { lesson } = readStrangerFiles(files);
const folder = to === undefined ? `${lesson.id}.lesson` : join(lessonsRoot, to);
for (const [path, content] of Object.entries(files)) {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), content);
}
console.log(`${lesson.steps.length} steps → ${folder}`);
for (const one of unsupported) console.log(`not taken: ${one}`);
const other = locale === 'en' ? 'zh-CN' : 'en';
console.log(`Translate ${locale}.md into ${other}.md before it becomes part of the course.`);
