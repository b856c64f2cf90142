import type { LessonRecord, StepRecord } from './progress.ts';
import { isLessonRecord } from './progress-file.ts';

/** Where a learner is in a lesson, and what is done of it. */
export interface SavedState {
	/** Id of the step in view. */
	at: string;
	record: LessonRecord;
}

/** Characters that a learning platform promises to keep, at least: `cmi.suspend_data` of SCORM 1.2. */
export const mostStateCharacters = 4096;

type StepEntry = [id: string, done: 0 | 1, solved: 0 | 1, hints: number, secs: number, at: number];
type QuizEntry = [id: string, correct: 0 | 1, tries: number];

const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);

/**
 * Short, since platforms keep little: about 40 characters a step. Undefined when it is longer than they promise to
 * keep; the tries of quizzes go first.
 */
export function writeState({ at, record }: SavedState): string | undefined {
	const { version: v, steps, quiz = {}, best: b } = record;
	const s = Object.entries(steps).map(([id, step]): StepEntry => {
		const { done, solved, hints = 0, secs = 0, at: ms } = step;
		return [id, bit(done), bit(solved), hints, Math.round(secs), Math.floor(ms / 1000)];
	});
	const q = Object.entries(quiz).map(([id, { correct, tries }]): QuizEntry => [
		id,
		bit(correct),
		tries,
	]);
	const whole = { at, v, s, ...(b !== undefined && { b }) };
	const texts = [JSON.stringify(q.length > 0 ? { ...whole, q } : whole), JSON.stringify(whole)];
	return texts.find((text) => text.length <= mostStateCharacters);
}

function stepOf([id, done, solved, hints, secs, at]: StepEntry): [string, StepRecord] {
	const record = { done: done === 1, solved: solved === 1, at: at * 1000 };
	return [id, { ...record, ...(hints > 0 && { hints }), ...(secs > 0 && { secs }) }];
}

/** The record as {@link writeState} wrote it, or as a whole, as it was kept before. */
function recordOf(json: Record<string, unknown>): unknown {
	if ('record' in json) return json['record'];
	const { v, s, q = [], b } = json as { v: number; s: StepEntry[]; q?: QuizEntry[]; b?: number };
	const quiz = q.map(([id, correct, tries]) => [id, { correct: correct === 1, tries }] as const);
	return {
		version: v,
		steps: Object.fromEntries(s.map(stepOf)),
		...(quiz.length > 0 && { quiz: Object.fromEntries(quiz) }),
		...(b !== undefined && { best: b }),
	};
}

/** Undefined for what somebody else wrote. */
export function readState(text: string): SavedState | undefined {
	try {
		const json = JSON.parse(text) as Record<string, unknown>;
		const record = recordOf(json);
		if (typeof json['at'] !== 'string' || !isLessonRecord(record)) return undefined;
		return { at: json['at'], record };
	} catch {
		return undefined;
	}
}
