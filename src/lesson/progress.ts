import { get, set } from 'idb-keyval';
import { mergeRecords, type Records } from './progress-file.ts';

/** The part of a key-value store that progress needs. */
export interface KeyValue {
	get(key: string): Promise<unknown>;
	set(key: string, value: unknown): Promise<void>;
}

export interface StepRecord {
	done: boolean;
	/** The solution was played instead of typed. */
	solved: boolean;
	/** Milliseconds since 1970. */
	at: number;
}

export interface LessonRecord {
	/** Version of the lesson it was done in. */
	version: number;
	steps: Record<string, StepRecord>;
}

const idb: KeyValue = { get: (key) => get(key), set: (key, value) => set(key, value) };

function isRecord(value: unknown): value is LessonRecord {
	if (typeof value !== 'object' || value === null) return false;
	const { version, steps } = value as Partial<LessonRecord>;
	return typeof version === 'number' && typeof steps === 'object';
}

/** What a learner has done. Where the browser refuses storage it lives until the page is closed, and says so. */
export class Progress {
	/** `memory` once storage has refused. */
	kept: 'storage' | 'memory' = 'storage';
	readonly #store: KeyValue;
	readonly #lessons = new Map<string, LessonRecord>();

	constructor(store: KeyValue = idb) {
		this.#store = store;
	}
	async load(lesson: string, version: number): Promise<LessonRecord> {
		const known = this.#lessons.get(lesson);
		if (known) return known;
		const stored = await this.#tried(() => this.#store.get(key(lesson)));
		const record = isRecord(stored) ? stored : { version, steps: {} };
		this.#lessons.set(lesson, record);
		return record;
	}
	async finish(lesson: string, version: number, step: string, entry: StepRecord): Promise<void> {
		const record = await this.load(lesson, version);
		// A step that was done by hand stays so when its solution is played afterwards.
		const solved = entry.solved && record.steps[step]?.solved !== false;
		record.steps[step] = { ...entry, solved };
		record.version = version;
		await this.#tried(() => this.#store.set(key(lesson), structuredClone(record)));
	}
	/** Takes in what was saved elsewhere; of two records of a lesson the better steps stay. */
	async merge(records: Records): Promise<void> {
		for (const [lesson, theirs] of Object.entries(records)) {
			const merged = mergeRecords(await this.load(lesson, theirs.version), theirs);
			this.#lessons.set(lesson, merged);
			await this.#tried(() => this.#store.set(key(lesson), structuredClone(merged)));
		}
	}
	async #tried<T>(use: () => Promise<T>): Promise<T | undefined> {
		try {
			return await use();
		} catch {
			this.kept = 'memory';
			return undefined;
		}
	}
}

const key = (lesson: string) => `progress/${lesson}`;
