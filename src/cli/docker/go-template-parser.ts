import { functions } from './go-template-functions.ts';
import { Lexer, TemplateError, type Segment, type Token } from './go-template-lexer.ts';

/** What stands for one value. `at` and `text` are for messages. */
export type Operand = { at: number; text: string } & (
	| { kind: 'dot' }
	| { kind: 'constant'; value: string | number | boolean }
	| { kind: 'nil' }
	| { kind: 'function'; name: string }
	/** `.a.b`, `$x.a`, `(pipe).a`: the fields of what `from` is. */
	| { kind: 'fields'; from: Operand; path: string[] }
	| { kind: 'variable'; name: string }
	| { kind: 'pipe'; pipe: Pipe }
);

/** Operands: a function or method with its arguments, or a value alone. */
export interface Command {
	at: number;
	text: string;
	operands: Operand[];
}

export interface Pipe {
	/** `$x :=` and the like. */
	variables: string[];
	declares: boolean;
	commands: Command[];
}

/** Part of a parsed template. */
export type Node =
	| { kind: 'text'; text: string }
	| { kind: 'print'; pipe: Pipe }
	| { kind: 'if' | 'with' | 'range'; pipe: Pipe; body: Node[]; otherwise: Node[] };

type Control = 'if' | 'with' | 'range';

const unoffered = new Set(['define', 'template', 'block', 'break', 'continue']);

/** Reads a template; throws Go's message. After text/template/parse/parse.go. */
export class Parser {
	readonly #source: string;
	readonly #name: string;
	readonly #segments: Segment[];
	#next = 0;
	#variables = ['$'];

	constructor(source: string, name: string) {
		this.#source = source;
		this.#name = name;
		this.#segments = new Lexer(source, name).split();
	}
	parse(): Node[] {
		const nodes = this.#block();
		const rest = this.#segments[this.#next];
		if (rest && 'action' in rest)
			throw this.#wrong(rest.at, `unexpected {{${rest.action[0]?.text}}}`);
		return nodes;
	}
	/** Reads up to `{{end}}` or `{{else}}`, which it leaves. */
	#block(): Node[] {
		const nodes: Node[] = [];
		for (;;) {
			const segment = this.#segments[this.#next];
			if (!segment) return nodes;
			if ('action' in segment && isEnd(segment.action[0])) return nodes;
			this.#next++;
			nodes.push('text' in segment ? { kind: 'text', text: segment.text } : this.#action(segment));
		}
	}
	#action({ action, at }: { action: Token[]; at: number }): Node {
		const [first, ...rest] = action;
		if (!first) throw this.#wrong(at, 'missing value for command');
		const { text } = first;
		if (first.kind === 'word' && (text === 'if' || text === 'with' || text === 'range'))
			return this.#control(text, rest, at);
		if (first.kind === 'word' && unoffered.has(text))
			throw this.#wrong(at, `{{${text}}} is not offered here`);
		return { kind: 'print', pipe: this.#pipe(action, 'command', at) };
	}
	#control(kind: Control, tokens: Token[], at: number): Node {
		const outside = [...this.#variables];
		const pipe = this.#pipe(tokens, kind, at);
		const body = this.#block();
		let otherwise: Node[] = [];
		const stop = this.#take();
		if (stop[0]?.text === 'else' && isControl(stop[1]?.text))
			otherwise = [this.#control(stop[1].text, stop.slice(2), stop[0].at)];
		else if (stop[0]?.text === 'else') {
			otherwise = this.#block();
			this.#take();
		}
		this.#variables = outside;
		return { kind, pipe, body, otherwise };
	}
	#take(): Token[] {
		const segment = this.#segments[this.#next++];
		if (!segment || !('action' in segment))
			throw this.#wrong(this.#source.length, 'unexpected EOF');
		return segment.action;
	}
	#pipe(tokens: Token[], context: string, at: number): Pipe {
		const assign = tokens.findIndex(({ kind, text }) => kind === 'sign' && /^:?=$/.test(text));
		const head = assign < 0 ? [] : tokens.slice(0, assign);
		const variables = head.filter((token) => token.kind === 'variable').map((token) => token.text);
		const declares = tokens[assign]?.text === ':=';
		const body = tokens.slice(assign + 1);
		if (body.length === 0) throw this.#wrong(at, `missing value for ${context}`);
		const commands = split(body, '|')
			.filter((part, i) => part.length > 0 || i === 0)
			.map((part) => this.#command(part, body));
		if (declares) this.#variables.push(...variables);
		return { variables, declares, commands };
	}
	#command(tokens: Token[], whole: Token[]): Command {
		const [first] = tokens;
		if (!first) throw this.#unexpected(whole[0]);
		const operands: Operand[] = [];
		for (let at = 0; at < tokens.length;) {
			const [operand, next] = this.#operand(tokens, at);
			operands.push(operand);
			at = next;
		}
		return { at: first.at, text: operands.map((each) => each.text).join(' '), operands };
	}
	/** One operand with the fields that stick to it, and where the next one begins. */
	#operand(tokens: Token[], begin: number): [Operand, number] {
		const [from, behind] = this.#term(tokens, begin);
		let end = behind;
		while (tokens[end]?.kind === 'field' && tokens[end]?.isTight) end++;
		const fields = tokens.slice(behind, end);
		const [field] = fields;
		if (!field) return [from, behind];
		const path = fields.map((token) => token.text.slice(1));
		const text = from.text + fields.map((token) => token.text).join('');
		if (from.kind === 'fields')
			return [{ ...from, at: field.at, text, path: [...from.path, ...path] }, end];
		return [{ kind: 'fields', from, path, at: field.at, text }, end];
	}
	#term(tokens: Token[], begin: number): [Operand, number] {
		const token = tokens[begin] as Token;
		const next = begin + 1;
		const { kind, text, at } = token;
		const place = { at, text };
		if (text === '(' && kind === 'sign') return this.#parenthesis(tokens, begin);
		if (kind === 'dot') return [{ kind, ...place }, next];
		if (kind === 'field')
			return [
				{ kind: 'fields', from: { kind: 'dot', at, text: '' }, path: [text.slice(1)], ...place },
				next,
			];
		if (kind === 'variable') return [this.#variable(text, at), next];
		if (kind === 'word') return [this.#word(text, at), next];
		if (kind === 'string')
			return [{ kind: 'constant', value: this.#string(token), ...place }, next];
		if (kind === 'number') return [{ kind: 'constant', value: Number(text), ...place }, next];
		throw this.#unexpected(token);
	}
	#variable(name: string, at: number): Operand {
		if (!this.#variables.includes(name)) throw this.#wrong(at, `undefined variable "${name}"`);
		return { kind: 'variable', name, at, text: name };
	}
	#word(text: string, at: number): Operand {
		if (text === 'nil') return { kind: 'nil', at, text };
		if (text === 'true' || text === 'false')
			return { kind: 'constant', value: text === 'true', at, text };
		if (!functions.has(text)) throw this.#wrong(at, `function "${text}" not defined`);
		return { kind: 'function', name: text, at, text };
	}
	#string({ text, at }: Token): string {
		if (text.startsWith('`')) return text.slice(1, -1);
		try {
			return JSON.parse(text.replaceAll('\t', '\\t')) as string;
		} catch {
			throw this.#wrong(at, 'invalid syntax');
		}
	}
	#parenthesis(tokens: Token[], begin: number): [Operand, number] {
		const open = tokens[begin] as Token;
		const end = closing(tokens, begin);
		if (end < 0) throw this.#wrong(open.at, 'unclosed left paren');
		const pipe = this.#pipe(tokens.slice(begin + 1, end), 'parenthesized pipeline', open.at);
		const text = `(${pipe.commands.map((command) => command.text).join(' | ')})`;
		return [{ kind: 'pipe', pipe, at: open.at, text }, end + 1];
	}
	#unexpected(token: Token | undefined): TemplateError {
		if (token?.text === ')') return this.#wrong(token.at, 'unexpected right paren');
		return this.#wrong(token?.at ?? 0, `unexpected "${token?.text ?? ''}" in command`);
	}
	#wrong(at: number, problem: string): TemplateError {
		const line = this.#source.slice(0, at).split('\n').length;
		return new TemplateError(`template: ${this.#name}:${line}: ${problem}`);
	}
}

function isEnd(token: Token | undefined): boolean {
	return token?.kind === 'word' && (token.text === 'end' || token.text === 'else');
}

function isControl(text: string | undefined): text is Control {
	return text === 'if' || text === 'with' || text === 'range';
}

/** Parts between the separators that stand in no parenthesis. */
function split(tokens: Token[], separator: string): Token[][] {
	const parts: Token[][] = [[]];
	let depth = 0;
	for (const token of tokens) {
		if (token.kind === 'sign' && token.text === '(') depth++;
		if (token.kind === 'sign' && token.text === ')') depth--;
		if (token.kind === 'sign' && token.text === separator && depth === 0) parts.push([]);
		else parts.at(-1)?.push(token);
	}
	return parts;
}

/** Where the parenthesis closes that opens at `begin`. */
function closing(tokens: Token[], begin: number): number {
	let depth = 0;
	for (let at = begin; at < tokens.length; at++) {
		const { kind, text } = tokens[at] as Token;
		if (kind !== 'sign') continue;
		if (text === '(') depth++;
		if (text === ')' && --depth === 0) return at;
	}
	return -1;
}
