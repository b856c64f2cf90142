import { text } from './fields.ts';
import { JsonPathError, parseJsonPath, type JsonPathNode, type Slice } from './jsonpath-parser.ts';

type Filter = Extract<JsonPathNode, { type: 'filter' }>;

/** A compiled template of kubectl's JSONPath dialect. After client-go/util/jsonpath: JSONPath. */
export class JsonPath {
	readonly #nodes: JsonPathNode[];
	readonly #allowMissing: boolean;
	/** Ranges that are open at this point of the walk. */
	#depth = 0;
	/** What the last node said: a range begins, or ends. */
	#mark: 'range' | 'end' | undefined;

	constructor(template: string, options: { allowMissing?: boolean } = {}) {
		this.#nodes = parseJsonPath(template);
		this.#allowMissing = options.allowMissing ?? false;
	}

	/** What the template prints for an object. */
	print(root: unknown): string {
		return this.results(root)
			.map((values) => values.map(printValue).join(' '))
			.join('');
	}

	/** The values that the template's parts select, one after the other. */
	find(root: unknown): unknown[] {
		return this.results(root).flat();
	}

	/** What each part of the template selects. */
	results(root: unknown): unknown[][] {
		this.#depth = 0;
		this.#mark = undefined;
		return this.#block(0, root).results;
	}

	/** Parts from `start` up to the `end` of the range they are in, or to the template's. */
	#block(start: number, value: unknown): { results: unknown[][]; end: number } {
		const results: unknown[][] = [];
		for (let at = start; at < this.#nodes.length; at++) {
			const found = this.#walk(this.#nodes.slice(at, at + 1), [value]);
			const mark = this.#mark;
			this.#mark = undefined;
			if (mark === 'end') return { results, end: at };
			if (mark === 'range') at = this.#range(at + 1, found, results);
			else results.push(found);
		}
		return { results, end: this.#nodes.length };
	}

	/** Walks a range's parts for every item; without any, only to find its end. Answers where that is. */
	#range(start: number, items: unknown[], results: unknown[][]): number {
		this.#depth++;
		let end = start;
		for (const item of items.length > 0 ? items : [undefined]) {
			const block = this.#block(start, item);
			if (items.length > 0) results.push(...block.results);
			end = block.end;
		}
		this.#depth--;
		return end;
	}

	#walk(nodes: JsonPathNode[], start: unknown[]): unknown[] {
		let values = start;
		for (const node of nodes) values = this.#step(node, values);
		return values;
	}

	#step(node: JsonPathNode, values: unknown[]): unknown[] {
		switch (node.type) {
			case 'list':
				return this.#walk(node.nodes, values);
			case 'value':
				return [node.value];
			case 'identifier':
				return this.#identifier(node.name, values);
			case 'field':
				return this.#field(node.name, values);
			case 'wildcard':
				return values.flatMap(children);
			case 'recursive':
				return values.flatMap(descendants);
			case 'slice':
				return values.flatMap((value) => sliceOf(node, value));
			case 'union':
				return node.paths.flatMap((path) => this.#walk(path, values));
			case 'filter':
				return values.flatMap((value) => this.#filter(node, value));
		}
	}

	#identifier(name: string, values: unknown[]): unknown[] {
		if (name === 'range') this.#mark = 'range';
		else if (name !== 'end') throw new JsonPathError(`unrecognized identifier ${name}`);
		else if (this.#depth === 0) throw new JsonPathError('not in range, nothing to end');
		else {
			this.#mark = 'end';
			return [];
		}
		return values;
	}

	#field(name: string, values: unknown[]): unknown[] {
		if (values.length === 0) return [];
		const found = values.flatMap((value) => {
			if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
			return Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : [];
		});
		if (found.length === 0 && !this.#allowMissing) throw new JsonPathError(`${name} is not found`);
		return found;
	}

	#filter(filter: Filter, value: unknown): unknown[] {
		if (!Array.isArray(value))
			throw new JsonPathError(`${goText(value)} is not array or slice and cannot be filtered`);
		return value.filter((item) => this.#holds(filter, item)) as unknown[];
	}

	#holds({ left, right, operator }: Filter, item: unknown): boolean {
		if (operator === 'exists') return this.#exists(left, item);
		const lefts = this.#walk(left, [item]);
		if (lefts.length === 0) return false;
		const rights = lefts.length > 1 ? [] : this.#walk(right, [item]);
		if (lefts.length > 1 || rights.length > 1)
			throw new JsonPathError('can only compare one element at a time');
		return rights.length > 0 && compare(lefts[0], rights[0], operator);
	}

	/** A way that cannot be gone to its end leads to nothing. */
	#exists(path: JsonPathNode[], item: unknown): boolean {
		try {
			return this.#walk(path, [item]).length > 0;
		} catch {
			return false;
		}
	}
}

/** After client-go/util/jsonpath: evalArray. */
function sliceOf(slice: Slice, value: unknown): unknown[] {
	if (value === null || value === undefined) return [];
	if (!Array.isArray(value)) throw new JsonPathError(`${goType(value)} is not array or slice`);
	const { length } = value;
	const from = slice.from < 0 ? slice.from + length : slice.from;
	let to = slice.to ?? length;
	if (to < 0 || (to === 0 && slice.single)) to += length;
	if (from === to) return [];
	checkBounds(from, to, length);
	const step = slice.step ?? 1;
	if (step <= 0) throw new JsonPathError('step must be > 0');
	return value.slice(from, to).filter((_, index) => index % step === 0) as unknown[];
}

function checkBounds(from: number, to: number, length: number): void {
	const fromIsOutside = from < 0 || from >= length;
	if (fromIsOutside || to < 0 || to > length) {
		const index = fromIsOutside ? from : to - 1;
		throw new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
	}
	if (from > to)
		throw new JsonPathError(`starting index ${from} is greater than ending index ${to}`);
}

function goType(value: unknown): string {
	if (typeof value === 'object') return 'map[string]interface {}';
	if (typeof value === 'boolean') return 'bool';
	if (typeof value === 'string') return 'string';
	return Number.isInteger(value) ? 'int64' : 'float64';
}

function children(value: unknown): unknown[] {
	if (Array.isArray(value)) return value as unknown[];
	return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function descendants(value: unknown): unknown[] {
	const below = children(value);
	return below.length === 0 ? [] : [value, ...below.flatMap(descendants)];
}

/** Texts, whole numbers, other numbers and booleans are compared among themselves only. */
function compare(left: unknown, right: unknown, operator: string): boolean {
	const isOrder = operator !== '==' && operator !== '!=';
	if (!['==', '!=', '<', '<=', '>', '>='].includes(operator))
		throw new JsonPathError(`unrecognized filter operator ${operator}`);
	for (const value of [left, right])
		if (typeof value === 'object') throw new JsonPathError('invalid type for comparison');
	if (goType(left) !== goType(right)) throw new JsonPathError('incompatible types for comparison');
	if (!isOrder) return (left === right) === (operator === '==');
	if (typeof left === 'boolean') throw new JsonPathError('invalid type for comparison');
	const [a, b] = [left as number, right as number];
	const isLess = operator.startsWith('<') ? a < b : b < a;
	return isLess || (operator.endsWith('=') && a === b);
}

function printValue(value: unknown): string {
	if (typeof value !== 'object' || value === null) return goText(value);
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
	return `{.${body}}`;
}

/** A value as Go prints it with `%v`. */
export function goText(value: unknown): string {
	if (value === null || value === undefined) return '<nil>';
	if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
	if (typeof value !== 'object') return text(value);
	const pairs = Object.entries(value as Record<string, unknown>).sort(([a], [b]) =>
		a < b ? -1 : 1,
	);
	return `map[${pairs.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`;
}
