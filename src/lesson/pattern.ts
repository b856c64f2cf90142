import { LinearPattern } from './linear-pattern.ts';

/** What of a text a pattern looks at. */
const longestText = 8192;

interface Test {
	test(text: string): boolean;
}

const compiled = new Map<string, Test>();
const never: Test = { test: () => false };

/** Two repetitions, or one of alternatives, are enough for a backtracking matcher to take minutes over a page of text. */
const repeats = /(?<!\\)[*+?{]/g;

/**
 * The browser's matcher for patterns that it is quick with, a matcher in linear time for the rest. Only what the
 * linear one does not know (look-around, back-references) is left to the browser; strangers' lessons cannot have it.
 */
function compile(pattern: string, flags: string): Test {
	try {
		const native = new RegExp(pattern, flags);
		const count = pattern.match(repeats)?.length ?? 0;
		if (count === 0 || (count === 1 && !pattern.includes('|'))) return native;
		return LinearPattern.read(pattern, flags.includes('m')) ?? native;
	} catch {
		return never;
	}
}

/** Whether a pattern fits anywhere in the first 8,192 characters of a text; with `lines`, `^` and `$` fit at each line. */
export function fits(pattern: string, text: string, lines = false): boolean {
	const flags = lines ? 'mu' : 'u';
	const key = `${flags} ${pattern}`;
	let test = compiled.get(key);
	if (!test) {
		test = compile(pattern, flags);
		compiled.set(key, test);
	}
	return test.test(text.length > longestText ? text.slice(0, longestText) : text);
}

/** True for a pattern that can be matched in linear time, whatever the text. */
export function isHarmless(pattern: string): boolean {
	return LinearPattern.read(pattern, false) !== undefined;
}
