import { RE2JS } from 're2js';
import type { Compile } from './pattern.ts';

/** RE2's matcher: time grows with the text and not with the pattern. It throws for look-around and back-references. */
export const linearMatch: Compile = (pattern, lines) => {
	const compiled = RE2JS.compile(pattern, lines ? RE2JS.MULTILINE : 0);
	return { test: (text) => compiled.matcher(text).find() };
};

/** True for a pattern that can be matched in linear time, whatever the text. */
export function isLinear(pattern: string): boolean {
	try {
		linearMatch(pattern, false);
		return true;
	} catch {
		return false;
	}
}
