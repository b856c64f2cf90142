import { TemplateError } from './go-template-lexer.ts';

type Value = unknown;

/** Go's `%v`. */
export function display(value: Value): string {
	if (value === null || value === undefined) return '<no value>';
	if (Array.isArray(value)) return `[${value.map(display).join(' ')}]`;
	if (typeof value === 'object') {
		const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
		return `map[${pairs.map(([key, item]) => `${key}:${display(item)}`).join(' ')}]`;
	}
	return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Go's notion of an empty value. */
export function isTruthy(value: Value): boolean {
	if (Array.isArray(value)) return value.length > 0;
	if (value !== null && typeof value === 'object') return Object.keys(value).length > 0;
	return Boolean(value);
}

/** Functions a template may call: Go's own and docker's. After cli/templates: basicFunctions. */
export const functions: Record<string, (...args: Value[]) => Value> = {
	json: (value) => JSON.stringify(value ?? null),
	len: (value) => lengthOf(value),
	index: (value, ...keys) => keys.reduce(indexInto, value),
	eq: (first, ...others) => others.some((other) => first === other),
	ne: (a, b) => a !== b,
	lt: (a, b) => Number(a) < Number(b),
	le: (a, b) => Number(a) <= Number(b),
	gt: (a, b) => Number(a) > Number(b),
	ge: (a, b) => Number(a) >= Number(b),
	not: (value) => !isTruthy(value),
	and: (...values) => values.find((value) => !isTruthy(value)) ?? values.at(-1),
	or: (...values) => values.find(isTruthy) ?? values.at(-1),
	print: (...values) => values.map(display).join(''),
	println: (...values) => `${values.map(display).join(' ')}\n`,
	printf: (format, ...values) => printf(display(format), values),
	join: (list, separator) => (list as Value[]).map(display).join(display(separator)),
	split: (text, separator) => display(text).split(display(separator)),
	lower: (text) => display(text).toLowerCase(),
	upper: (text) => display(text).toUpperCase(),
	title: (text) => display(text).replace(/\b\w/g, (letter) => letter.toUpperCase()),
	trim: (text) => display(text).trim(),
	truncate: (text, length) => display(text).slice(0, Number(length)),
	pad: (text, before, after) =>
		' '.repeat(Number(before)) + display(text) + ' '.repeat(Number(after)),
};

function lengthOf(value: Value): number {
	if (typeof value === 'string' || Array.isArray(value)) return value.length;
	return value && typeof value === 'object' ? Object.keys(value).length : 0;
}

function indexInto(value: Value, key: Value): Value {
	if (value === null || value === undefined)
		throw new TemplateError('error calling index: index of untyped nil');
	if (Array.isArray(value) && Number(key) >= value.length)
		throw new TemplateError(`error calling index: reflect: slice index out of range`);
	return (value as Record<string, Value>)[key as string] ?? '';
}

function printf(format: string, values: Value[]): string {
	let next = 0;
	return format.replace(/%(-?)(\d*)(?:\.(\d+))?([svdqfx%])/g, (...match) => {
		const [, left, width, precision, verb] = match as (string | undefined)[];
		if (verb === '%') return '%';
		const text = verbText(verb ?? 'v', values[next++], precision);
		return left ? text.padEnd(Number(width)) : text.padStart(Number(width ?? 0));
	});
}

function verbText(verb: string, value: Value, precision: string | undefined): string {
	if (verb === 'q') return JSON.stringify(display(value));
	if (verb === 'f') return Number(value).toFixed(Number(precision ?? 6));
	if (verb === 'x') return Number(value).toString(16);
	const text = display(value);
	return precision === undefined ? text : text.slice(0, Number(precision));
}
