import { callFunction, display, isTruthy } from './go-template-functions.ts';
import { TemplateError } from './go-template-lexer.ts';
import { Parser, type Command, type Node, type Operand, type Pipe } from './go-template-parser.ts';

type Value = unknown;
type Scope = Map<string, Value>;

/** What messages name. */
interface TemplateNames {
	/** The template's own; most of docker's have none. */
	template?: string;
	/** Go's type of the data, where that is a struct; else it is a map. */
	type?: string;
}

/** The part of Go's text/template that `--format` is used with. */
export class GoTemplate {
	readonly #source: string;
	readonly #nodes: Node[];
	readonly #names: TemplateNames;

	/** Throws a `TemplateError` whose message is Go's. */
	constructor(source: string, names: TemplateNames = {}) {
		this.#source = source;
		this.#names = names;
		this.#nodes = new Parser(source, names.template ?? '').parse();
	}
	render(data: Value): string {
		return this.#all(this.#nodes, data, new Map([['$', data]]));
	}
	#all(nodes: readonly Node[], dot: Value, scope: Scope): string {
		return nodes.map((node) => this.#node(node, dot, scope)).join('');
	}
	#node(node: Node, dot: Value, scope: Scope): string {
		if (node.kind === 'text') return node.text;
		if (node.kind === 'print') {
			const value = this.#pipe(node.pipe, dot, scope);
			for (const name of node.pipe.variables) scope.set(name, value);
			return node.pipe.variables.length > 0 ? '' : display(value);
		}
		const value = this.#pipe(node.pipe, dot, scope);
		if (node.kind === 'range') return this.#range(node, value, dot, scope);
		const inner = new Map(scope);
		for (const name of node.pipe.variables) inner.set(name, value);
		if (!isTruthy(value)) return this.#all(node.otherwise, dot, inner);
		return this.#all(node.body, node.kind === 'with' ? value : dot, inner);
	}
	#range(node: Extract<Node, { body: Node[] }>, value: Value, dot: Value, scope: Scope): string {
		const items = this.#items(value, node.pipe.commands.at(-1));
		if (items.length === 0) return this.#all(node.otherwise, dot, scope);
		return items
			.map(([key, item]) => {
				const inner = new Map(scope);
				const [first, second] = node.pipe.variables;
				if (first) inner.set(first, second ? key : item);
				if (second) inner.set(second, item);
				return this.#all(node.body, item, inner);
			})
			.join('');
	}
	#items(value: Value, command: Command | undefined): [Value, Value][] {
		if (Array.isArray(value)) return value.map((item, i) => [i, item]);
		if (typeof value === 'object')
			return Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
		if (value === undefined) return [];
		throw this.#failed(
			command ?? { at: 0, text: '' },
			`range can't iterate over ${display(value)}`,
		);
	}
	/** Each command gets the value before it as its last argument. */
	#pipe(pipe: Pipe, dot: Value, scope: Scope): Value {
		let piped: Value[] = [];
		for (const command of pipe.commands) piped = [this.#command(command, dot, scope, piped)];
		return piped[0];
	}
	#command(command: Command, dot: Value, scope: Scope, piped: Value[]): Value {
		const [first, ...rest] = command.operands as [Operand, ...Operand[]];
		const given = () => [...rest.map((each) => this.#operand(each, dot, scope)), ...piped];
		if (first.kind === 'function') return this.#call(first.name, given(), command);
		if (first.kind === 'fields') return this.#fields(first, dot, scope, given);
		if (first.kind === 'nil') throw this.#failed(first, 'nil is not a command');
		if (rest.length + piped.length > 0)
			throw this.#failed(first, `can't give argument to non-function ${first.text}`);
		return this.#operand(first, dot, scope);
	}
	#call(name: string, values: Value[], place: { at: number; text: string }): Value {
		try {
			return callFunction(name, values);
		} catch (error) {
			throw this.#failed(place, (error as Error).message);
		}
	}
	#operand(operand: Operand, dot: Value, scope: Scope): Value {
		switch (operand.kind) {
			case 'dot':
				return dot;
			case 'constant':
				return operand.value;
			case 'nil':
				return null;
			case 'variable':
				return scope.get(operand.name);
			case 'pipe':
				return this.#pipe(operand.pipe, dot, scope);
			case 'function':
				return this.#call(operand.name, [], operand);
			case 'fields':
				return this.#fields(operand, dot, scope, () => []);
		}
	}
	#fields(
		operand: Extract<Operand, { kind: 'fields' }>,
		dot: Value,
		scope: Scope,
		given: () => Value[],
	): Value {
		let value = this.#operand(operand.from, dot, scope);
		operand.path.forEach((name, i) => {
			const last = i === operand.path.length - 1;
			value = this.#field(value, name, operand, last ? given() : []);
		});
		return value;
	}
	#field(value: Value, name: string, operand: Operand, given: Value[]): Value {
		if (value === null || value === undefined) return undefined;
		if (typeof value !== 'object' || Array.isArray(value))
			throw this.#failed(operand, `can't evaluate field ${name} in type ${typeName(value)}`);
		const isKnown = Object.hasOwn(value, name);
		if (!isKnown && isOpenMap(value)) return undefined;
		if (!isKnown) throw this.#failed(operand, this.#absence(name));
		const member = (value as Record<string, Value>)[name];
		if (typeof member !== 'function') {
			if (given.length === 0) return member;
			throw this.#failed(operand, `${name} is not a method but has arguments`);
		}
		if (given.length !== member.length)
			throw this.#failed(
				operand,
				`wrong number of args for ${name}: want ${member.length} got ${given.length}`,
			);
		return (member as (...values: Value[]) => Value).apply(value, given);
	}
	#absence(name: string): string {
		const { type } = this.#names;
		return type
			? `can't evaluate field ${name} in type ${type}`
			: `map has no entry for key "${name}"`;
	}
	#failed({ at, text }: { at: number; text: string }, problem: string): TemplateError {
		const before = this.#source.slice(0, at).split('\n');
		const name = this.#names.template ?? '';
		const place = `${name}:${before.length}:${before.at(-1)?.length}`;
		return new TemplateError(`template: ${place}: executing "${name}" at <${text}>: ${problem}`);
	}
}

/** Maps whose keys are the user's have no prototype; a key that they lack is no mistake. */
function isOpenMap(value: object): boolean {
	return Object.getPrototypeOf(value) === null;
}

function typeName(value: Value): string {
	if (Array.isArray(value)) return '[]interface {}';
	if (typeof value === 'boolean') return 'bool';
	return typeof value === 'number' ? 'int' : 'string';
}
