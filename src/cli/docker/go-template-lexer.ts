/** A piece of a template: text, or what stands between the braces, as tokens. */
export type Segment = { text: string } | { action: string[]; at: number };

const tokenPattern =
	/\s*("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)'|\$[\w]*(?:\.\w+)*|\.(?:\w+(?:\.\w+)*)?|:=|[|(),=]|[+-]?\d+(?:\.\d+)?|\w+)/y;

/** A template that cannot be read; the message is Go's. */
export class TemplateError extends Error {}

/** Cuts a template at its braces, minding `{{-`, `-}}` and comments. */
export function splitTemplate(source: string): Segment[] {
	const segments: Segment[] = [];
	let at = 0;
	let trimNext = false;
	while (at < source.length) {
		const open = source.indexOf('{{', at);
		let text = open < 0 ? source.slice(at) : source.slice(at, open);
		const trimLeft = open >= 0 && /^\{\{-\s/.test(source.slice(open, open + 4));
		if (trimNext) text = text.trimStart();
		if (trimLeft) text = text.trimEnd();
		if (text) segments.push({ text });
		if (open < 0) break;
		const close = closing(source, open + 2);
		let body = source.slice(open + (trimLeft ? 3 : 2), close);
		trimNext = /\s-$/.test(body);
		if (trimNext) body = body.slice(0, -1);
		if (!body.trim().startsWith('/*')) segments.push({ action: tokens(body), at: open });
		at = close + 2;
	}
	return segments;
}

/** The closing braces, not those within a string. */
function closing(source: string, from: number): number {
	let quote = '';
	for (let at = from; at < source.length; at++) {
		const character = source[at] ?? '';
		if (quote) {
			if (character === '\\' && quote === '"') at++;
			else if (character === quote) quote = '';
		} else if (character === '"' || character === '`') quote = character;
		else if (source.startsWith('}}', at)) return at;
	}
	throw new TemplateError('template: :1: unclosed action');
}

function tokens(body: string): string[] {
	const found: string[] = [];
	const text = body.trimEnd();
	tokenPattern.lastIndex = 0;
	while (tokenPattern.lastIndex < text.length) {
		const before = tokenPattern.lastIndex;
		const match = tokenPattern.exec(text);
		if (!match) {
			const bad = text.slice(before).trimStart()[0] ?? '';
			throw new TemplateError(`template: :1: unexpected "${bad}" in command`);
		}
		found.push(match[1] ?? '');
	}
	return found;
}
