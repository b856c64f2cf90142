import type { Lesson, LessonText, Locale } from './lesson.ts';
import { locales } from './lesson.ts';
import { LessonError } from './lesson-error.ts';
import { linearMatch } from './linear-match.ts';
import { loadLesson, type LessonFiles } from './load.ts';
import { matchWith } from './pattern.ts';

/** A lesson that is no part of the course, opened by a learner or being written by a teacher. */
export interface StrangerLesson {
	lesson: Lesson;
	/** The languages it is written in; with one, that text stands for both and the page says so. */
	languages: Locale[];
}

/** Bytes and counts that are far above any lesson. */
export const strangerLimits = {
	zipBytes: 2_000_000,
	bytes: 4_000_000,
	files: 200,
	fileBytes: 512_000,
	textBytes: 100_000,
	lineLength: 8000,
	nesting: 40,
	/** Between two empty lines: characters, and signs among them that may mean something to Markdown. */
	blockLength: 5000,
	blockMarks: 400,
};

const own = /^(?:lesson\.yaml|zh-CN\.md|en\.md|README\.md|files\/.+)$/;

function checkPath(path: string): void {
	const parts = path.split('/');
	if (path.includes('\\') || path.startsWith('/') || parts.includes('..') || parts.includes(''))
		throw new LessonError(path, 1, 'this is no path inside a lesson');
	if (!own.test(path))
		throw new LessonError(
			path,
			1,
			'a lesson consists of lesson.yaml, zh-CN.md, en.md and files/; pictures and other media are not taken',
		);
}

/** What reads a paragraph takes time that grows with its length times the signs in it. */
function checkBlocks(path: string, text: string): void {
	let begin = 1;
	let [length, marks] = [0, 0];
	text.split('\n').forEach((line, index) => {
		if (/^ *\r?$/.test(line)) {
			begin = index + 2;
			[length, marks] = [0, 0];
			return;
		}
		length += line.length;
		marks += line.replace(/[^*_~`[\]<!@&\\]/g, '').length;
		if (length > strangerLimits.blockLength || marks > strangerLimits.blockMarks)
			throw new LessonError(
				path,
				begin,
				`more than ${strangerLimits.blockLength} characters or ${strangerLimits.blockMarks} of *_~\`[]<!@& without an empty line between them`,
			);
	});
}

/** Lines that would keep a reader busy for minutes are no lesson's. */
function checkText(path: string, text: string): void {
	if (text.length > strangerLimits.textBytes)
		throw new LessonError(path, 1, `longer than ${strangerLimits.textBytes} characters`);
	text.split('\n').forEach((line, index) => {
		if (line.length > strangerLimits.lineLength)
			throw new LessonError(path, index + 1, 'this line is too long');
		const marks = /^[\s>*+\-[{]*/.exec(line)?.[0].replace(/\s/g, '').length ?? 0;
		if (marks > strangerLimits.nesting && !/^\s*-+\s*$/.test(line))
			throw new LessonError(path, index + 1, 'this is nested too deeply');
	});
	if (path.endsWith('.md')) checkBlocks(path, text);
}

function decode(path: string, bytes: Uint8Array): string {
	if (bytes.length > strangerLimits.fileBytes)
		throw new LessonError(path, 1, `larger than ${strangerLimits.fileBytes} bytes`);
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		if (text.includes('\0')) throw new Error('binary');
		return text;
	} catch {
		throw new LessonError(path, 1, 'this is not a text file in UTF-8');
	}
}

/** The folder that everything lies in, as most programs pack it. */
function commonFolder(paths: readonly string[]): string {
	if (paths.includes('lesson.yaml')) return '';
	const yaml = paths.find((path) => /^[^/]+\/lesson\.yaml$/.test(path));
	return yaml?.slice(0, -'lesson.yaml'.length) ?? '';
}

const noise = /(?:^|\/)(?:\.DS_Store|Thumbs\.db)$|^__MACOSX\/|\/$/;

/** Reads a folder's files as they lie on a disk. Throws {@link LessonError} with file, line and reason. */
export function readStranger(folder: Readonly<Record<string, Uint8Array>>): StrangerLesson {
	const paths = Object.keys(folder).filter((path) => !noise.test(path));
	if (paths.length > strangerLimits.files)
		throw new LessonError('lesson.yaml', 1, `more than ${strangerLimits.files} files`);
	const top = commonFolder(paths);
	const files: LessonFiles = {};
	let bytes = 0;
	for (const whole of paths) {
		if (!whole.startsWith(top)) throw new LessonError(whole, 1, `lies outside of ${top}`);
		const path = whole.slice(top.length);
		checkPath(path);
		const content = folder[whole] ?? new Uint8Array();
		bytes += content.length;
		if (bytes > strangerLimits.bytes)
			throw new LessonError(path, 1, `the lesson is larger than ${strangerLimits.bytes} bytes`);
		files[path] = decode(path, content);
	}
	return readStrangerFiles(files);
}

/** Reads a lesson from texts, as an editor has them. */
export function readStrangerFiles(files: LessonFiles): StrangerLesson {
	const languages = locales.filter((locale) => files[`${locale}.md`] !== undefined);
	const [first] = languages;
	if (first === undefined) throw new LessonError('en.md', 1, 'a lesson has en.md or zh-CN.md');
	for (const [path, text] of Object.entries(files))
		if (!path.startsWith('files/')) checkText(path, text);
	try {
		const lesson = loadLesson('', files, { languages, harmless: true });
		matchWith(linearMatch);
		const text = Object.fromEntries(
			locales.map((locale): [Locale, LessonText] => [
				locale,
				lesson.text[languages.includes(locale) ? locale : first],
			]),
		) as Lesson['text'];
		return { lesson: { ...lesson, text }, languages };
	} catch (error) {
		if (error instanceof LessonError) throw error;
		// What a reader gives up on (a stack that is too deep) is a mistake of the lesson.
		throw new LessonError('lesson.yaml', 1, `cannot be read: ${(error as Error).message}`);
	}
}

/** Reads a zip file. */
export async function readStrangerZip(zip: Uint8Array): Promise<StrangerLesson> {
	if (zip.length > strangerLimits.zipBytes)
		throw new LessonError('lesson.zip', 1, `larger than ${strangerLimits.zipBytes} bytes`);
	const { unzipSync } = await import('fflate');
	let bytes = 0;
	let count = 0;
	const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
		if (noise.test(name)) return false;
		bytes += originalSize;
		if (++count > strangerLimits.files || bytes > strangerLimits.bytes)
			throw new LessonError('lesson.zip', 1, 'holds more than a lesson can');
		return true;
	};
	try {
		return readStranger(unzipSync(zip, { filter }));
	} catch (error) {
		if (error instanceof LessonError) throw error;
		throw new LessonError('lesson.zip', 1, `is no zip file: ${(error as Error).message}`);
	}
}

/** Fetches a zip that the learner asked for by its address. */
export async function fetchStranger(
	address: string,
	get: typeof fetch = fetch,
): Promise<StrangerLesson> {
	const fail = (reason: string): never => {
		throw new LessonError(address, 1, reason);
	};
	const url = URL.canParse(address) ? new URL(address) : fail('this is no address');
	if (url.protocol !== 'https:' && url.protocol !== 'http:') fail('only http(s) addresses');
	const answer = await get(url, { credentials: 'omit', referrerPolicy: 'no-referrer' }).catch(
		(error: unknown) =>
			fail(
				`cannot be fetched (${(error as Error).message}): nothing answers there, or its host does not let other pages read it (CORS)`,
			),
	);
	if (!answer.ok) fail(`HTTP ${answer.status}`);
	const parts: Uint8Array<ArrayBuffer>[] = [];
	let size = 0;
	const reader = answer.body?.getReader();
	while (reader) {
		const { done, value } = await reader.read();
		if (done) break;
		size += value.length;
		if (size > strangerLimits.zipBytes) fail(`larger than ${strangerLimits.zipBytes} bytes`);
		parts.push(value);
	}
	return readStrangerZip(new Uint8Array(await new Blob(parts).arrayBuffer()));
}
