type Plain = Record<string, unknown>;

const isPlain = (value: unknown): value is Plain =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a thing of a list is known by. */
function keyOf(value: unknown, index: number): unknown {
	if (!isPlain(value)) return index;
	return value['id'] ?? value['key'] ?? value['pid'] ?? value['path'] ?? value['kind'] ?? index;
}

/**
 * `after`, with every part that equals its counterpart in `before` taken from there: what has not changed stays the
 * same object, so that nothing is drawn anew for it.
 */
export function share<T>(before: unknown, after: T): T {
	return new Sharing().share(before, after) as T;
}

class Sharing {
	/** A part that stands in several places is compared once. */
	readonly #done = new Map<unknown, unknown>();

	share(before: unknown, after: unknown): unknown {
		if (Object.is(before, after) || typeof after !== 'object' || after === null) return after;
		const known = this.#done.get(after);
		if (known !== undefined) return known;
		const made = Array.isArray(after) ? this.#list(before, after) : this.#plain(before, after);
		this.#done.set(after, made);
		return made;
	}

	#list(before: unknown, after: readonly unknown[]): unknown {
		if (!Array.isArray(before)) return after;
		const old = new Map(before.map((value: unknown, index) => [keyOf(value, index), value]));
		const next = after.map((value, index) => this.share(old.get(keyOf(value, index)), value));
		const same = next.length === before.length && next.every((value, at) => value === before[at]);
		return same ? before : next;
	}
	#plain(before: unknown, after: object): unknown {
		if (!isPlain(before)) return after;
		const entries = Object.entries(after).map(([key, value]): [string, unknown] => [
			key,
			this.share(before[key], value),
		]);
		const same =
			entries.length === Object.keys(before).length &&
			entries.every(([key, value]) => key in before && Object.is(before[key], value));
		return same ? before : Object.fromEntries(entries);
	}
}
