import { packText, unpackText } from '../util/packed-text.ts';
import type { LessonRecord, QuizRecord, StepRecord } from './progress.ts';

/** What a learner takes along: the records of every lesson, as they lie in the browser. */
export type Records = Record<string, LessonRecord>;

const format = 'drydock-progress/1';

/** `who` is what the learner wants to be called, for a teacher's table. */
export function writeProgress(lessons: Records, saved: Date, who = ''): string {
	return JSON.stringify({ format, who, saved: saved.toISOString(), lessons }, undefined, '\t');
}

const isCount = (value: unknown) =>
	value === undefined || (typeof value === 'number' && value >= 0 && Number.isFinite(value));

/** What a calendar knows. */
const isTime = (value: unknown) => typeof value === 'number' && Math.abs(value) <= 8.64e15;

function isStepRecord(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	const { done, solved, at, hints, secs } = value as Partial<StepRecord>;
	return (
		typeof done === 'boolean' &&
		typeof solved === 'boolean' &&
		isTime(at) &&
		isCount(hints) &&
		isCount(secs)
	);
}

function isQuizRecord(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	const { correct, tries } = value as Partial<QuizRecord>;
	return typeof correct === 'boolean' && isCount(tries);
}

/** True for what {@link Progress} writes; anything else that is found in a browser or a file is refused. */
export function isLessonRecord(value: unknown): value is LessonRecord {
	if (typeof value !== 'object' || value === null) return false;
	const { version, steps, quiz, best } = value as Partial<LessonRecord>;
	if (typeof version !== 'number' || typeof steps !== 'object' || steps === null) return false;
	return (
		Object.values(steps).every(isStepRecord) &&
		Object.values(quiz ?? {}).every(isQuizRecord) &&
		isCount(best)
	);
}

export interface ProgressFile {
	who: string;
	lessons: Records;
}

/** Reads a saved file; undefined when it is something else. */
export function readProgress(text: string): ProgressFile | undefined {
	try {
		const file = JSON.parse(text) as { format?: unknown; who?: unknown; lessons?: unknown };
		if (file.format !== format || typeof file.lessons !== 'object' || file.lessons === null)
			return undefined;
		const entries = Object.entries(file.lessons);
		if (!entries.every((entry): entry is [string, LessonRecord] => isLessonRecord(entry[1])))
			return undefined;
		return {
			who: typeof file.who === 'string' ? file.who : '',
			lessons: Object.fromEntries(entries),
		};
	} catch {
		return undefined;
	}
}

/**
 * Two records of one lesson become one that keeps the better of both: the newer version's steps, and of those
 * what was done by hand rather than shown, then what was done first.
 */
export function mergeRecords(a: LessonRecord | undefined, b: LessonRecord): LessonRecord {
	if (!a || b.version > a.version) return mergeInto(b, a?.version === b.version ? a : undefined);
	return mergeInto(a, a.version === b.version ? b : undefined);
}

function mergeInto(base: LessonRecord, other: LessonRecord | undefined): LessonRecord {
	const steps = { ...base.steps };
	for (const [id, theirs] of Object.entries(other?.steps ?? {})) {
		const ours = steps[id];
		if (!ours || rank(theirs) > rank(ours)) steps[id] = theirs;
		else if (rank(theirs) === rank(ours) && theirs.at < ours.at) steps[id] = theirs;
	}
	const merged: LessonRecord = { ...base, steps };
	const best = Math.max(base.best ?? -1, other?.best ?? -1);
	if (best >= 0) merged.best = best;
	const quiz = mergeQuizzes(base.quiz, other?.quiz);
	return Object.keys(quiz).length > 0 ? { ...merged, quiz } : merged;
}

function mergeQuizzes(ours: LessonRecord['quiz'] = {}, theirs: LessonRecord['quiz'] = {}) {
	const right = Object.entries(theirs).filter(([id, one]) => one.correct && !ours[id]?.correct);
	return { ...theirs, ...ours, ...Object.fromEntries(right) };
}

/** Done by hand, then done with fewer hints, then shown, then begun. */
function rank({ done, solved, hints = 0 }: StepRecord): number {
	if (!done) return 0;
	return solved ? 1 : 3 - Math.min(hints, 100) / 100;
}

/** Records as a short text for the part of an address behind `#`. */
export async function packProgress(lessons: Records): Promise<string> {
	return packText(JSON.stringify(lessons));
}

const mostPackedBytes = 64 * 1024;
const mostUnpackedBytes = 1024 * 1024;

/** Reads what {@link packProgress} wrote; undefined for anything else, however large it pretends to be. */
export async function unpackProgress(text: string): Promise<Records | undefined> {
	if (text.length > mostPackedBytes) return undefined;
	const json = await unpackText(text, mostUnpackedBytes);
	try {
		const records: unknown = JSON.parse(json ?? 'null');
		return isRecords(records) ? records : undefined;
	} catch {
		return undefined;
	}
}

function isRecords(value: unknown): value is Records {
	return typeof value === 'object' && value !== null && Object.values(value).every(isLessonRecord);
}
