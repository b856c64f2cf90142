import type { LessonRecord } from './progress.ts';

/** What a learner takes along: the records of every lesson, as they lie in the browser. */
export type Records = Record<string, LessonRecord>;

const format = 'drydock-progress/1';

export function writeProgress(lessons: Records, saved: Date): string {
	return JSON.stringify({ format, saved: saved.toISOString(), lessons }, undefined, '\t');
}

function isLessonRecord(value: unknown): value is LessonRecord {
	if (typeof value !== 'object' || value === null) return false;
	const { version, steps } = value as Partial<LessonRecord>;
	if (typeof version !== 'number' || typeof steps !== 'object' || steps === null) return false;
	return Object.values(steps).every(
		(step) =>
			typeof step === 'object' &&
			step !== null &&
			typeof (step as { done?: unknown }).done === 'boolean',
	);
}

/** Reads a saved file; undefined when it is something else. */
export function readProgress(text: string): Records | undefined {
	try {
		const file = JSON.parse(text) as { format?: unknown; lessons?: unknown };
		if (file.format !== format || typeof file.lessons !== 'object' || file.lessons === null)
			return undefined;
		const entries = Object.entries(file.lessons);
		return entries.every((entry): entry is [string, LessonRecord] => isLessonRecord(entry[1]))
			? Object.fromEntries(entries)
			: undefined;
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
	return { ...base, steps };
}

const rank = ({ done, solved }: { done: boolean; solved: boolean }) =>
	done ? (solved ? 1 : 2) : 0;
