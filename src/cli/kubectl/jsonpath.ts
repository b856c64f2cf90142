import { text } from './fields.ts';
import {
	JsonPathError,
	parseJsonPath,
	type JsonPathNode,
	type Operand,
} from './jsonpath-parser.ts';

/** A compiled template of kubectl's JSONPath dialect. After client-go/util/jsonpath: JSONPath. */
export class JsonPath {
	readonly #nodes: JsonPathNode[];
	readonly #allowMissing: boolean;

	constructor(template: string, options: { allowMissing?: boolean } = {}) {
		this.#nodes = parseJsonPath(template);
		this.#allowMissing = options.allowMissing ?? false;
	}

	/** What the template prints for an object. */
	print(root: unknown): string {
		return this.#print(this.#nodes, root, root);
	}

	/** The values that the template's expressions select. */
	find(root: unknown): unknown[] {
		return this.#nodes.flatMap((node) =>
			node.type === 'path' ? this.#walk(node.steps, [root], root) : [],
		);
	}

	#print(nodes: JsonPathNode[], current: unknown, root: unknown): string {
		let output = '';
		for (const node of nodes) {
			if (node.type === 'text') output += node.text;
			else if (node.type === 'path') {
				const start = node.fromRoot ? root : current;
				output += this.#walk(node.steps, [start], root).map(printValue).join(' ');
			} else {
				const items = this.#walk(node.over, [current], root);
				for (const item of items) output += this.#print(node.body, item, root);
			}
		}
		return output;
	}

	#walk(steps: JsonPathStep[], start: unknown[], root: unknown): unknown[] {
		let values = start;
		for (const step of steps) values = this.#step(step, values, root);
		return values;
	}

	#step(step: JsonPathStep, values: unknown[], root: unknown): unknown[] {
		switch (step.type) {
			case 'field':
				return this.#field(step.name, values);
			case 'wildcard':
				return values.flatMap(children);
			case 'descend':
				return values.flatMap(descendants);
			case 'slice':
				return values.flatMap((value) => this.#slice(step, value));
			case 'union':
				return step.paths.flatMap((path) => this.#walk(path, values, root));
			case 'filter':
				return values.flatMap((value) =>
					children(value).filter((item) => this.#holds(step, item, root)),
				);
		}
	}

	#field(name: string, values: unknown[]): unknown[] {
		const found = values.flatMap((value) => {
			if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
			const child = (value as Record<string, unknown>)[name];
			return child === undefined ? [] : [child];
		});
		if (found.length === 0 && !this.#allowMissing) throw new JsonPathError(`${name} is not found`);
		return found;
	}

	#slice(step: JsonPathStep & { type: 'slice' }, value: unknown): unknown[] {
		if (!Array.isArray(value)) {
			if (value === null || value === undefined) return [];
			throw new JsonPathError(`${text(value)} is not array or slice`);
		}
		const { length } = value;
		if (step.single) {
			const index = step.from < 0 ? step.from + length : step.from;
			if (index < 0 || index >= length) {
				throw new JsonPathError(`array index out of bounds: index ${step.from}, length ${length}`);
			}
			return [value[index] as unknown];
		}
		const from = step.from < 0 ? Math.max(0, step.from + length) : step.from;
		const end = step.to === undefined ? length : step.to < 0 ? step.to + length : step.to;
		return value
			.slice(from, Math.min(end, length))
			.filter((_, i) => i % step.step === 0) as unknown[];
	}

	#holds(filter: JsonPathStep & { type: 'filter' }, item: unknown, root: unknown): boolean {
		const left = this.#operand(filter.left, item, root);
		if (filter.operator === 'exists') return left.length > 0;
		const right = filter.right ? this.#operand(filter.right, item, root) : [];
		if (left.length === 0) return false;
		if (left.length > 1 || right.length > 1)
			throw new JsonPathError('can only compare one element at a time');
		return compare(left[0], right[0], filter.operator);
	}

	#operand(operand: Operand, item: unknown, root: unknown): unknown[] {
		if (operand.type === 'value') return [operand.value];
		const lenient = new JsonPath('', { allowMissing: true });
		return lenient.#walk(operand.steps, [operand.fromRoot ? root : item], root);
	}
}

type JsonPathStep = Extract<JsonPathNode, { type: 'path' }>['steps'][number];

function children(value: unknown): unknown[] {
	if (Array.isArray(value)) return value as unknown[];
	return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function descendants(value: unknown): unknown[] {
	if (typeof value !== 'object' || value === null) return [];
	return [value, ...children(value).flatMap(descendants)];
}

function compare(left: unknown, right: unknown, operator: string): boolean {
	const equal = left === right || (typeof left !== typeof right && text(left) === text(right));
	if (operator === '==') return equal;
	if (operator === '!=') return !equal;
	const a = typeof left === 'number' ? left : text(left);
	const b = typeof right === 'number' ? right : text(right);
	if (operator === '<') return a < b;
	if (operator === '<=') return a <= b;
	return operator === '>' ? a > b : a >= b;
}

function printValue(value: unknown): string {
	if (value === null) return '';
	if (typeof value !== 'object') return text(value);
	return JSON.stringify(sortKeys(value))
		.replaceAll('<', '\\u003c')
		.replaceAll('>', '\\u003e')
		.replaceAll('&', '\\u0026');
}

/** The same JSON with the keys of its maps in order, as Go prints maps. */
export function sortKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sortKeys);
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
	return Object.fromEntries(entries.map(([key, child]) => [key, sortKeys(child)]));
}

/** Accepts `x.y`, `.x.y` and `{.x.y}` alike. After pkg/cmd/get: RelaxedJSONPathExpression. */
export function relaxedJsonPath(expression: string): string {
	if (expression === '') return expression;
	const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression);
	if (!match)
		throw new JsonPathError(
			`unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
		);
	const body = match[1] ?? match[2] ?? '';
	return body.startsWith('[') ? `{${body}}` : `{.${body}}`;
}
