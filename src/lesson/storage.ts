import { createStore, get, set, type UseStore } from 'idb-keyval';

/** A key-value store that may refuse: blocked by the browser, full, or closed under us. */
export interface KeyValue {
	get(key: string): Promise<unknown>;
	set(key: string, value: unknown): Promise<void>;
}

let store: UseStore | undefined;
/** Opened when it is used first: in a frame with blocked storage already the opening throws. */
const opened = () => (store ??= createStore('keyval-store', 'keyval'));

const idb: KeyValue = {
	get: async (key) => get<unknown>(key, opened()),
	set: async (key, value) => set(key, value, opened()),
};

/** What the page keeps. Once the browser refuses, everything lives until the page is closed, and the page is told. */
export class Storage {
	/** `memory` once storage has refused. */
	kept: 'storage' | 'memory' = 'storage';
	readonly #backing: KeyValue;
	readonly #memory = new Map<string, unknown>();
	readonly #listeners = new Set<() => void>();

	constructor(backing: KeyValue = idb) {
		this.#backing = backing;
	}
	/** Called when the browser refuses for the first time. */
	onRefused(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	async get(key: string): Promise<unknown> {
		if (this.#memory.has(key)) return this.#memory.get(key);
		return this.#tried(() => this.#backing.get(key));
	}
	async set(key: string, value: unknown): Promise<void> {
		const copy = structuredClone(value);
		// Kept here too, so that what could not be written is not lost before the page is.
		this.#memory.set(key, copy);
		await this.#tried(() => this.#backing.set(key, copy));
	}
	async #tried<T>(use: () => Promise<T>): Promise<T | undefined> {
		try {
			return await use();
		} catch {
			if (this.kept === 'storage') {
				this.kept = 'memory';
				for (const listener of this.#listeners) listener();
			}
			return undefined;
		}
	}
}
