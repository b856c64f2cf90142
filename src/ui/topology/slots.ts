/**
 * Gives each thing a place and keeps it there until the thing is gone, so that a picture never
 * reflows under the reader's eyes. A freed place stays empty until somebody new takes it.
 */
export class Slots {
	readonly #least: number;
	#places: (string | undefined)[] = [];

	constructor(least: number) {
		this.#least = least;
	}
	/** One entry a place, `undefined` for an empty one. */
	place(ids: readonly string[]): (string | undefined)[] {
		const present = new Set(ids);
		this.#places = this.#places.map((id) => (id !== undefined && present.has(id) ? id : undefined));
		for (const id of ids) {
			if (this.#places.includes(id)) continue;
			const free = this.#places.indexOf(undefined);
			if (free === -1) this.#places.push(id);
			else this.#places[free] = id;
		}
		if (ids.length === 0) this.#places = [];
		while (this.#places.length < this.#least) this.#places.push(undefined);
		return [...this.#places];
	}
}
