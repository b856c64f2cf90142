/**
 * Replaces `$(NAME)` by its value; `$$(NAME)` stays `$(NAME)`, an unknown name stays as written.
 * After third_party/forked/golang/expansion/expand.go: Expand
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
	let out = '';
	for (let at = 0; at < text.length; at++) {
		const char = text[at] ?? '';
		if (char !== '$' || at + 1 >= text.length) {
			out += char;
			continue;
		}
		const { read, advance } = reference(text.slice(at + 1), lookup);
		out += read;
		at += advance;
	}
	return out;
}

/** What follows a dollar: its text, and how many characters it took. */
function reference(
	rest: string,
	lookup: (name: string) => string | undefined,
): { read: string; advance: number } {
	if (rest.startsWith('$')) return { read: '$', advance: 1 };
	if (!rest.startsWith('(')) return { read: `$${rest[0]}`, advance: 1 };
	const end = rest.indexOf(')');
	if (end < 0) return { read: '$(', advance: 1 };
	const name = rest.slice(1, end);
	return { read: lookup(name) ?? `$(${name})`, advance: end + 1 };
}
