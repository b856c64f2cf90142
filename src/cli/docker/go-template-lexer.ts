/** A word of an action. `isTight` has no blank before it: `.b` of `(a).b` belongs to what is before. */
export interface Token {
	kind: 'field' | 'dot' | 'variable' | 'word' | 'string' | 'number' | 'sign';
	text: string;
	/** Where it stands in the template. */
	at: number;
	isTight: boolean;
}

/** A piece of a template: text, or what stands between the braces. */
export type Segment = { text: string } | { action: Token[]; at: number };

/** A template that cannot be read or carried out; the message is Go's. */
export class TemplateError extends Error {}

const patterns: [Token['kind'], RegExp][] = [
	['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
	['field', /\.[\p{L}_][\p{L}\d_]*/uy],
	['number', /[+-]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d+)?)/y],
	['dot', /\./y],
	['variable', /\$[\p{L}\d_]*/uy],
	['word', /[\p{L}_][\p{L}\d_]*/uy],
	['sign', /:=|[|(),=]/y],
];

const blank = /\s/;

/** Reads a template into pieces. After text/template/parse/lex.go. */
export class Lexer {
	readonly #source: string;
	readonly #name: string;

	constructor(source: string, name: string) {
		this.#source = source;
		this.#name = name;
	}

	/** Cuts the template at its braces, minding `{{-`, `-}}` and comments. */
	split(): Segment[] {
		const source = this.#source;
		const segments: Segment[] = [];
		let trimNext = false;
		for (let at = 0; at < source.length;) {
			const open = source.indexOf('{{', at);
			const trimLeft = open >= 0 && source[open + 2] === '-' && blank.test(source[open + 3] ?? '');
			let text = open < 0 ? source.slice(at) : source.slice(at, open);
			if (trimNext) text = text.trimStart();
			if (trimLeft) text = text.trimEnd();
			if (text) segments.push({ text });
			if (open < 0) break;
			const action = this.#action(open + (trimLeft ? 3 : 2));
			if (action.tokens) segments.push({ action: action.tokens, at: open });
			trimNext = action.trims;
			at = action.end;
		}
		return segments;
	}

	/** Reads up to the closing braces; a comment has no tokens. */
	#action(from: number): { tokens?: Token[]; trims: boolean; end: number } {
		const source = this.#source;
		const start = this.#skipBlanks(from);
		if (source.startsWith('/*', start)) {
			const over = source.indexOf('*/', start + 2);
			if (over < 0) throw this.#wrong(start, 'unclosed comment');
			return {
				...this.#close(
					this.#skipBlanks(over + 2),
					over + 2,
					'comment ends before closing delimiter',
				),
			};
		}
		const tokens: Token[] = [];
		for (let at = from; ;) {
			const word = this.#skipBlanks(at);
			const trims = source.startsWith('-}}', word) && word > at;
			if (trims || source.startsWith('}}', word))
				return { tokens, trims, end: word + (trims ? 3 : 2) };
			const token = this.#token(word, word === at && tokens.length > 0);
			tokens.push(token);
			at = word + token.text.length;
		}
	}
	#close(at: number, from: number, problem: string): { trims: boolean; end: number } {
		const trims = this.#source.startsWith('-}}', at) && at > from;
		if (!trims && !this.#source.startsWith('}}', at)) throw this.#wrong(at, problem);
		return { trims, end: at + (trims ? 3 : 2) };
	}
	#skipBlanks(from: number): number {
		let at = from;
		while (at < this.#source.length && blank.test(this.#source[at] ?? '')) at++;
		return at;
	}
	#token(at: number, isTight: boolean): Token {
		if (at >= this.#source.length) throw this.#wrong(at, 'unclosed action');
		for (const [kind, pattern] of patterns) {
			pattern.lastIndex = at;
			const text = pattern.exec(this.#source)?.[0];
			if (text === undefined) continue;
			this.#checkEnd(kind, at, at + text.length);
			return { kind, text, at, isTight };
		}
		throw this.#badStart(at);
	}
	/** After a name only certain characters may come. */
	#checkEnd(kind: Token['kind'], start: number, end: number): void {
		const next = this.#source[end] ?? ' ';
		const isName = kind === 'field' || kind === 'variable' || kind === 'word';
		if (kind === 'number' && /[\w.]/.test(next))
			throw this.#wrong(start, `bad number syntax: "${this.#source.slice(start, end + 1)}"`);
		if (isName && !/[\s.,|:)(=]/.test(next) && !this.#source.startsWith('}}', end))
			throw this.#wrong(end, `bad character U+${codePoint(next)} '${next}'`);
	}
	#badStart(at: number): TemplateError {
		const character = this.#source[at] ?? '';
		if (character === '"') return this.#wrong(at, 'unterminated quoted string');
		if (character === '`') return this.#wrong(at, 'unterminated raw quoted string');
		if (character === "'") return this.#wrong(at, 'character constants are not offered here');
		return this.#wrong(at, `unexpected "${character}" in command`);
	}
	#wrong(at: number, problem: string): TemplateError {
		const line = this.#source.slice(0, at).split('\n').length;
		return new TemplateError(`template: ${this.#name}:${line}: ${problem}`);
	}
}

function codePoint(character: string): string {
	return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
