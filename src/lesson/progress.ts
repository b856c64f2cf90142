import { mergeRecords, isLessonRecord, type Records } from './progress-file.ts';
import { Storage, type KeyValue } from './storage.ts';

export type { KeyValue } from './storage.ts';

export interface StepRecord {
	done: boolean;
	/** The solution was played instead of typed. */
	solved: boolean;
	/** Milliseconds since 1970. */
	at: number;
	/** Rungs of the ladder of hints that were taken; none when left out. */
	hints?: number;
	/** Seconds from the step's beginning to its end. */
	secs?: number;
}

export interface QuizRecord {
	correct: boolean;
	tries: number;
}

export interface LessonRecord {
	/** Version of the lesson it was done in. */
	version: number;
	steps: Record<string, StepRecord>;
	quiz?: Record<string, QuizRecord>;
	/** Best score so far, 0…1. */
	best?: number;
}

/** What a learner has done. Where the browser refuses storage it lives until the page is closed, and says so. */
export class Progress {
	readonly #storage: Storage;
	readonly #lessons = new Map<string, LessonRecord>();

	constructor(store?: KeyValue | Storage) {
		this.#storage = store instanceof Storage ? store : new Storage(store);
	}
	/** `memory` once storage has refused. */
	get kept(): 'storage' | 'memory' {
		return this.#storage.kept;
	}
	/** What is kept of a lesson; of an older version as it was, so that the page can say so. */
	async load(lesson: string, version: number): Promise<LessonRecord> {
		const known = this.#lessons.get(lesson);
		if (known) return known;
		const stored = await this.#storage.get(key(lesson));
		const record = isLessonRecord(stored) ? stored : { version, steps: {} };
		this.#lessons.set(lesson, record);
		return record;
	}
	/** Writes down a step that was done, or what it has cost so far. */
	async finish(lesson: string, version: number, step: string, entry: StepRecord): Promise<void> {
		const record = await this.#current(lesson, version);
		const known = record.steps[step];
		// A step that was done by hand stays so when its solution is played afterwards.
		if (known?.done && !known.solved && entry.solved)
			record.steps[step] = { ...entry, solved: false };
		else record.steps[step] = entry;
		await this.#save(lesson, record);
	}
	async quiz(lesson: string, version: number, id: string, entry: QuizRecord): Promise<void> {
		const record = await this.#current(lesson, version);
		record.quiz = { ...record.quiz, [id]: entry };
		await this.#save(lesson, record);
	}
	async score(lesson: string, version: number, scaled: number): Promise<void> {
		const record = await this.#current(lesson, version);
		record.best = Math.max(record.best ?? 0, scaled);
		await this.#save(lesson, record);
	}
	/** Takes in what was saved elsewhere; of two records of a lesson the better steps stay. */
	async merge(records: Records): Promise<void> {
		for (const [lesson, theirs] of Object.entries(records))
			await this.#save(lesson, mergeRecords(await this.load(lesson, theirs.version), theirs));
	}
	/** The record of this version; steps of an older one mean something else and do not count in it. */
	async #current(lesson: string, version: number): Promise<LessonRecord> {
		const record = await this.load(lesson, version);
		if (record.version === version) return record;
		const fresh = { version, steps: {} };
		this.#lessons.set(lesson, fresh);
		return fresh;
	}
	async #save(lesson: string, record: LessonRecord): Promise<void> {
		this.#lessons.set(lesson, record);
		await this.#storage.set(key(lesson), record);
	}
}

const key = (lesson: string) => `progress/${lesson}`;
