import type { LessonSummary, Locale } from '../../../lesson/lesson.ts';
import { readProgress, type ProgressFile } from '../../../lesson/progress-file.ts';
import {
	readReceipt,
	receiptMark,
	type Receipt,
	type ReceiptFault,
} from '../../../lesson/score.ts';
import { trimEndOf } from '../../../util/trim-end.ts';

/** One learner in one lesson. */
export interface ResultRow {
	who: string;
	lesson: string;
	title: Record<Locale, string>;
	done: number;
	/** How many steps there were to do; a receipt may be of a part of a lesson. */
	all: number;
	/** Points of 100, where they were handed in. */
	points: number | undefined;
	/** Steps whose solution was played. */
	solved: number;
	/** When the last step was done, or the receipt was made; milliseconds since 1970. */
	at: number;
	/** Whether the course has this lesson, and in which version. */
	known: 'same' | 'other' | 'none';
	from: 'receipt' | 'progress';
}

/** Why a file or a line of it was not taken. */
export interface Refusal {
	/** The file's name; empty for what was pasted. */
	file: string;
	line: number;
	/** How it begins. */
	text: string;
	fault: ReceiptFault | 'none' | 'progress' | 'large' | 'unreadable';
}

export interface Results {
	rows: ResultRow[];
	refused: Refusal[];
}

const fileLimit = 2_000_000;

/** What the course says of a lesson that somebody hands in. */
function ofLesson(id: string, version: number, lessons: readonly LessonSummary[]) {
	const lesson = lessons.find((one) => one.id === id || one.aliases.includes(id));
	const known = !lesson ? 'none' : lesson.version === version ? 'same' : 'other';
	return {
		lesson: lesson?.id ?? id,
		title: lesson?.title ?? { 'zh-CN': id, en: id },
		known,
		steps: lesson?.steps.length,
	} as const;
}

/** A file's rows: one a lesson that was begun. Without a name in it, the file's own has to do. */
export function rowsOf(
	file: ProgressFile,
	fileName: string,
	lessons: readonly LessonSummary[],
): ResultRow[] {
	const who = file.who.trim() || fileName.replace(/\.json$/i, '');
	return Object.entries(file.lessons).flatMap(([id, { version, steps, best }]) => {
		const done = Object.values(steps).filter((step) => step.done);
		if (done.length === 0) return [];
		const { steps: all = done.length, ...lesson } = ofLesson(id, version, lessons);
		return [
			{
				who,
				...lesson,
				done: done.length,
				all,
				points: best === undefined ? undefined : Math.round(Math.min(best, 1) * 100),
				solved: done.filter((step) => step.solved).length,
				at: Math.max(...done.map(({ at }) => at)),
				from: 'progress',
			},
		];
	});
}

function rowOf(receipt: Receipt, who: string, lessons: readonly LessonSummary[]): ResultRow {
	const { lesson: id, version, points, at, steps } = receipt;
	const { lesson, title, known } = ofLesson(id, version, lessons);
	const done = steps.filter((step) => step.done);
	const solved = done.filter((step) => step.solved).length;
	const counts = { done: done.length, all: steps.length, points, solved };
	return { who, lesson, title, known, ...counts, at, from: 'receipt' };
}

/** The name beside a receipt, without what mail and lists put around it. */
function nameIn(line: string): string {
	let end = line.length;
	while (end > 0 && /[\s:：,，;；|]/.test(line.charAt(end - 1))) end--;
	return line.slice(0, end).replace(/^[\s>*•·-]+/, '');
}

const savedAs = 'drydock-';

/** `Ming-drydock-layers (1).txt` is Ming's; a file that is called as it was saved says nobody's name. */
function nameOfFile(file: string): string {
	const whole = file.replace(/\.[^.]*$/, '');
	const first = whole.replace(/\(\d+\)$/, '').trimEnd();
	const before = trimEndOf(first, 'abcdefghijklmnopqrstuvwxyz0123456789-');
	const [name, ...saved] = first.slice(before.length).split(savedAs);
	if (name === undefined || saved.join(savedAs) === '') return whole.trim() || whole;
	return trimEndOf(before + name, ' _-').trim() || whole;
}

/** A folder, or a file that was moved away before it was read: the others are taken all the same. */
export function unreadable(file: string): Results {
	return { rows: [], refused: [{ file, line: 1, text: '', fault: 'unreadable' }] };
}

/** Reads lines with receipts, each with the name of its learner before or after it. */
export function readLines(text: string, file: string, lessons: readonly LessonSummary[]): Results {
	const rows: ResultRow[] = [];
	const refused: Refusal[] = [];
	text.split(/\r\n|\r|\n/).forEach((line, index) => {
		if (line.trim() === '' || line.trim() === '\ufeff') return;
		const refuse = (fault: Refusal['fault']) =>
			refused.push({ file, line: index + 1, text: line.trim().slice(0, 60), fault });
		const mark = new RegExp(`${receiptMark}\\S*`, 'g');
		const codes = line.match(mark);
		if (!codes) return refuse('none');
		const name = nameIn(line.replace(mark, '').replace('\ufeff', ''));
		for (const code of codes) {
			const receipt = readReceipt(code);
			if (typeof receipt === 'string') refuse(receipt);
			else rows.push(rowOf(receipt, name || (file && nameOfFile(file)), lessons));
		}
		return undefined;
	});
	return { rows, refused };
}

/** Reads a file that a learner has handed in: progress, or receipts. */
export function readHandedIn(
	text: string,
	file: string,
	lessons: readonly LessonSummary[],
): Results {
	const refuse = (fault: Refusal['fault']): Results => ({
		rows: [],
		refused: [{ file, line: 1, text: text.trim().slice(0, 60), fault }],
	});
	if (text.length > fileLimit) return refuse('large');
	if (!/^\ufeff?\s*[{[]/.test(text)) {
		const lines = readLines(text, file, lessons);
		return lines.rows.length + lines.refused.length > 0 ? lines : refuse('none');
	}
	const progress = readProgress(text.replace('\ufeff', ''));
	return progress ? { rows: rowsOf(progress, file, lessons), refused: [] } : refuse('progress');
}

/** Both together; what was there already, to the letter, is not there twice. */
export function joinRows(rows: readonly ResultRow[], more: readonly ResultRow[]): ResultRow[] {
	const all = new Map([...rows, ...more].map((row) => [JSON.stringify(row), row]));
	return [...all.values()];
}

interface RemarkWords {
	known: Record<ResultRow['known'], string>;
	/** Somebody else has handed in the very same receipt. */
	twin: (who: string) => string;
}

/** What a teacher should know of a row. */
export function remarksOf(
	row: ResultRow,
	rows: readonly ResultRow[],
	words: RemarkWords,
): string[] {
	const twin = rows.find(
		({ who, lesson, at, from }) =>
			row.from === 'receipt' &&
			from === 'receipt' &&
			lesson === row.lesson &&
			at === row.at &&
			who !== row.who,
	);
	return [words.known[row.known], twin ? words.twin(twin.who) : ''].filter((one) => one !== '');
}

/**
 * A spreadsheet takes a cell that begins like this for a formula, and runs it. One that separates by semicolons
 * would see another cell behind each.
 */
const cell = (value: string | number) => {
	const text = String(value)
		.replace(/[\s;]+/g, ' ')
		.replace(/^ ?[=+\-@＝＋－＠]/, "'$&");
	return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** With a byte order mark, or Excel reads Chinese names wrong. */
export function csvOf(
	rows: readonly ResultRow[],
	head: readonly string[],
	locale: Locale,
	words: RemarkWords & { from: Record<ResultRow['from'], string> },
): string {
	const lines = rows.map((row) => [
		row.who,
		row.title[locale],
		row.points ?? '',
		row.done,
		row.all,
		row.solved,
		new Date(row.at).toISOString(),
		words.from[row.from],
		remarksOf(row, rows, words).join(' '),
	]);
	return `\ufeff${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
