/** Keeps the last entries of a growing list, each with its number. */
export class Recent<T> {
	readonly #ring: T[] = [];
	readonly #size: number;
	#next = 0;

	constructor(size = 2000) {
		this.#size = size;
	}
	add(entry: T): void {
		this.#ring[this.#next % this.#size] = entry;
		this.#next++;
	}
	/** Entries from number `since` on that are still kept, oldest first, and the number of the one to come. */
	since(since: number): { next: number; entries: T[] } {
		const entries: T[] = [];
		for (let at = Math.max(since, this.#next - this.#size, 0); at < this.#next; at++)
			entries.push(this.#ring[at % this.#size] as T);
		return { next: this.#next, entries };
	}
}
