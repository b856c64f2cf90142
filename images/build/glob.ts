/** A matcher for patterns like `usr/bin/{top,free}`, `etc/iproute2/*` and `usr/lib/locale/C.utf8/**`. */
export function matcher(pattern: string): (path: string) => boolean {
	const source = pattern
		.split(/(\*\*|\*|\{[^{}]*\})/)
		.map((part) => {
			if (part === '**') return '.*';
			if (part === '*') return '[^/]*';
			if (part.startsWith('{')) return `(?:${part.slice(1, -1).split(',').map(escape).join('|')})`;
			return escape(part);
		})
		.join('');
	const expression = new RegExp(`^${source}$`);
	return (path) => expression.test(path);
}

/** The single patterns a pattern with braces stands for, so that each can be asked to match something. */
export function expand(pattern: string): readonly string[] {
	const found = /^([^{]*)\{([^}]*)\}(.*)$/.exec(pattern);
	if (found === null) return [pattern];
	const [, before = '', choices = '', after = ''] = found;
	return choices.split(',').flatMap((choice) => expand(`${before}${choice}${after}`));
}

function escape(text: string): string {
	return text.replace(/[.+^$()|[\]\\?]/g, '\\$&');
}
