import { CompactedError, FutureRevisionError, type EtcdEvent, type KeyValue } from './key-value.ts';
import { RevisionLog } from './revision-log.ts';

export interface Operation {
	put?: { key: string; value: unknown };
	delete?: { key: string };
}

/** All conditions must hold: a key's modification revision, 0 meaning that the key is absent. */
export interface Transaction {
	compare: { key: string; modRevision: number }[];
	then: Operation[];
}

export interface RangeOptions {
	/** Starts at this key (inclusive) instead of at the prefix. */
	from?: string;
	limit?: number;
	/** Reads the past; a compacted revision throws {@link CompactedError}. */
	revision?: number;
}

export interface RangeResult {
	kvs: KeyValue[];
	/** Keys under the prefix from `from` on, whatever the limit. */
	count: number;
	more: boolean;
	/** The store's revision at the time of the read. */
	revision: number;
}

/** Everything needed to start the same store again; history is not part of it. */
export interface EtcdSnapshot {
	revision: number;
	kvs: KeyValue[];
}

interface Watcher {
	prefix: string;
	/** The first revision it is told of. */
	from: number;
	notify: (event: EtcdEvent) => void;
}

/**
 * The cluster's only memory: a key-value store whose every change has a number.
 * Watchers are told in revision order, before the writing call returns.
 */
export class Etcd {
	readonly #live = new Map<string, KeyValue>();
	readonly #keys: string[] = [];
	readonly #log = new RevisionLog();
	readonly #watchers = new Set<Watcher>();
	#revision: number;

	constructor(snapshot: EtcdSnapshot = { revision: 1, kvs: [] }) {
		this.#revision = snapshot.revision;
		for (const kv of snapshot.kvs) this.#live.set(kv.key, kv);
		this.#keys.push(...[...this.#live.keys()].sort(byCodeUnit));
		this.#log.compact(snapshot.revision);
	}

	get revision(): number {
		return this.#revision;
	}

	get compactedRevision(): number {
		return this.#log.compactedRevision;
	}

	/** Number of changes that can still be read back. */
	get historyLength(): number {
		return this.#log.length;
	}

	/** About how many characters those changes hold. */
	get historySize(): number {
		return this.#log.size;
	}

	/** The revision up to which history has to be forgotten for the rest to be within a size. */
	revisionWithin(size: number): number {
		return this.#log.revisionWithin(size);
	}

	get(key: string): KeyValue | undefined {
		return this.#live.get(key);
	}

	/** Keys under a prefix in key order, now or at a past revision. */
	range(prefix: string, options: RangeOptions = {}): RangeResult {
		const past = this.#past(prefix, options.revision);
		const keys = past ? [...past.keys()].sort(byCodeUnit) : this.#keys;
		const read = (key: string) => (past ? past.get(key) : this.#live.get(key));
		const start = lowerBound(keys, options.from ?? prefix);
		const end = past ? keys.length : lowerBound(keys, `${prefix}\uffff`);
		const limit = options.limit && options.limit > 0 ? options.limit : Infinity;
		const kvs: KeyValue[] = [];
		for (let i = start; i < end && kvs.length < limit; i++) {
			const kv = read(keys[i] as string);
			if (kv) kvs.push(kv);
		}
		const count = Math.max(0, end - start);
		return { kvs, count, more: count > kvs.length, revision: this.#revision };
	}

	/** Applies all operations under one new revision, or none of them. */
	txn(transaction: Transaction): { succeeded: boolean; revision: number } {
		const holds = transaction.compare.every(
			({ key, modRevision }) => (this.#live.get(key)?.modRevision ?? 0) === modRevision,
		);
		if (!holds) return { succeeded: false, revision: this.#revision };
		const revision = this.#revision + 1;
		const events = transaction.then
			.map((operation) => this.#apply(operation, revision))
			.filter((event) => event !== undefined);
		if (events.length > 0) this.#commit(revision, events);
		return { succeeded: true, revision: this.#revision };
	}

	/** Writes when the key's modification revision is as expected (0: absent); `undefined` when it is not. */
	put(key: string, value: unknown, expected?: number): KeyValue | undefined {
		const compare = expected === undefined ? [] : [{ key, modRevision: expected }];
		const { succeeded } = this.txn({ compare, then: [{ put: { key, value } }] });
		return succeeded ? this.#live.get(key) : undefined;
	}

	/** Deletes when the modification revision is as expected; the deletion's revision, or `undefined`. */
	delete(key: string, expected?: number): number | undefined {
		if (!this.#live.has(key)) return undefined;
		const compare = expected === undefined ? [] : [{ key, modRevision: expected }];
		const { succeeded, revision } = this.txn({ compare, then: [{ delete: { key } }] });
		return succeeded ? revision : undefined;
	}

	/** Tells of every change under a prefix with a revision of at least `from`; returns the cancel function. */
	watch(prefix: string, from: number, notify: (event: EtcdEvent) => void): () => void {
		for (const event of this.#log.since(from)) if (event.key.startsWith(prefix)) notify(event);
		const watcher = { prefix, from, notify };
		this.#watchers.add(watcher);
		return () => this.#watchers.delete(watcher);
	}

	/** Forgets history up to and including a revision. */
	compact(revision: number): void {
		if (revision > this.#revision) throw new FutureRevisionError();
		this.#log.compact(revision);
	}

	/** Changes from a revision on, oldest first: what the page shows as the log. */
	history(from: number): readonly EtcdEvent[] {
		return this.#log.since(Math.max(from, this.#log.compactedRevision + 1));
	}

	snapshot(): EtcdSnapshot {
		return { revision: this.#revision, kvs: [...this.#live.values()] };
	}

	#past(prefix: string, revision: number | undefined): Map<string, KeyValue> | undefined {
		if (revision === undefined || revision === this.#revision) return undefined;
		if (revision > this.#revision) throw new FutureRevisionError();
		if (revision < this.compactedRevision) throw new CompactedError(this.compactedRevision);
		const state = new Map<string, KeyValue>();
		for (const kv of this.range(prefix).kvs) state.set(kv.key, kv);
		for (const event of [...this.#log.since(revision + 1)].reverse()) {
			if (!event.key.startsWith(prefix)) continue;
			if (event.prev) state.set(event.key, event.prev);
			else state.delete(event.key);
		}
		return state;
	}

	#apply(operation: Operation, revision: number): EtcdEvent | undefined {
		if (operation.put) return this.#applyPut(operation.put.key, operation.put.value, revision);
		const key = operation.delete?.key ?? '';
		const prev = this.#live.get(key);
		if (!prev) return undefined;
		this.#live.delete(key);
		this.#keys.splice(lowerBound(this.#keys, key), 1);
		return { type: 'delete', key, revision, kv: undefined, prev };
	}

	#applyPut(key: string, value: unknown, revision: number): EtcdEvent {
		const prev = this.#live.get(key);
		const kv: KeyValue = {
			key,
			value,
			createRevision: prev?.createRevision ?? revision,
			modRevision: revision,
			version: (prev?.version ?? 0) + 1,
		};
		this.#live.set(key, kv);
		if (!prev) this.#keys.splice(lowerBound(this.#keys, key), 0, key);
		return { type: 'put', key, revision, kv, prev };
	}

	#commit(revision: number, events: EtcdEvent[]): void {
		this.#revision = revision;
		for (const event of events) this.#log.append(event);
		for (const event of events) {
			for (const watcher of [...this.#watchers]) {
				if (revision >= watcher.from && event.key.startsWith(watcher.prefix)) watcher.notify(event);
			}
		}
	}
}

function byCodeUnit(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Index of the first key that is not before `key`. */
function lowerBound(keys: readonly string[], key: string): number {
	let low = 0;
	let high = keys.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((keys[middle] as string) < key) low = middle + 1;
		else high = middle;
	}
	return low;
}
