import { plainText } from './inline.ts';
import type {
	Block,
	Inline,
	Lesson,
	LessonSummary,
	LessonText,
	Locale,
	SearchText,
} from './lesson.ts';
import { locales } from './lesson.ts';

const both = <T>(of: (locale: Locale) => T): Record<Locale, T> => ({
	'zh-CN': of('zh-CN'),
	en: of('en'),
});

/** The first paragraph of an introduction, without markup. */
function aboutOf(intro: readonly Block[]): string {
	const first = intro.find((block) => block.type === 'paragraph');
	return first ? plainText(first.children) : '';
}

/** What one can do at the end of a lesson, a line each. */
export function goalsOf({ finish }: LessonText): string[] {
	const [first] = finish;
	return first?.type === 'list' ? first.items.map(wordsOf) : [];
}

/** What the course map needs of a lesson. */
export function summaryOf(lesson: Lesson): LessonSummary {
	const { id, aliases, version, level, minutes, needs, tags, real, text } = lesson;
	return {
		id,
		aliases,
		version,
		level,
		minutes,
		needs,
		tags,
		real,
		nodes: lesson.cluster.nodes,
		runs: lesson.cluster.runs,
		title: both((locale) => text[locale].title),
		about: both((locale) => aboutOf(text[locale].intro)),
		steps: lesson.steps.map((step, index) => ({
			id: step.id,
			optional: step.optional,
			title: both((locale) => text[locale].steps[index]?.title ?? step.id),
		})),
	};
}

const inlines = (groups: readonly (readonly Inline[])[]) => groups.map(plainText).join(' ');

/** The words of blocks as one line for searching and for descriptions. */
export function wordsOf(blocks: readonly Block[]): string {
	return blocks
		.map((block): string => {
			switch (block.type) {
				case 'heading':
				case 'paragraph':
					return plainText(block.children);
				case 'code':
					return block.text;
				case 'list':
					return block.items.map(wordsOf).join(' ');
				case 'table':
					return inlines([...block.head, ...block.rows.flat()]);
				case 'task':
					return wordsOf(block.active);
				case 'quiz':
				case 'predict':
					return `${wordsOf(block.question)} ${inlines(block.options.map((one) => one.children))}`;
				case 'answer':
					return plainText(block.label);
				case 'rule':
					return '';
				default:
					return wordsOf(block.children);
			}
		})
		.join(' ')
		.replaceAll(/\s+/g, ' ');
}

/** Every step in every language as it is searched; the introduction belongs to the first step. */
export function searchTexts(lesson: Lesson): SearchText[] {
	return locales.flatMap((locale) => {
		const { title, intro, steps } = lesson.text[locale];
		return steps.map((step, index) => ({
			locale,
			lesson: lesson.id,
			step: step.id,
			title: step.title,
			lessonTitle: title,
			words: wordsOf(index === 0 ? [...intro, ...step.blocks] : step.blocks),
		}));
	});
}
