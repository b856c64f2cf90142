import { display, functions, isTruthy } from './go-template-functions.ts';
import { splitTemplate, TemplateError, type Segment } from './go-template-lexer.ts';

type Value = unknown;

/** Part of a parsed template. */
type Node =
	| { kind: 'text'; text: string }
	| { kind: 'print'; tokens: string[] }
	| { kind: 'set'; name: string; tokens: string[] }
	| {
			kind: 'if' | 'with' | 'range';
			tokens: string[];
			variables: string[];
			body: Node[];
			otherwise: Node[];
	  };

type Scope = Map<string, Value>;

/** The part of Go's text/template that `--format` is used with. */
export class GoTemplate {
	readonly #nodes: Node[];

	/** Throws a `TemplateError` whose message is Go's. */
	constructor(source: string) {
		const parser = new Parser(splitTemplate(source));
		this.#nodes = parser.block();
		if (!parser.isAtEnd) throw new TemplateError('template: :1: unexpected {{end}}');
	}
	render(data: Value): string {
		return renderAll(this.#nodes, data, new Map([['$', data]]));
	}
}

class Parser {
	readonly #segments: Segment[];
	#at = 0;

	constructor(segments: Segment[]) {
		this.#segments = segments;
	}
	get isAtEnd(): boolean {
		return this.#at >= this.#segments.length;
	}
	/** Reads up to `{{end}}` or `{{else}}`, which it leaves. */
	block(): Node[] {
		const nodes: Node[] = [];
		for (; !this.isAtEnd;) {
			const segment = this.#segments[this.#at];
			if (!segment) break;
			if ('text' in segment) nodes.push({ kind: 'text', text: segment.text });
			else if (['end', 'else'].includes(segment.action[0] ?? '')) break;
			else {
				nodes.push(this.#action(segment.action));
				continue;
			}
			this.#at++;
		}
		return nodes;
	}
	#action(action: string[]): Node {
		this.#at++;
		const [word = '', ...rest] = action;
		if (action.length === 0) throw new TemplateError('template: :1: missing value for command');
		if (word === 'if' || word === 'with' || word === 'range') return this.#control(word, rest);
		if (word.startsWith('$') && (rest[0] === ':=' || rest[0] === '='))
			return { kind: 'set', name: word, tokens: rest.slice(1) };
		return { kind: 'print', tokens: action };
	}
	#control(kind: 'if' | 'with' | 'range', rest: string[]): Node {
		const assign = rest.indexOf(':=');
		const variables = assign < 0 ? [] : rest.slice(0, assign).filter((token) => token !== ',');
		const tokens = rest.slice(assign + 1);
		const body = this.block();
		let otherwise: Node[] = [];
		const stop = this.#take();
		if (stop[0] === 'else' && stop[1] === 'if') otherwise = [this.#control('if', stop.slice(2))];
		else if (stop[0] === 'else') {
			otherwise = this.block();
			this.#take();
		}
		return { kind, tokens, variables, body, otherwise };
	}
	#take(): string[] {
		const segment = this.#segments[this.#at++];
		if (!segment || !('action' in segment)) throw new TemplateError('template: :1: unexpected EOF');
		return segment.action;
	}
}

function renderAll(nodes: readonly Node[], dot: Value, scope: Scope): string {
	return nodes.map((node) => renderNode(node, dot, scope)).join('');
}

function renderNode(node: Node, dot: Value, scope: Scope): string {
	if (node.kind === 'text') return node.text;
	const value = evaluate(node.tokens, dot, scope);
	if (node.kind === 'print') return display(value);
	if (node.kind === 'set') {
		scope.set(node.name, value);
		return '';
	}
	if (node.kind === 'range') return renderRange(node, value, dot, scope);
	if (!isTruthy(value)) return renderAll(node.otherwise, dot, scope);
	const inner = new Map(scope);
	if (node.variables[0]) inner.set(node.variables[0], value);
	return renderAll(node.body, node.kind === 'with' ? value : dot, inner);
}

function renderRange(
	node: Extract<Node, { body: Node[] }>,
	value: Value,
	dot: Value,
	scope: Scope,
): string {
	const items: [Value, Value][] = Array.isArray(value)
		? value.map((item, i) => [i, item])
		: Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
	if (items.length === 0) return renderAll(node.otherwise, dot, scope);
	return items
		.map(([key, item]) => {
			const inner = new Map(scope);
			const [first, second] = node.variables;
			if (first) inner.set(first, second ? key : item);
			if (second) inner.set(second, item);
			return renderAll(node.body, item, inner);
		})
		.join('');
}

/** A pipeline: each command gets the value before it as its last argument. */
function evaluate(tokens: readonly string[], dot: Value, scope: Scope): Value {
	let value: Value;
	let isFirst = true;
	for (const command of splitAt(tokens, '|')) {
		value = runCommand(command, dot, scope, isFirst ? [] : [value]);
		isFirst = false;
	}
	return value;
}

function splitAt(tokens: readonly string[], separator: string): string[][] {
	const parts: string[][] = [[]];
	let depth = 0;
	for (const token of tokens) {
		if (token === '(') depth++;
		if (token === ')') depth--;
		if (token === separator && depth === 0) parts.push([]);
		else parts.at(-1)?.push(token);
	}
	return parts;
}

function runCommand(tokens: string[], dot: Value, scope: Scope, piped: Value[]): Value {
	const [word = ''] = tokens;
	const method = tokens.length > 1 && (dot as Record<string, Value> | null)?.[word.slice(1)];
	if (typeof method === 'function')
		return (method as (...args: Value[]) => Value).call(
			dot,
			...operands(tokens.slice(1), dot, scope),
			...piped,
		);
	if (!/^[a-z]/i.test(word) || isConstant(word)) return operands(tokens, dot, scope)[0];
	const call = functions[word];
	if (!call) throw new TemplateError(`template: :1: function "${word}" not defined`);
	return call(...operands(tokens.slice(1), dot, scope), ...piped);
}

function operands(tokens: readonly string[], dot: Value, scope: Scope): Value[] {
	const values: Value[] = [];
	for (let at = 0; at < tokens.length; at++) {
		if (tokens[at] !== '(') {
			values.push(operand(tokens[at] ?? '', dot, scope));
			continue;
		}
		const end = closingParenthesis(tokens, at);
		let value = evaluate(tokens.slice(at + 1, end), dot, scope);
		const next = tokens[end + 1];
		if (next?.startsWith('.') && next.length > 1) value = field(value, next.slice(1).split('.'));
		at = next?.startsWith('.') && next.length > 1 ? end + 1 : end;
		values.push(value);
	}
	return values;
}

function closingParenthesis(tokens: readonly string[], open: number): number {
	let depth = 0;
	for (let at = open; at < tokens.length; at++) {
		if (tokens[at] === '(') depth++;
		if (tokens[at] === ')' && --depth === 0) return at;
	}
	throw new TemplateError('template: :1: unclosed left paren');
}

function isConstant(word: string): boolean {
	return word === 'true' || word === 'false' || word === 'nil';
}

function operand(token: string, dot: Value, scope: Scope): Value {
	if (token === '.') return dot;
	if (token.startsWith('.')) return field(dot, token.slice(1).split('.'));
	if (token.startsWith('$')) {
		const [name = '', ...path] = token.split('.');
		if (!scope.has(name)) throw new TemplateError(`template: :1: undefined variable "${name}"`);
		return field(scope.get(name), path);
	}
	if (token.startsWith('"')) return JSON.parse(token) as string;
	if (token.startsWith('`')) return token.slice(1, -1);
	if (isConstant(token)) return token === 'nil' ? null : token === 'true';
	if (/^[+-]?\d/.test(token)) return Number(token);
	const call = functions[token];
	if (!call) throw new TemplateError(`template: :1: function "${token}" not defined`);
	return call();
}

function field(value: Value, path: readonly string[]): Value {
	let current = value;
	for (const name of path) {
		if (current === null || current === undefined) return undefined;
		const object = current as Record<string, Value>;
		if (typeof current !== 'object' || !(name in object))
			throw new TemplateError(
				`template: :1:2: executing "" at <.${path.join('.')}>: map has no entry for key "${name}"`,
			);
		const next = object[name];
		current = typeof next === 'function' ? (next as () => Value).call(object) : next;
	}
	return current;
}
