/**
 * Answers the list it answered before for as long as a new one holds the very same things in the same order: whoever
 * compares lists by identity sees a change only where there is one.
 */
export function steady<T>(): (list: readonly T[]) => readonly T[] {
	let last: readonly T[] = [];
	return (list) => {
		const same = list.length === last.length && list.every((one, index) => one === last[index]);
		return same ? last : (last = list);
	};
}
