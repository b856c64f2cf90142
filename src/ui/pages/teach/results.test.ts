import { describe, expect, it } from 'vitest';
import type { Lesson, LessonSummary } from '../../../lesson/lesson.ts';
import { receiptOf } from '../../../lesson/score.ts';
import { csvOf, joinRows, readHandedIn, readLines, remarksOf, rowsOf } from './results.ts';
import { resultWords } from './words.ts';

const lesson = {
	id: 'layers',
	aliases: ['overlay'],
	version: 2,
	title: { 'zh-CN': '分层', en: 'Layers' },
	steps: [{ id: 'a' }, { id: 'b' }],
} as unknown as LessonSummary;

const step = (at: number, solved = false) => ({ done: true, solved, at });
const check = { id: 'c', weight: 1 };
const whole = {
	id: 'layers',
	version: 2,
	score: { hint: 5, solved: 100 },
	steps: ['a', 'b'].map((id) => ({ id, optional: false, checks: [check] })),
} as unknown as Lesson;
const receipt = (more: Partial<Lesson> = {}, at = 7) =>
	receiptOf({ ...whole, ...more }, { version: 2, steps: { a: step(1), b: step(2, true) } }, at);
const words = resultWords();

describe('results of a class', () => {
	it('has a row for each learner and lesson, and tells other versions', () => {
		const file = {
			who: '',
			lessons: {
				layers: { version: 1, steps: { a: step(5), b: step(9, true) }, best: 0.456 },
				pod: { version: 1, steps: {} },
			},
		};
		expect(rowsOf(file, 'Ming.json', [lesson])).toEqual([
			expect.objectContaining({
				who: 'Ming',
				done: 2,
				all: 2,
				solved: 1,
				points: 46,
				at: 9,
				known: 'other',
			}),
		]);
	});

	it('reads receipts with a name before or after them, however they were quoted', () => {
		const text = [
			`Li Hua ${receipt()}`,
			`> 小明：${receipt()}`,
			'',
			`${receipt()}\tO’Neil`,
			`- Ada, ${receipt()} ${receipt({ id: 'pod' })}`,
			receipt(),
		].join('\r\n');
		const { rows, refused } = readLines(text, '', [lesson]);
		expect(refused).toEqual([]);
		expect(rows.map(({ who, title, known }) => [who, title.en, known])).toEqual([
			['Li Hua', 'Layers', 'same'],
			['小明', 'Layers', 'same'],
			['O’Neil', 'Layers', 'same'],
			['Ada', 'Layers', 'same'],
			['Ada', 'pod', 'none'],
			['', 'Layers', 'same'],
		]);
		expect(rows[0]).toMatchObject({ done: 2, all: 2, solved: 1, points: 50, at: 7 });
		expect(readLines(receipt({ id: 'overlay', version: 9 }), '', [lesson]).rows[0]).toMatchObject({
			lesson: 'layers',
			known: 'other',
		});
	});

	it('refuses lines with their place and the reason, and takes the others', () => {
		const cut = receipt().slice(0, -7);
		const text = `Ada ${receipt()}\nLi Hua, sick\nMing ${cut}\nZoe ${receipt({}, 8)}`;
		const { rows, refused } = readHandedIn(text, 'class.txt', [lesson]);
		expect(rows.map(({ who }) => who)).toEqual(['Ada', 'Zoe']);
		expect(refused).toEqual([
			{ file: 'class.txt', line: 2, text: 'Li Hua, sick', fault: 'none' },
			{ file: 'class.txt', line: 3, text: expect.stringContaining('Ming'), fault: 'code' },
		]);
		const faults = ['', '{', '{}', '[]', 'x'.repeat(2_000_001)].map(
			(content) => readHandedIn(content, 'x', [lesson]).refused[0]?.fault,
		);
		expect(faults).toEqual(['none', 'progress', 'progress', 'progress', 'large']);
	});

	it('calls a receipt without a name by its file, unless that says none', () => {
		const who = (file: string) => readHandedIn(`${receipt()}\n`, file, [lesson]).rows[0]?.who;
		expect(who('Ming-drydock-layers (1).txt')).toBe('Ming');
		expect(who('李华_drydock-layers.txt')).toBe('李华');
		expect(who('drydock-layers (2).txt')).toBe('drydock-layers (2)');
		expect(readHandedIn(`Ada ${receipt()}`, 'drydock-layers.txt', [lesson]).rows[0]?.who).toBe(
			'Ada',
		);
	});

	it('takes the same only once, and says when two hand in one receipt', () => {
		const read = (who: string, at = 7) => readLines(`${who} ${receipt({}, at)}`, '', [lesson]).rows;
		const rows = joinRows(joinRows(read('Ada'), read('Ada')), [...read('Bo'), ...read('Ada', 9)]);
		expect(rows.map(({ who, at }) => [who, at])).toEqual([
			['Ada', 7],
			['Bo', 7],
			['Ada', 9],
		]);
		expect(rows.map((row) => remarksOf(row, rows, words))).toEqual([
			['the same receipt as Bo'],
			['the same receipt as Ada'],
			[],
		]);
	});

	it.each(['=HYPERLINK("x")', '+1', '-1', '@x', '\t=1', ' =1', '＝1'])(
		'gives a table that no spreadsheet runs (%j)',
		(who) => {
			const file = { who: '', lessons: { layers: { version: 2, steps: { a: step(0) } } } };
			const rows = rowsOf(file, who, [lesson]);
			const csv = csvOf(rows, ['Who', 'Lesson'], 'zh-CN', words);
			expect(csv).toMatch(/^\ufeffWho,Lesson\r\n"?' ?[=+\-@＝]/);
		},
	);

	it('keeps a cell one cell, whatever separates', () => {
		const file = {
			who: 'a;=1,"b"\r\n=2',
			lessons: { layers: { version: 1, steps: { a: step(0) } } },
		};
		expect(csvOf(rowsOf(file, 'x.json', [lesson]), ['Who'], 'zh-CN', words)).toBe(
			'\ufeffWho\r\n"a =1,""b"" =2",分层,,1,2,0,1970-01-01T00:00:00.000Z,progress,another version of the lesson\r\n',
		);
	});
});
