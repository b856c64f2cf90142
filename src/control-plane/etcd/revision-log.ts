import { CompactedError, type EtcdEvent } from './key-value.ts';

/** The changes since the last compaction, oldest first. After k3s-io/kine pkg/logstructured. */
export class RevisionLog {
	#entries: EtcdEvent[] = [];
	#sizes: number[] = [];
	#size = 0;
	#compacted = 0;

	get compactedRevision(): number {
		return this.#compacted;
	}

	get length(): number {
		return this.#entries.length;
	}

	/** About how many characters the values of all changes have. */
	get size(): number {
		return this.#size;
	}

	append(entry: EtcdEvent): void {
		const size = entry.kv ? sizeOf(entry.kv.value) : 0;
		this.#entries.push(entry);
		this.#sizes.push(size);
		this.#size += size;
	}

	/** Changes with a revision of at least `from`. */
	since(from: number): readonly EtcdEvent[] {
		if (from <= this.#compacted) throw new CompactedError(this.#compacted);
		return this.#entries.slice(this.#indexOf(from));
	}

	compact(revision: number): void {
		if (revision <= this.#compacted) return;
		const gone = this.#indexOf(revision + 1);
		for (const size of this.#sizes.splice(0, gone)) this.#size -= size;
		this.#entries = this.#entries.slice(gone);
		this.#compacted = revision;
	}

	/** The lowest revision whose compaction leaves no more than a size; the newest change is always kept. */
	revisionWithin(size: number): number {
		let left = this.#size;
		let gone = 0;
		while (left > size && gone < this.#entries.length - 1) left -= this.#sizes[gone++] ?? 0;
		return gone === 0 ? this.#compacted : (this.#entries[gone - 1] as EtcdEvent).revision;
	}

	#indexOf(revision: number): number {
		let low = 0;
		let high = this.#entries.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#entries[middle] as EtcdEvent).revision < revision) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

/** About the length of a value's JSON, without writing it. */
function sizeOf(value: unknown): number {
	if (typeof value === 'string') return value.length + 2;
	if (typeof value !== 'object' || value === null) return 4;
	let size = 2;
	for (const key in value) size += key.length + 4 + sizeOf((value as Record<string, unknown>)[key]);
	return size;
}
