import { own, text } from './fields.ts';

type Node =
	| { type: 'text'; text: string }
	| { type: 'print'; pipeline: string }
	| { type: 'set'; name: string; pipeline: string }
	| { type: 'if' | 'with'; pipeline: string; body: Node[]; otherwise: Node[] }
	| { type: 'range'; names: string[]; pipeline: string; body: Node[]; otherwise: Node[] };

interface Scope {
	dot: unknown;
	variables: Map<string, unknown>;
}

const missing = '<no value>';

/**
 * The part of Go's text/template that `-o go-template` is used with: fields, variables, range, if, with,
 * pipelines and the functions below. Templates that define or call other templates are refused.
 */
export class GoTemplate {
	readonly #nodes: Node[];
	readonly #strict: boolean;

	constructor(source: string, options: { strict?: boolean } = {}) {
		this.#nodes = new Parser(source).parse();
		this.#strict = options.strict ?? false;
	}

	print(root: unknown): string {
		const scope = { dot: root, variables: new Map([['$', root]]) };
		return this.#print(this.#nodes, scope);
	}

	#print(nodes: Node[], scope: Scope): string {
		return nodes.map((node) => this.#node(node, scope)).join('');
	}

	#node(node: Node, scope: Scope): string {
		switch (node.type) {
			case 'text':
				return node.text;
			case 'print':
				return printed(this.#evaluate(node.pipeline, scope));
			case 'set':
				scope.variables.set(node.name, this.#evaluate(node.pipeline, scope));
				return '';
			case 'range':
				return this.#range(node, scope);
			default: {
				const value = this.#evaluate(node.pipeline, scope);
				const inner = { ...scope, dot: node.type === 'with' ? value : scope.dot };
				return this.#print(truth(value) ? node.body : node.otherwise, inner);
			}
		}
	}

	#range(node: Node & { type: 'range' }, scope: Scope): string {
		const over = this.#evaluate(node.pipeline, scope);
		const entries = entriesOf(over);
		if (entries.length === 0) return this.#print(node.otherwise, scope);
		return entries
			.map(([key, value]) => {
				const variables = new Map(scope.variables);
				const [first, second] = node.names;
				if (second !== undefined) variables.set(second, value);
				if (first !== undefined) variables.set(first, second === undefined ? value : key);
				return this.#print(node.body, { dot: value, variables });
			})
			.join('');
	}

	#evaluate(pipeline: string, scope: Scope): unknown {
		let last: unknown[] = [];
		for (const command of split(pipeline, '|')) {
			const words = tokens(command);
			last = [this.#call(words, last, scope)];
		}
		return last[0];
	}

	#call(words: string[], piped: unknown[], scope: Scope): unknown {
		const [head = '', ...rest] = words;
		const known = functions[head];
		if (known) return known(...rest.map((word) => this.#value(word, scope)), ...piped);
		if (/^[a-z]\w*$/i.test(head) && !['true', 'false', 'nil'].includes(head))
			throw new Error(`function "${head}" not defined`);
		return this.#value(head, scope);
	}

	#value(word: string, scope: Scope): unknown {
		if (word.startsWith('(')) {
			const end = word.lastIndexOf(')');
			return this.#fields(this.#evaluate(word.slice(1, end), scope), word.slice(end + 1));
		}
		if (word.startsWith('"')) return JSON.parse(word);
		if (word.startsWith('`')) return word.slice(1, -1);
		if (/^-?\d/.test(word)) return Number(word);
		if (word === 'true' || word === 'false') return word === 'true';
		if (word === 'nil') return undefined;
		if (word.startsWith('.')) return this.#fields(scope.dot, word === '.' ? '' : word);
		const [name = ''] = /^\$\w*/.exec(word) ?? [];
		if (!scope.variables.has(name)) throw new Error(`undefined variable "${name}"`);
		return this.#fields(scope.variables.get(name), word.slice(name.length));
	}

	#fields(start: unknown, path: string): unknown {
		let value = start;
		for (const name of path.split('.').slice(1)) {
			const next = own(value, name);
			if (next === undefined && this.#strict) throw new Error(`map has no entry for key "${name}"`);
			value = next;
		}
		return value;
	}
}

function entriesOf(over: unknown): [unknown, unknown][] {
	if (Array.isArray(over)) return over.map((value, i) => [i, value as unknown]);
	if (typeof over !== 'object' || over === null) return [];
	return Object.entries(over).sort(([a], [b]) => (a < b ? -1 : 1));
}

function truth(value: unknown): boolean {
	if (Array.isArray(value)) return value.length > 0;
	if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
	return Boolean(value);
}

/** A value as Go prints it with `%v`. */
function printed(value: unknown): string {
	if (value === undefined || value === null) return missing;
	if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
	if (typeof value !== 'object') return text(value);
	const pairs = entriesOf(value).map(([key, item]) => `${text(key)}:${printed(item)}`);
	return `map[${pairs.join(' ')}]`;
}

function order(a: unknown, b: unknown): number {
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	return text(a) < text(b) ? -1 : text(a) === text(b) ? 0 : 1;
}

function printf(format: unknown, ...values: unknown[]): string {
	const rest = [...values];
	return text(format).replace(/%(-?\d*)([svdqt%])/g, (_, width: string, verb: string) => {
		if (verb === '%') return '%';
		const value = rest.shift();
		const shown = verb === 'q' ? JSON.stringify(text(value)) : printed(value);
		const size = Number(width || '0');
		return size < 0 ? shown.padEnd(-size) : shown.padStart(size);
	});
}

const functions: Record<string, (...values: unknown[]) => unknown> = {
	and: (...values) => values.find((value) => !truth(value)) ?? values.at(-1),
	or: (...values) => values.find(truth) ?? values.at(-1),
	not: (value) => !truth(value),
	eq: (first, ...others) => others.some((other) => order(first, other) === 0),
	ne: (a, b) => order(a, b) !== 0,
	lt: (a, b) => order(a, b) < 0,
	le: (a, b) => order(a, b) <= 0,
	gt: (a, b) => order(a, b) > 0,
	ge: (a, b) => order(a, b) >= 0,
	len: (value) => (typeof value === 'string' ? value.length : entriesOf(value).length),
	index: (value, ...keys) => keys.reduce((at, key) => own(at, text(key)), value),
	print: (...values) => values.map(printed).join(''),
	println: (...values) => `${values.map(printed).join(' ')}\n`,
	printf,
	base64decode: (value) => new TextDecoder().decode(Uint8Array.from(atob(text(value)), byteOf)),
	exists: (value, ...keys) => functions['index']?.(value, ...keys) !== undefined,
};

function byteOf(char: string): number {
	return char.charCodeAt(0);
}

/** Splits at a separator outside quotes and parentheses. */
function split(source: string, separator: string): string[] {
	const parts: string[] = [''];
	let quote = '';
	let depth = 0;
	for (const char of source) {
		if (quote !== '') quote = char === quote ? '' : quote;
		else if (char === '"' || char === '`') quote = char;
		else if (char === '(') depth++;
		else if (char === ')') depth--;
		if (quote === '' && depth === 0 && char === separator) parts.push('');
		else parts.push((parts.pop() ?? '') + char);
	}
	return parts.map((part) => part.trim());
}

function tokens(command: string): string[] {
	return split(command, ' ').filter((word) => word !== '');
}

/** Where the `}}` is that closes an action; those in quotes do not. After text/template/parse/lex.go: lexInsideAction. */
function endOfAction(source: string, from: number): number {
	const isComment = /^(?:- )?\/\*/.test(source.slice(from, from + 4));
	if (isComment) {
		const end = source.indexOf('*/', from);
		return end < 0 ? -1 : source.indexOf('}}', end);
	}
	for (let at = from; at < source.length; at++) {
		const char = source[at];
		if (char === '}' && source[at + 1] === '}') return at;
		if (char !== '"' && char !== '`') continue;
		for (at++; at < source.length && source[at] !== char; at++)
			if (char === '"' && source[at] === '\\') at++;
	}
	return -1;
}

class Parser {
	readonly #pieces: { action: boolean; body: string }[] = [];
	#at = 0;

	constructor(source: string) {
		let at = 0;
		let trim = false;
		const text = (to: number) => {
			const body = source.slice(at, to);
			return trim ? body.trimStart() : body;
		};
		for (;;) {
			const open = source.indexOf('{{', at);
			if (open < 0) break;
			const close = endOfAction(source, open + 2);
			if (close < 0) throw new Error('template: output:1: unclosed action');
			const body = source.slice(open + 2, close);
			const before = text(open);
			const trimsBefore = body.startsWith('- ');
			this.#pieces.push({ action: false, body: trimsBefore ? before.trimEnd() : before });
			const inside = trimsBefore ? body.slice(2) : body;
			trim = inside.endsWith(' -');
			this.#pieces.push({ action: true, body: (trim ? inside.slice(0, -2) : inside).trim() });
			at = close + 2;
		}
		this.#pieces.push({ action: false, body: text(source.length) });
	}

	parse(): Node[] {
		const nodes = this.#block();
		if (this.#at <= this.#pieces.length - 1)
			throw new Error(`template: output:1: unexpected {{${this.#pieces[this.#at]?.body}}}`);
		return nodes;
	}

	/** Nodes up to an `end` or `else`, which is left standing. */
	#block(): Node[] {
		const nodes: Node[] = [];
		for (; this.#at < this.#pieces.length; this.#at++) {
			const piece = this.#pieces[this.#at];
			if (!piece) break;
			if (!piece.action) nodes.push({ type: 'text', text: piece.body });
			else if (/^(end|else)\b/.test(piece.body)) break;
			else if (!piece.body.startsWith('/*')) nodes.push(this.#action(piece.body));
		}
		return nodes;
	}

	#action(body: string): Node {
		const [, keyword = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(body) ?? [];
		if (keyword === 'if' || keyword === 'with')
			return { type: keyword, pipeline: rest, ...this.#branches() };
		if (keyword === 'range') {
			const at = rest.indexOf(':=');
			const named = at > 0 && /^\$[\w$,\s]+$/.test(rest.slice(0, at));
			const pipeline = named ? rest.slice(at + 2).trimStart() : rest;
			const list = (named ? rest.slice(0, at) : '').split(',').map((name) => name.trim());
			return { type: 'range', names: list.filter(Boolean), pipeline, ...this.#branches() };
		}
		if (['template', 'define', 'block', 'break', 'continue'].includes(keyword))
			throw new Error(`{{${keyword}}} is not supported`);
		const set = /^(\$\w+)\s*:?=\s*(.*)$/s.exec(body);
		if (set) return { type: 'set', name: set[1] ?? '', pipeline: set[2] ?? '' };
		return { type: 'print', pipeline: body };
	}

	#branches(): { body: Node[]; otherwise: Node[] } {
		this.#at++;
		const body = this.#block();
		const closing = this.#pieces[this.#at]?.body;
		if (closing === undefined) throw new Error('template: output:1: unexpected EOF');
		if (closing === 'end') return { body, otherwise: [] };
		const chained = /^else\s+(if\s.*)$/s.exec(closing);
		if (chained) return { body, otherwise: [this.#action(chained[1] ?? '')] };
		this.#at++;
		const otherwise = this.#block();
		return { body, otherwise };
	}
}
