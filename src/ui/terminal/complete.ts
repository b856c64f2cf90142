const most = 12;

/** Whole lines that begin like this one: what was run before first, then the lesson's cheat sheet. */
export function completions(
	line: string,
	history: readonly string[],
	cheats: readonly string[],
): string[] {
	const begin = line.trimStart();
	const all = [...history.toReversed(), ...cheats];
	return [...new Set(all)].filter((one) => one.startsWith(begin) && one !== begin).slice(0, most);
}
