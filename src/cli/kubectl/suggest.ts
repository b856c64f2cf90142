import type { Verb } from './verb.ts';

/** Verbs whose names are near a mistyped word. After cobra: Command.SuggestionsFor. */
export function similar(word: string, verbs: Verb[]): string[] {
	return verbs
		.filter(({ name, hidden }) => {
			if (hidden) return false;
			const near = distance(word.toLowerCase(), name.toLowerCase()) <= 2;
			return near || name.toLowerCase().startsWith(word.toLowerCase());
		})
		.map(({ name }) => name);
}

/** The Levenshtein distance of two words. */
function distance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
