import { EngineError } from '../../client/engine-error.ts';
import type { Call } from './route.ts';

export type Filters = Map<string, string[]>;

/**
 * The `filters` of a request: `{"name":["a"]}` or `{"name":{"a":true}}`; one that is not among `known` is refused.
 * After moby api/types/filters: FromJSON.
 */
export function readFilters(call: Call, known: readonly string[]): Filters {
	const text = call.query.get('filters') ?? '';
	const filters: Filters = new Map();
	if (text === '') return filters;
	for (const [name, values] of Object.entries(parse(text))) {
		if (!known.includes(name)) throw new EngineError(400, `invalid filter '${name}'`);
		filters.set(name, valuesOf(values));
	}
	return filters;
}

function parse(text: string): object {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
	} catch {
		// Answered like any other text that holds no filters.
	}
	throw invalid();
}

function valuesOf(values: unknown): string[] {
	if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values;
	const isMap = typeof values === 'object' && values !== null && !Array.isArray(values);
	if (isMap && Object.values(values).every((value) => typeof value === 'boolean'))
		return Object.keys(values);
	throw invalid();
}

function invalid(): EngineError {
	return new EngineError(400, 'invalid filter');
}

/** A value that cannot be meant. */
export function invalidValue(name: string, value: string): EngineError {
	return new EngineError(400, `invalid filter '${name}=${value}'`);
}

/** `true`, `1`, … as Go reads a boolean; undefined without the filter. */
export function boolFilter(filters: Filters, name: string): boolean | undefined {
	const values = filters.get(name);
	if (values === undefined) return undefined;
	const [value = ''] = values;
	if (values.length === 1 && /^(1|t|true)$/i.test(value)) return true;
	if (values.length === 1 && /^(0|f|false)$/i.test(value)) return false;
	throw invalidValue(name, value);
}

/** All of these labels, each `key` or `key=value`. */
export function hasLabels(
	labels: Readonly<Record<string, string>> = {},
	wanted: readonly string[] = [],
): boolean {
	return wanted.every((text) => {
		const [key = '', ...value] = text.split('=');
		const actual = Object.hasOwn(labels, key) ? labels[key] : undefined;
		return actual !== undefined && (value.length === 0 || actual === value.join('='));
	});
}
