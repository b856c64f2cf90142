import { describe, expect, it } from 'vitest';
import type { LessonSummary } from '../../../lesson/lesson.ts';
import { csvOf, rowsOf } from './results.ts';

const lesson = {
	id: 'layers',
	version: 2,
	title: { 'zh-CN': '分层', en: 'Layers' },
	steps: [{ id: 'a' }, { id: 'b' }],
} as unknown as LessonSummary;

const step = (at: number, solved = false) => ({ done: true, solved, at });

describe('results of a class', () => {
	it('has a row for each learner and lesson, and tells old versions', () => {
		const file = {
			who: '',
			lessons: {
				layers: { version: 1, steps: { a: step(5), b: step(9, true) } },
				pod: { version: 1, steps: {} },
			},
		};
		expect(rowsOf(file, 'Ming.json', [lesson])).toEqual([
			expect.objectContaining({ who: 'Ming', done: 2, all: 2, solved: 1, last: 9, older: true }),
		]);
	});

	it('gives a table that no spreadsheet runs', () => {
		const file = {
			who: '=HYPERLINK("x")',
			lessons: { layers: { version: 2, steps: { a: step(0) } } },
		};
		const csv = csvOf(rowsOf(file, 'x.json', [lesson]), ['Who', 'Lesson'], 'zh-CN');
		expect(csv).toBe(
			'\ufeffWho,Lesson\r\n"\'=HYPERLINK(""x"")",分层,1/2,0,1970-01-01T00:00:00.000Z,0\r\n',
		);
	});
});
