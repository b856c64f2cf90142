import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { fileURLToPath } from 'node:url';
import { parseGlossary } from '../../src/lesson/course.ts';
import { importKillercoda } from '../../src/lesson/killercoda.ts';
import type { Block, Inline, Lesson, LessonText } from '../../src/lesson/lesson.ts';
import { LessonError } from '../../src/lesson/lesson-error.ts';
import { lintLesson } from '../../src/lesson/lint.ts';
import { loadLesson, type LessonFiles } from '../../src/lesson/load.ts';
import { readStranger, readStrangerFiles } from '../../src/lesson/stranger.ts';
import { filesBelow, lessonFolders, lessonsRoot } from '../harness/lessons.ts';
import { damage, jsonOf, mutate } from './hostile.ts';
import { spoiledLesson, spoiledText } from './lesson-text.ts';
import type { Random } from './random.ts';
import type { Target } from './soak.ts';

/** A page stands still while it reads. */
const mostMs = 2_000;
const page = 'https://site.example/en/lesson/theirs/';
const scenario = filesBelow(fileURLToPath(new URL('../fixtures/killercoda', import.meta.url)));

/** Lessons from strangers: those of the course, spoiled, and scenarios in another format. */
export class LessonsTarget implements Target {
	readonly #folders = lessonFolders();
	readonly #files = new Map<string, LessonFiles>();
	readonly #glossary = parseGlossary(
		'glossary.yaml',
		readFileSync(`${lessonsRoot}glossary.yaml`, 'utf8'),
	);
	#last: { what: string; files: LessonFiles } = { what: '', files: {} };

	async step(random: Random): Promise<void> {
		const began = process.cpuUsage();
		random.weighted(
			[6, () => this.#stranger(random)],
			[2, () => this.#course(random)],
			[3, () => this.#scenario(random)],
		);
		// What others do on this computer does not count.
		const took = process.cpuUsage(began).user / 1000;
		if (took > mostMs) throw new Error(`took ${Math.round(took)} ms`);
		if (Object.keys(Object.prototype).length > 0) throw new Error('Object.prototype was changed');
		await Promise.resolve();
	}
	describe(): string {
		const { what, files } = this.#last;
		return `${what}: ${inspect(files, { maxStringLength: 8000 })}`.slice(0, 20_000);
	}
	/** Every lesson that is not spoiled is read as ever. */
	async check(): Promise<void> {
		for (const folder of this.#folders.slice(0, 5)) {
			const files = this.#of(folder);
			loadLesson(folder, files);
			shown(readStrangerFiles(files).lesson);
		}
		await Promise.resolve();
	}

	#of(folder: string): LessonFiles {
		const known = this.#files.get(folder) ?? filesBelow(`${lessonsRoot}${folder}`);
		this.#files.set(folder, known);
		return known;
	}
	#spoiled(random: Random): LessonFiles {
		return spoiledLesson(random, this.#of(random.pick(this.#folders)));
	}
	/** As a learner opens it. */
	#stranger(random: Random): void {
		const files = this.#spoiled(random);
		this.#last = { what: 'a lesson from elsewhere', files };
		const bytes = Object.entries(files).map(([path, text]) => [
			path,
			new TextEncoder().encode(text),
		]);
		refusing(files, () => {
			const read = random.chance(0.5)
				? readStrangerFiles(files)
				: readStranger(Object.fromEntries(bytes) as Record<string, Uint8Array>);
			shown(read.lesson);
			this.#lint(read.lesson, files);
		});
	}
	/** As an author checks it. */
	#course(random: Random): void {
		const files = this.#spoiled(random);
		this.#last = { what: 'a lesson of the course', files };
		refusing(files, () => {
			const lesson = loadLesson('', files);
			shown(lesson);
			this.#lint(lesson, files);
		});
	}
	#scenario(random: Random): void {
		const files: Record<string, string> = { ...scenario };
		const index = JSON.parse(files['index.json'] ?? '{}') as object;
		if (random.chance(0.7)) {
			for (let left = 1 + random.int(3); left > 0; left--) mutate(random, index);
			files['index.json'] = jsonOf(index);
		}
		if (random.chance(0.1)) files['index.json'] = damage(random, files['index.json'] ?? '');
		for (const [path, text] of Object.entries(files))
			if (path.endsWith('.md') && random.chance(0.4)) files[path] = spoiledText(random, text);
		this.#last = { what: 'a scenario', files };
		refusing(files, () => {
			const imported = importKillercoda(files, random.chance(0.5) ? 'en' : 'zh-CN');
			this.#last = { what: 'a scenario', files: { ...files, ...imported.files } };
			refusing(imported.files, () => shown(readStrangerFiles(imported.files).lesson));
		});
	}
	#lint(lesson: Lesson, files: LessonFiles): void {
		const around = { glossary: this.#glossary, lessons: this.#folders };
		for (const { file, line, reason } of lintLesson(lesson, files, around))
			isPlace(files, { file, line, reason });
	}
}

interface Place {
	file: string;
	line: number;
	reason: string;
}

/** What is no lesson is refused in the reader's own words, with a line that an editor can jump to. */
function refusing(files: LessonFiles, read: () => void): void {
	try {
		read();
	} catch (error) {
		if (!(error instanceof LessonError)) throw error;
		isPlace(files, error);
	}
}

function isPlace(files: LessonFiles, { file, line, reason }: Place): void {
	const lines = (files[file] ?? '').split('\n').length;
	const isThere = Number.isInteger(line) && line >= 1 && line <= Math.max(1, lines);
	if (!isThere || reason === '')
		throw new Error(`a complaint about line ${line} of ${lines} of a file: ${reason}`);
}

/** Everything of a lesson that a page makes elements of. */
function shown(lesson: Lesson): void {
	const { en, 'zh-CN': zh } = lesson.text;
	for (const text of [en, zh]) blocksOf(text).forEach(block);
}

function blocksOf({ intro, steps }: LessonText): Block[] {
	return [
		...intro,
		...steps.flatMap(({ blocks, says, notes }) => [
			...blocks,
			...Object.values(says).flat(),
			...notes,
		]),
	];
}

type Fields = Record<string, unknown>;

/** The fields of each kind of block that hold blocks, lines of words, or options. */
const inside: Record<Block['type'], { blocks?: string[]; lines?: string[] }> = {
	paragraph: { lines: ['children'] },
	heading: { lines: ['children'] },
	code: {},
	rule: {},
	list: {},
	table: {},
	quote: { blocks: ['children'] },
	task: { blocks: ['active', 'done'] },
	hint: { blocks: ['children'] },
	real: { blocks: ['children'] },
	note: { blocks: ['children'] },
	answer: { lines: ['label'] },
	quiz: { blocks: ['question', 'feedback'] },
	predict: { blocks: ['question', 'feedback'] },
};

function block(one: Block): void {
	if (!Object.hasOwn(inside, one.type)) throw new Error(`a block of the type ${one.type}`);
	const fields = one as unknown as Fields;
	const { blocks = [], lines = [] } = inside[one.type];
	for (const name of blocks) (fields[name] as Block[]).forEach(block);
	for (const name of lines) (fields[name] as Inline[]).forEach(word);
	if (one.type === 'list') one.items.flat().forEach(block);
	if (one.type === 'table') [...one.head, ...one.rows.flat()].flat().forEach(word);
	if (one.type === 'quiz' || one.type === 'predict')
		for (const option of one.options) option.children.forEach(word);
}

const words: Inline['type'][] = ['text', 'code', 'strong', 'emphasis', 'link', 'break', 'term'];

function word(one: Inline): void {
	if (!words.includes(one.type)) throw new Error(`words of the type ${one.type}`);
	if ('text' in one && typeof one.text !== 'string') throw new Error('words that are no text');
	if (one.type === 'link') link(one.href);
	if ('children' in one) one.children.forEach(word);
}

/** Where a browser goes from a page of ours. */
function link(href: string): void {
	if (!URL.canParse(href, page)) return;
	const { protocol } = new URL(href, page);
	if (protocol !== 'https:' && protocol !== 'http:') throw new Error(`a link to "${href}"`);
}
