import { Fences } from './directives.ts';
import type { Block, GlossaryEntry, Inline, Lesson, Locale, Step } from './lesson.ts';
import { locales } from './lesson.ts';
import type { LessonFiles } from './load.ts';
import { canUndo } from './traces.ts';
import { walkBlocks } from './walk-blocks.ts';

/** One thing an author should change, where an editor can jump to. */
export interface Complaint {
	file: string;
	line: number;
	reason: string;
}

/** What a lesson is checked against. */
export interface Around {
	glossary: readonly GlossaryEntry[];
	/** Ids and aliases of every lesson there is or will be. */
	lessons: readonly string[];
}

const han = /\p{Script=Han}/u;

/** The lines of a text that are prose, with code blanked out; fences, comments and directives are not. */
function proseLines(text: string): { line: number; prose: string }[] {
	const fences = new Fences();
	return text.split('\n').flatMap((raw, index) => {
		if (
			fences.enter(raw) ||
			raw.startsWith('<!--') ||
			raw.startsWith(':::') ||
			/^\+\+\+\s*$/.test(raw)
		)
			return [];
		const prose = raw
			.replace(/`[^`]*`(\{\{[^`}]*\}\})?/g, '`')
			.replace(/\]\([^)\]]*\)/g, ']')
			.replace(
				/:term\[(?:([^[\]|]*)\|)?([^[\]]*)\]/g,
				(_all, label: string | undefined, term: string) => label ?? term,
			);
		return [{ line: index + 1, prose }];
	});
}

const endsInHan = /\p{Script=Han}\s?$/u;

/** Brackets behind Chinese text, or with some in them. */
function halfWidthBrackets(prose: string): boolean {
	return prose
		.split(')')
		.slice(0, -1)
		.some((part) => {
			const [before = '', ...inside] = part.split('(');
			if (inside.length === 0) return false;
			return endsInHan.test(before) || inside.some((text) => han.test(text));
		});
}

const straightQuotes = (prose: string): boolean =>
	prose
		.split('"')
		.slice(1, -1)
		.some((text) => han.test(text));

const fit = (pattern: RegExp) => (prose: string) => pattern.test(prose);

const halfWidth: readonly { fits: (prose: string) => boolean; reason: string }[] = [
	{
		fits: fit(/\p{Script=Han}[`\])”’]?\s?[,;:!?](?!\/\/)/u),
		reason: 'half-width punctuation after Chinese text',
	},
	{ fits: fit(/[,;!?]\s?\p{Script=Han}/u), reason: 'half-width punctuation before Chinese text' },
	{ fits: fit(/\p{Script=Han}\.(?:\s|$)/u), reason: 'a Chinese sentence ends in 。' },
	{ fits: halfWidthBrackets, reason: 'half-width brackets in Chinese text' },
	{ fits: straightQuotes, reason: 'straight quotes around Chinese text' },
	{
		fits: fit(/(?:^|[^*\w])\*[^*\s][^*]*\*(?:[^*]|$)|(?:^|[^_\w])_[^_\s][^_]*_(?:[^_\w]|$)/u),
		reason: 'no italics in Chinese text',
	},
];

function lintChinese(file: string, text: string): Complaint[] {
	return proseLines(text)
		.filter(({ prose }) => han.test(prose))
		.flatMap(({ line, prose }) =>
			halfWidth
				.filter(({ fits }) => fits(prose))
				.map(({ reason }) => ({ file, line, reason: `${reason}: ${prose.trim().slice(0, 60)}` })),
		);
}

function inlinesOf(block: Block): Inline[][] {
	switch (block.type) {
		case 'heading':
		case 'paragraph':
			return [block.children];
		case 'table':
			return [...block.head, ...block.rows.flat()];
		case 'quiz':
		case 'predict':
			return block.options.map((option) => option.children);
		case 'answer':
			return [block.label];
		default:
			return [];
	}
}

function eachInline(blocks: readonly Block[], visit: (inline: Inline) => void): void {
	const walk = (children: readonly Inline[]) => {
		for (const child of children) {
			visit(child);
			if ('children' in child) walk(child.children);
		}
	};
	walkBlocks(blocks, (block) => inlinesOf(block).forEach(walk));
}

/** `../layers/` and `/en/lesson/layers/`: a link to a lesson of the course. */
const lessonLink = /(?:^\.\.\/|\/lesson\/)([a-z0-9-]+)\/?$/;

/** Where something stands in a file; 1 when it is not found word by word. */
const lineOf = (text: string, part: string) =>
	Math.max(
		0,
		text.split('\n').findIndex((line) => line.includes(part)),
	) + 1;

function lintWords(lesson: Lesson, locale: Locale, raw: string, around: Around): Complaint[] {
	const file = `${locale}.md`;
	const found: Complaint[] = [];
	const known = new Set(around.glossary.map((entry) => entry.term));
	const { intro, steps, finish } = lesson.text[locale];
	const blocks = [
		...intro,
		...steps.flatMap(({ blocks: own, says, notes }) => [
			...own,
			...Object.values(says).flat(),
			...notes,
		]),
		...finish,
	];
	eachInline(blocks, (inline) => {
		if (inline.type === 'term' && !known.has(inline.term))
			found.push({
				file,
				line: lineOf(raw, `${inline.term}]`),
				reason: `the glossary has no "${inline.term}"`,
			});
		if (inline.type !== 'link') return;
		const id = lessonLink.exec(inline.href.split(/[#?]/)[0] ?? '')?.[1];
		if (id !== undefined && !around.lessons.includes(id))
			found.push({ file, line: lineOf(raw, inline.href), reason: `there is no lesson "${id}"` });
	});
	const avoided = around.glossary.flatMap((entry) =>
		(entry.avoid?.[locale] ?? []).map((word) => ({ word, instead: entry.name[locale] })),
	);
	for (const { line, prose } of proseLines(raw))
		for (const { word, instead } of avoided)
			if (prose.includes(word))
				found.push({ file, line, reason: `"${word}": the glossary says ${instead}` });
	return found;
}

/** Each check has its task, its question or its quiz in the text, and each of those has its check. */
function lintStep(
	step: Step,
	index: number,
	lesson: Lesson,
	yaml: string,
	locale: Locale,
): Complaint[] {
	const complain = (reason: string): Complaint => ({
		file: 'lesson.yaml',
		line: lineOf(yaml, `id: ${step.id}`),
		reason: `step ${step.id}: ${reason}`,
	});
	const shown = { tasks: new Set<string>(), fields: new Set<string>(), quizzes: new Set<string>() };
	walkBlocks(lesson.text[locale].steps[index]?.blocks ?? [], (block) => {
		if (block.type === 'task') shown.tasks.add(block.check);
		else if (block.type === 'answer') shown.fields.add(block.field);
		else if (block.type === 'quiz') shown.quizzes.add(block.id);
	});
	const found: Complaint[] = [];
	if (!step.view) found.push(complain('names no picture (view)'));
	if (step.checks.length === 0) found.push(complain('has no check'));
	const asked = { fields: new Set<string>(), quizzes: new Set<string>() };
	for (const { id, probe } of step.checks) {
		if (probe.probe === 'answer') {
			asked.fields.add(probe.field);
			if (!shown.fields.has(probe.field))
				found.push(complain(`:::answer{#${probe.field}} is missing`));
		} else if (probe.probe === 'quiz') {
			asked.quizzes.add(probe.id);
			if (!shown.quizzes.has(probe.id)) found.push(complain(`:::quiz{#${probe.id}} is missing`));
		} else if (!shown.tasks.has(id)) found.push(complain(`no :::task{check=${id}} in the text`));
	}
	for (const field of shown.fields)
		if (!asked.fields.has(field)) found.push(complain(`nobody checks the answer "${field}"`));
	for (const id of shown.quizzes)
		if (!asked.quizzes.has(id)) found.push(complain(`nobody checks the quiz "${id}"`));
	return found;
}

/** A lesson says at its end what one can do now. */
function lintEnd(lesson: Lesson, text: string): Complaint[] {
	if (lesson.text.en.finish.length > 0) return [];
	const line = lineOf(text, `step: ${lesson.steps.at(-1)?.id ?? ''}`);
	return [{ file: 'en.md', line, reason: 'does not say what one can do now (<!-- finish -->)' }];
}

/** Everything about a lesson that can be read and still should not ship. */
export function lintLesson(lesson: Lesson, files: LessonFiles, around: Around): Complaint[] {
	const yaml = files['lesson.yaml'] ?? '';
	const found: Complaint[] = lesson.steps.flatMap((step, index) =>
		lintStep(step, index, lesson, yaml, 'en'),
	);
	for (const step of lesson.steps) {
		const reasons = [
			...(canUndo([step]) ? [] : ['changes something and has no reset']),
			...(step.checks.length > 0 && step.solution.length === 0 ? ['has no solution'] : []),
		];
		for (const reason of reasons)
			found.push({
				file: 'lesson.yaml',
				line: lineOf(yaml, `id: ${step.id}`),
				reason: `step ${step.id}: ${reason}`,
			});
	}
	for (const id of lesson.needs)
		if (!around.lessons.includes(id))
			found.push({
				file: 'lesson.yaml',
				line: lineOf(yaml, 'needs:'),
				reason: `needs "${id}", which is no lesson`,
			});
	if (lesson.source.length === 0)
		found.push({ file: 'lesson.yaml', line: 1, reason: 'names no source' });
	found.push(...lintEnd(lesson, files['en.md'] ?? ''));
	for (const locale of locales)
		found.push(...lintWords(lesson, locale, files[`${locale}.md`] ?? '', around));
	found.push(...lintChinese('zh-CN.md', files['zh-CN.md'] ?? ''));
	return found;
}

/** A ring of lessons that need each other; undefined when there is none. */
export function ringOf(lessons: readonly Pick<Lesson, 'id' | 'needs'>[]): string[] | undefined {
	const needs = new Map(lessons.map(({ id, needs: own }) => [id, own]));
	const walk = (id: string, path: string[]): string[] | undefined => {
		if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
		for (const next of needs.get(id) ?? []) {
			const ring = walk(next, [...path, id]);
			if (ring) return ring;
		}
		return undefined;
	};
	for (const { id } of lessons) {
		const ring = walk(id, []);
		if (ring) return ring;
	}
	return undefined;
}
