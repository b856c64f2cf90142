import { CompactedError, type EtcdEvent } from './key-value.ts';

/** The changes since the last compaction, oldest first. After k3s-io/kine pkg/logstructured. */
export class RevisionLog {
	#entries: EtcdEvent[] = [];
	#compacted = 0;

	get compactedRevision(): number {
		return this.#compacted;
	}

	get length(): number {
		return this.#entries.length;
	}

	append(entry: EtcdEvent): void {
		this.#entries.push(entry);
	}

	/** Changes with a revision of at least `from`. */
	since(from: number): readonly EtcdEvent[] {
		if (from <= this.#compacted) throw new CompactedError(this.#compacted);
		return this.#entries.slice(this.#indexOf(from));
	}

	compact(revision: number): void {
		if (revision <= this.#compacted) return;
		this.#entries = this.#entries.slice(this.#indexOf(revision + 1));
		this.#compacted = revision;
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
