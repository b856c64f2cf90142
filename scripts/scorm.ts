// npm run scorm -- <lesson> [--version 1.2|2004] [--lang en|zh-CN] [--base URL] [-o FILE]
// With --base a thin package that shows the lesson from that address, without it a full one with the site inside.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { scormPackage, type ScormVersion } from '../src/ui/embed/scorm-package.ts';
import { loadLesson } from '../src/lesson/load.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const lessons = fileURLToPath(new URL('../lessons/', import.meta.url));
const usage =
	'usage: npm run scorm -- <lesson> [--version 1.2|2004] [--lang en|zh-CN] [--base URL] [-o FILE]';

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
		.filter((entry) => entry.isFile())
		.map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replace(/^\//, ''));
}

function findLesson(id: string) {
	for (const path of filesBelow(lessons)) {
		if (!path.endsWith('/lesson.yaml')) continue;
		const folder = path.slice(0, -'/lesson.yaml'.length);
		const texts = filesBelow(`${lessons}${folder}`).map((file): [string, string] => [
			file,
			readFileSync(`${lessons}${folder}/${file}`, 'utf8'),
		]);
		const lesson = loadLesson(folder, Object.fromEntries(texts));
		if (lesson.id === id || lesson.aliases.includes(id)) return lesson;
	}
	throw new Error(`there is no lesson "${id}"`);
}

function siteFiles(): Record<string, Uint8Array> {
	const names = JSON.parse(readFileSync(`${dist}files.json`, 'utf8')) as string[];
	return Object.fromEntries(names.map((path) => [path, readFileSync(`${dist}${path}`)]));
}

try {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			version: { type: 'string', default: '1.2' },
			lang: { type: 'string', default: 'zh-CN' },
			base: { type: 'string' },
			output: { type: 'string', short: 'o' },
		},
	});
	const [id] = positionals;
	const locale = values.lang === 'en' ? 'en' : 'zh-CN';
	if (id === undefined || !['1.2', '2004'].includes(values.version)) throw new Error(usage);
	if (!existsSync(`${dist}scorm-launch.js`)) throw new Error('`npm run build` comes first');
	const lesson = findLesson(id);
	const content = values.base === undefined ? { files: siteFiles() } : { base: values.base };
	const bytes = scormPackage({
		version: values.version as ScormVersion,
		lesson: lesson.id,
		title: lesson.text[locale].title,
		locale,
		parameters: {},
		script: readFileSync(`${dist}scorm-launch.js`, 'utf8'),
		content,
	});
	const file = values.output ?? `${lesson.id}-scorm-${values.version}.zip`;
	writeFileSync(file, bytes);
	console.log(`${file}: ${(bytes.length / 1e6).toFixed(2)} MB`);
} catch (error) {
	console.error(`scorm: ${(error as Error).message}`);
	process.exit(1);
}
