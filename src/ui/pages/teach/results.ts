import type { LessonSummary, Locale } from '../../../lesson/lesson.ts';
import type { ProgressFile } from '../../../lesson/progress-file.ts';

/** One learner in one lesson. */
export interface ResultRow {
	who: string;
	lesson: string;
	title: Record<Locale, string>;
	done: number;
	all: number;
	/** Steps whose solution was played. */
	solved: number;
	/** When the last step was done; milliseconds since 1970. */
	last: number;
	/** It was done in another version of the lesson. */
	older: boolean;
}

/** A file's rows: one a lesson that was begun. Without a name in it, the file's own has to do. */
export function rowsOf(
	file: ProgressFile,
	fileName: string,
	lessons: readonly LessonSummary[],
): ResultRow[] {
	const who = file.who || fileName.replace(/\.json$/i, '');
	return Object.entries(file.lessons).flatMap(([id, { version, steps }]) => {
		const done = Object.values(steps).filter((step) => step.done);
		if (done.length === 0) return [];
		const lesson = lessons.find((one) => one.id === id);
		return [
			{
				who,
				lesson: id,
				title: lesson?.title ?? { 'zh-CN': id, en: id },
				done: done.length,
				all: lesson?.steps.length ?? done.length,
				solved: done.filter((step) => step.solved).length,
				last: Math.max(...done.map(({ at }) => at)),
				older: lesson !== undefined && lesson.version !== version,
			},
		];
	});
}

/** A spreadsheet takes a cell that begins like this for a formula, and runs it. */
const cell = (value: string | number) => {
	const text = String(value).replace(/^[=+\-@\t\r]/, "'$&");
	return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** With a byte order mark, or Excel reads Chinese names wrong. */
export function csvOf(rows: readonly ResultRow[], head: readonly string[], locale: Locale): string {
	const lines = rows.map(({ who, title, done, all, solved, last, older }) => [
		who,
		title[locale],
		`${done}/${all}`,
		solved,
		new Date(last).toISOString(),
		older ? 1 : 0,
	]);
	return `\ufeff${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
