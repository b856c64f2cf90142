import { expect, it } from 'vitest';
import type { LessonRecord } from './progress.ts';
import { mostStateCharacters, readState, writeState } from './saved-state.ts';

function recordOf(steps: number, quizzes = 0): LessonRecord {
	const done = { done: true, solved: false, at: 1_764_583_376_000, hints: 1, secs: 95 };
	const named = (count: number, name: string) =>
		Array.from({ length: count }, (_, index) => `a-rather-long-${name}-${index}`);
	return {
		version: 3,
		steps: Object.fromEntries(named(steps, 'step').map((id) => [id, done])),
		...(quizzes > 0 && {
			quiz: Object.fromEntries(
				named(quizzes, 'quiz').map((id) => [id, { correct: true, tries: 2 }]),
			),
		}),
		best: 0.95,
	};
}

it('comes back as it was', () => {
	const state = { at: 'enter', record: recordOf(12, 4) };
	expect(readState(writeState(state) ?? '')).toEqual(state);
	const begun = { version: 1, steps: { enter: { done: false, solved: true, at: 0 } } };
	expect(readState(writeState({ at: 'enter', record: begun }) ?? '')?.record).toEqual(begun);
});

it('reads what was kept before it was short, and nothing else', () => {
	const state = { at: 'enter', record: recordOf(2, 1) };
	expect(readState(JSON.stringify(state))).toEqual(state);
	for (const text of ['', 'rubbish', 'null', '[]', '{"at":"a"}', '{"at":"a","v":1,"s":[[1]]}'])
		expect(readState(text)).toBeUndefined();
});

it('fits into what the poorest platform keeps, first without the quizzes, and says when it does not', () => {
	const long = writeState({ at: 'enter', record: recordOf(70, 40) }) ?? '';
	expect(long.length).toBeGreaterThan(0);
	expect(long.length).toBeLessThanOrEqual(mostStateCharacters);
	expect(Object.keys(readState(long)?.record.steps ?? {})).toHaveLength(70);
	expect(readState(long)?.record.quiz).toBeUndefined();
	expect(writeState({ at: 'enter', record: recordOf(150) })).toBeUndefined();
});
