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

/** A function with the least and the most arguments it takes. */
interface TemplateFunction {
	run: (...args: Value[]) => Value;
	least: number;
	most: number;
}

function exactly(count: number, run: TemplateFunction['run']): TemplateFunction {
	return { run, least: count, most: count };
}

function atLeast(count: number, run: TemplateFunction['run']): TemplateFunction {
	return { run, least: count, most: Infinity };
}

/** Functions a template may call: Go's own and docker's. After cli/templates: basicFunctions. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map(
	Object.entries({
		json: exactly(1, (value) => JSON.stringify(value ?? null)),
		len: exactly(1, lengthOf),
		index: atLeast(1, (value, ...keys) => keys.reduce(indexInto, value)),
		slice: { run: sliceOf, least: 1, most: 3 },
		eq: atLeast(1, (first, ...others) => others.some((other) => isEqual(first, other))),
		ne: exactly(2, (a, b) => !isEqual(a, b)),
		lt: exactly(2, (a, b) => compare(a, b) < 0),
		le: exactly(2, (a, b) => compare(a, b) <= 0),
		gt: exactly(2, (a, b) => compare(a, b) > 0),
		ge: exactly(2, (a, b) => compare(a, b) >= 0),
		not: exactly(1, (value) => !isTruthy(value)),
		and: atLeast(1, (...values) => values.find((value) => !isTruthy(value)) ?? values.at(-1)),
		or: atLeast(1, (...values) => values.find(isTruthy) ?? values.at(-1)),
		print: atLeast(0, print),
		println: atLeast(0, (...values) => `${values.map(display).join(' ')}\n`),
		printf: atLeast(1, (format, ...values) => printf(display(format), values)),
		join: exactly(2, (list, separator) => asList(list).map(display).join(display(separator))),
		split: exactly(2, (text, separator) => display(text).split(display(separator))),
		lower: exactly(1, (text) => display(text).toLowerCase()),
		upper: exactly(1, (text) => display(text).toUpperCase()),
		title: exactly(1, (text) =>
			display(text).replace(/(?<![\w])\w/g, (letter) => letter.toUpperCase()),
		),
		trim: exactly(1, (text) => display(text).trim()),
		truncate: exactly(2, (text, length) => display(text).slice(0, Number(length))),
		pad: exactly(3, (text, before, after) => {
			if (text === '') return '';
			if (Number(before) + Number(after) > 10_000) throw new Error('too much to pad');
			return ' '.repeat(Number(before)) + display(text) + ' '.repeat(Number(after));
		}),
	}),
);

/** Calls a function as Go's templates do. */
export function callFunction(name: string, values: Value[]): Value {
	const called = functions.get(name) as TemplateFunction;
	const { least, most } = called;
	if (values.length < least || values.length > most) {
		const want = least === most ? String(least) : `at least ${least}`;
		throw new Error(`wrong number of args for ${name}: want ${want} got ${values.length}`);
	}
	try {
		return called.run(...values);
	} catch (error) {
		throw new Error(`error calling ${name}: ${(error as Error).message}`, { cause: error });
	}
}

/** Go puts a blank between operands when neither is a string. */
function print(...values: Value[]): string {
	return values
		.map((value, i) => {
			const isApart = i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string';
			return (isApart ? ' ' : '') + display(value);
		})
		.join('');
}

function typeOf(value: Value): string {
	if (value === null || value === undefined) return 'nil';
	if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
	if (typeof value === 'boolean') return 'bool';
	return typeof value === 'string' ? 'string' : 'object';
}

function isEqual(a: Value, b: Value): boolean {
	if (typeOf(a) !== typeOf(b) && typeOf(a) !== 'nil' && typeOf(b) !== 'nil')
		throw new Error('incompatible types for comparison');
	return (a ?? null) === (b ?? null);
}

function compare(a: Value, b: Value): number {
	if (typeOf(a) !== typeOf(b)) throw new Error('incompatible types for comparison');
	if (a === b) return 0;
	return (a as number) < (b as number) ? -1 : 1;
}

function asList(value: Value): Value[] {
	if (Array.isArray(value)) return value;
	throw new Error(`can't handle ${JSON.stringify(value)} for arg of type []string`);
}

function lengthOf(value: Value): number {
	if (typeof value === 'string') return new TextEncoder().encode(value).length;
	if (Array.isArray(value)) return value.length;
	if (value && typeof value === 'object') return Object.keys(value).length;
	throw new Error(`len of type ${typeOf(value)}`);
}

function indexInto(value: Value, key: Value): Value {
	if (value === null || value === undefined) throw new Error('index of untyped nil');
	if (typeof value === 'string' || Array.isArray(value)) {
		if (typeof key !== 'number')
			throw new Error(`cannot index slice/array with type ${typeOf(key)}`);
		if (key < 0 || key >= value.length) throw new Error(`index out of range: ${key}`);
		return typeof value === 'string' ? value.charCodeAt(key) : (value[key] as Value);
	}
	if (typeof value !== 'object') throw new Error(`can't index item of type ${typeOf(value)}`);
	return Object.hasOwn(value, display(key)) ? (value as Record<string, Value>)[display(key)] : '';
}

function sliceOf(value: Value, from: Value = 0, to?: Value): Value {
	if (typeof value !== 'string' && !Array.isArray(value))
		throw new Error(`can't slice item of type ${typeOf(value)}`);
	const end = to === undefined ? value.length : Number(to);
	const beyond = [Number(from), end].find((at) => at < 0 || at > value.length);
	if (beyond !== undefined) throw new Error(`index out of range: ${beyond}`);
	return value.slice(Number(from), end);
}

function printf(format: string, values: Value[]): string {
	let next = 0;
	return format.replace(/%(-?)(\d{0,3})(?:\.(\d{1,3}))?([a-zA-Z%])/g, (...match) => {
		const [, left, width, precision, verb] = match as (string | undefined)[];
		if (verb === '%') return '%';
		if (next >= values.length) return `%!${verb}(MISSING)`;
		const text = verbText(verb ?? 'v', values[next++], precision);
		return left ? text.padEnd(Number(width)) : text.padStart(Number(width ?? 0));
	});
}

function verbText(verb: string, value: Value, precision: string | undefined): string {
	if (verb === 'v' || (verb === 's' && typeof value !== 'number')) {
		const text = display(value);
		return precision === undefined ? text : text.slice(0, Number(precision));
	}
	if (verb === 'q' && typeof value === 'string') return JSON.stringify(value);
	if (verb === 't' && typeof value === 'boolean') return String(value);
	const number = typeof value === 'number' ? numberText(verb, value, precision) : undefined;
	return number ?? `%!${verb}(${typeOf(value)}=${display(value)})`;
}

function numberText(
	verb: string,
	value: number,
	precision: string | undefined,
): string | undefined {
	if (verb === 'f') return value.toFixed(Math.min(100, Number(precision ?? 6)));
	if (verb === 'x') return value.toString(16);
	return verb === 'd' ? String(value) : undefined;
}
