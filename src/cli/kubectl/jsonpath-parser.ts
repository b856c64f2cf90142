export class JsonPathError extends Error {
	override readonly name = 'JsonPathError';
}

/** One step of an expression, or one part of a template. After client-go/util/jsonpath/node.go. */
export type JsonPathNode =
	| { type: 'list'; nodes: JsonPathNode[] }
	/** A quoted or plain text, a number, `true`, `false`. */
	| { type: 'value'; value: unknown }
	/** `range` or `end`; every other one is a mistake that shows when the template is printed. */
	| { type: 'identifier'; name: string }
	| { type: 'field'; name: string }
	| { type: 'wildcard' }
	| { type: 'recursive' }
	| Slice
	| { type: 'union'; paths: JsonPathNode[][] }
	| { type: 'filter'; left: JsonPathNode[]; right: JsonPathNode[]; operator: string };

export interface Slice {
	type: 'slice';
	from: number;
	/** Left out: to the end. */
	to?: number;
	/** Written as one index: `[-1]` ends behind the last item, not before the first. */
	single: boolean;
	step?: number;
}

/** Takes a template apart. After client-go/util/jsonpath/parser.go. */
export function parseJsonPath(template: string): JsonPathNode[] {
	return new Parser(template).parse();
}

/** What an expression inside another one, such as a part of a union, consists of. */
function parseAction(action: string): JsonPathNode[] {
	const [first] = parseJsonPath(`{${action}}`);
	return first?.type === 'list' ? first.nodes : [];
}

const terminator = /[\s.,[\]$@{}]/;
const sliceOperator = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/;
/** A filter's left side, its operator and its right side. */
const comparison = /^([^!<>=]+)([!<>=]+)(.+)$/s;

class Parser {
	readonly #input: string;
	#at = 0;

	constructor(input: string) {
		this.#input = input;
	}

	parse(): JsonPathNode[] {
		const root: JsonPathNode[] = [];
		while (this.#at < this.#input.length) {
			const open = this.#input.indexOf('{', this.#at);
			const end = open < 0 ? this.#input.length : open;
			if (end > this.#at) root.push({ type: 'value', value: this.#input.slice(this.#at, end) });
			this.#at = end;
			if (open < 0) break;
			this.#at++;
			root.push({ type: 'list', nodes: this.#action() });
		}
		return root;
	}

	/** Everything up to the `}` that ends this action. */
	#action(): JsonPathNode[] {
		const nodes: JsonPathNode[] = [];
		for (;;) {
			const char = this.#input.charAt(this.#at);
			if (char === '}') break;
			if (char === '' || char === '\n' || char === '\r') throw new JsonPathError('unclosed action');
			if (char === ' ' || char === '@' || char === '$') this.#at++;
			else this.#node(char, nodes);
		}
		this.#at++;
		return nodes;
	}

	#node(char: string, nodes: JsonPathNode[]): void {
		if (this.#input.startsWith('[?(', this.#at)) nodes.push(this.#filter());
		else if (this.#input.startsWith('..', this.#at)) this.#recursive(nodes);
		else if (char === '[') nodes.push(...this.#array());
		else if (char === '"' || char === "'") nodes.push(this.#quoted(char));
		else if (char === '.') {
			this.#at++;
			nodes.push(this.#field());
		} else if (/[+\-\d]/.test(char)) nodes.push(this.#number());
		else if (/[\p{L}\p{Nd}_]/u.test(char)) nodes.push(this.#identifier());
		else
			throw new JsonPathError(
				`unrecognized character in action: ${unicode(this.#input, this.#at)}`,
			);
	}

	/** The text from `start` to here. */
	#since(start: number): string {
		return this.#input.slice(start, this.#at);
	}

	#skipTo(isEnd: (char: string) => boolean): string {
		const start = this.#at;
		while (this.#at < this.#input.length && !isEnd(this.#input.charAt(this.#at))) this.#at++;
		return this.#since(start);
	}

	#identifier(): JsonPathNode {
		const name = this.#skipTo((char) => terminator.test(char));
		if (name === 'true' || name === 'false') return { type: 'value', value: name === 'true' };
		return { type: 'identifier', name };
	}

	#recursive(nodes: JsonPathNode[]): void {
		if (nodes.at(-1)?.type === 'recursive')
			throw new JsonPathError('invalid multiple recursive descent');
		this.#at += 2;
		nodes.push({ type: 'recursive' });
		if (/[\p{L}\p{Nd}_]/u.test(this.#input.charAt(this.#at))) nodes.push(this.#field());
	}

	#number(): JsonPathNode {
		const start = this.#at++;
		this.#skipTo((char) => !/[.\d]/.test(char));
		const text = this.#since(start);
		if (!/\d/.test(text) || text.indexOf('.') !== text.lastIndexOf('.'))
			throw new JsonPathError(`cannot parse number ${text}`);
		return { type: 'value', value: Number(text) };
	}

	/** A name after a dot: a backslash takes away the meaning of what follows it. */
	#field(): JsonPathNode {
		let name = '';
		for (; this.#at < this.#input.length; this.#at++) {
			const char = this.#input.charAt(this.#at);
			if (char !== '\\' && terminator.test(char)) break;
			name += char === '\\' ? this.#input.charAt(++this.#at) : char;
		}
		return name === '*' ? { type: 'wildcard' } : { type: 'field', name };
	}

	#quoted(quote: string): JsonPathNode {
		const start = this.#at++;
		this.#toQuote(quote, 'unterminated quoted string');
		return { type: 'value', value: unquote(this.#since(start)) };
	}

	/** Goes behind the quote that ends what began before here. */
	#toQuote(quote: string, unterminated: string): void {
		for (;;) {
			this.#skipTo((char) => char === quote || char === '\n');
			if (this.#input.charAt(this.#at) !== quote) throw new JsonPathError(unterminated);
			this.#at++;
			if (this.#input.charAt(this.#at - 2) !== '\\') return;
		}
	}

	#array(): JsonPathNode[] {
		const start = ++this.#at;
		const inside = this.#skipTo((char) => char === ']' || char === '\n');
		if (this.#input.charAt(this.#at) !== ']') throw new JsonPathError('unterminated array');
		this.#at = start + inside.length + 1;
		const parts = inside.split(',');
		if (parts.length > 1) {
			const paths = parts.map((part) => parseAction(`[${part.replace(/^ +/, '').trimEnd()}]`));
			return [{ type: 'union', paths }];
		}
		const key = /^'([^']*)'$/.exec(inside)?.[1];
		return key === undefined ? [slice(inside === '*' ? ':' : inside)] : parseAction(`.${key}`);
	}

	#filter(): JsonPathNode {
		this.#at += '[?('.length;
		const start = this.#at;
		for (;;) {
			this.#skipTo((char) => char === ')' || char === '"' || char === "'" || char === '\n');
			const char = this.#input.charAt(this.#at);
			if (char === '' || char === '\n') throw new JsonPathError('unterminated filter');
			this.#at++;
			if (char === ')') break;
			this.#toQuote(char, 'unterminated filter');
		}
		const body = this.#since(start).slice(0, -1);
		if (this.#input.charAt(this.#at) !== ']') throw new JsonPathError('unclosed array expect ]');
		this.#at++;
		const [, left, operator = '', right = ''] = comparison.exec(body) ?? [];
		if (left === undefined)
			return { type: 'filter', left: parseAction(body), right: [], operator: 'exists' };
		return { type: 'filter', left: parseAction(left), right: parseAction(right), operator };
	}
}

function slice(inside: string): Slice {
	const [match, from = '', to, step] = sliceOperator.exec(inside) ?? [];
	if (match === undefined) throw new JsonPathError(`invalid array index ${inside}`);
	for (const part of [from, to, step])
		if (part === '-') throw new JsonPathError(`array index ${part} is not a number`);
	const single = to === undefined;
	const parsed: Slice = { type: 'slice', from: Number(from), single };
	if (to !== undefined && to !== '') parsed.to = Number(to);
	if (single) parsed.to = parsed.from + 1;
	if (step !== undefined && step !== '') parsed.step = Number(step);
	return parsed;
}

const escapes: Readonly<Record<string, string>> = {
	...{ a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' },
};
const escapeSequence = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([0-7]{3})|(.?))/gs;

/** The text between quotes with its escapes resolved. After client-go/util/jsonpath: UnquoteExtend. */
function unquote(quoted: string): string {
	const quote = quoted.charAt(0);
	return quoted.slice(1, -1).replace(escapeSequence, (...[, hex, wide, octal, char]: string[]) => {
		if (hex ?? wide) return String.fromCharCode(Number.parseInt(hex ?? wide ?? '', 16));
		if (octal) return String.fromCharCode(Number.parseInt(octal, 8));
		const plain = char === quote ? quote : escapes[char ?? ''];
		if (plain === undefined)
			throw new JsonPathError(`unquote string ${quoted} error invalid syntax`);
		return plain;
	});
}

/** A character as Go's `%#U` prints it. */
function unicode(input: string, at: number): string {
	const point = input.codePointAt(at) ?? 0;
	const hex = point.toString(16).toUpperCase().padStart(4, '0');
	return `U+${hex} '${String.fromCodePoint(point)}'`;
}
