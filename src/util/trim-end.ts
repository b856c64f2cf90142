/**
 * A text without the characters of `set` at its end. A pattern (`/x+$/`) would begin anew at each of them wherever they
 * stand, and take minutes for a text of nothing else that ends in something different.
 */
export function trimEndOf(text: string, set: string): string {
	let end = text.length;
	while (end > 0 && set.includes(text.charAt(end - 1))) end--;
	return text.slice(0, end);
}

/** A path without the slashes around it. */
export function trimSlashes(path: string): string {
	return trimEndOf(path, '/').replace(/^\/+/, '');
}
