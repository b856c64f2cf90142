import type {
	Block,
	Inline,
	Lesson,
	LessonStructure,
	LessonText,
	Locale,
	QuizOption,
	Step,
} from './lesson.ts';
import { locales } from './lesson.ts';
import { LessonError } from './lesson-error.ts';
import { parseText } from './markdown.ts';
import { parseLesson } from './parse-lesson.ts';
import { nodeNames } from './terminals.ts';
import { walkBlocks } from './walk-blocks.ts';

/** The raw files of one lesson folder, by path below it. */
export type LessonFiles = Record<string, string>;

function inlineCode(children: readonly Inline[]): string[] {
	return children.flatMap((child) => {
		if (child.type === 'code') return child.action ? [`${child.text} ${child.action.kind}`] : [];
		return 'children' in child ? inlineCode(child.children) : [];
	});
}

/** What both languages must have in the same order: blocks with ids, code, commands. */
function skeleton(blocks: readonly Block[]): string[] {
	const found: string[] = [];
	walkBlocks(blocks, (block) => {
		if (block.type === 'task') found.push(`:::task{check=${block.check}}`);
		else if (block.type === 'answer') found.push(`:::answer{#${block.field}}`);
		else if (block.type === 'quiz') found.push(`:::quiz{#${block.id}} ${rightOnes(block.options)}`);
		else if (block.type === 'predict')
			found.push(`:::predict{#${block.id} after=${block.after}} ${rightOnes(block.options)}`);
		else if (block.type === 'code') found.push('```' + withoutComments(block.text));
		else if (block.type === 'hint' || block.type === 'real') found.push(`:::${block.type}`);
		else if (block.type === 'paragraph') found.push(...inlineCode(block.children));
	});
	return found;
}

const rightOnes = (options: readonly QuizOption[]) =>
	options.map(({ correct }) => (correct ? 'x' : '_')).join('');

function withoutComments(code: string): string {
	return code
		.split('\n')
		.map((line) => line.replace(/(^|\s)#.*/s, '').trimEnd())
		.join('\n');
}

function sameSkeleton(file: string, where: string, one: readonly Block[], two: readonly Block[]) {
	const [a, b] = [skeleton(one), skeleton(two)];
	const at = a.findIndex((item, index) => item !== b[index]);
	const index = at === -1 && b.length > a.length ? a.length : at;
	if (index === -1) return;
	const reason = `${where}: the languages differ: ${a[index] ?? 'nothing'} / ${b[index] ?? 'nothing'}`;
	throw new LessonError(file, 1, reason);
}

function stepMatches(file: string, step: Step, text: LessonText, index: number): void {
	const own = text.steps[index];
	if (own?.id !== step.id)
		throw new LessonError(
			file,
			1,
			`step ${index + 1} is "${own?.id ?? 'missing'}", not "${step.id}"`,
		);
	walkBlocks(own.blocks, (block) => {
		const check =
			block.type === 'task' ? block.check : block.type === 'predict' ? block.after : undefined;
		if (check !== undefined && !step.checks.some(({ id }) => id === check))
			throw new LessonError(file, 1, `step ${step.id} has no check "${check}"`);
	});
	for (const { say } of step.checks.flatMap((check) => check.explain))
		if (!own.says[say]) throw new LessonError(file, 1, `step ${step.id} lacks :::say{#${say}}`);
}

function checkParity(
	name: string,
	structure: LessonStructure,
	text: Partial<Record<Locale, LessonText>>,
): void {
	for (const locale of locales) {
		const own = text[locale];
		if (!own) continue;
		const file = `${name}${locale}.md`;
		structure.steps.forEach((step, index) => stepMatches(file, step, own, index));
		if (own.steps.length > structure.steps.length)
			throw new LessonError(file, 1, 'has a step that lesson.yaml does not know');
	}
	const [zh, en] = [text['zh-CN'], text.en];
	if (!zh || !en) return;
	sameSkeleton(`${name}en.md`, 'intro', zh.intro, en.intro);
	zh.steps.forEach(({ id, blocks, notes }, index) => {
		const { blocks: others = [], notes: otherNotes = [] } = en.steps[index] ?? {};
		sameSkeleton(`${name}en.md`, `step ${id}`, blocks, others);
		if (notes.length > 0 !== otherNotes.length > 0)
			throw new LessonError(`${name}en.md`, 1, `step ${id}: one language alone has :::presenter`);
		sameSkeleton(`${name}en.md`, `step ${id}, :::presenter`, notes, otherNotes);
	});
	if (zh.finish.length > 0 !== en.finish.length > 0)
		throw new LessonError(`${name}en.md`, 1, 'one language alone has <!-- finish -->');
	sameSkeleton(`${name}en.md`, 'finish', zh.finish, en.finish);
}

export interface LoadOptions {
	/** Languages that have to be there; both when left out. */
	languages?: readonly Locale[];
	/** Refuses patterns that could keep the page busy: for lessons from elsewhere. */
	harmless?: boolean;
}

/**
 * Reads one lesson folder and checks that structure and languages agree. Of a language that does not have to be
 * there, there is no text.
 */
export function loadLesson(name: string, files: LessonFiles, options: LoadOptions = {}): Lesson {
	const { languages = locales, harmless = false } = options;
	const prefix = name === '' ? '' : `${name}/`;
	const need = (path: string): string => {
		const text = files[path];
		if (text === undefined) throw new LessonError(`${prefix}${path}`, 1, 'this file is missing');
		return text;
	};
	const structure = parseLesson(`${prefix}lesson.yaml`, need('lesson.yaml'), harmless);
	const terminals = structure.terminals.map((terminal) => terminal.name);
	const places = [...new Set([...terminals, ...nodeNames(structure.cluster)])];
	const text = Object.fromEntries(
		languages.map((locale) => [
			locale,
			parseText(`${prefix}${locale}.md`, need(`${locale}.md`), places),
		]),
	) as Record<Locale, LessonText>;
	checkParity(prefix, structure, text);
	const own = Object.entries(files)
		.filter(([path]) => path.startsWith('files/'))
		.map(([path, content]): [string, string] => [path.slice('files/'.length), content]);
	const lesson: Lesson = { ...structure, text, files: Object.fromEntries(own) };
	for (const item of lesson.scene)
		if (item.do !== 'sh' && lesson.files[item.file] === undefined)
			throw new LessonError(`${prefix}lesson.yaml`, 1, `scene: there is no files/${item.file}`);
	return lesson;
}
