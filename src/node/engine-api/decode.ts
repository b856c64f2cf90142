import { EngineError } from '../../client/engine-error.ts';
import type { Call } from './route.ts';

type Scalar = 'string' | 'bool' | 'int' | 'int64' | 'uint' | 'uint16' | 'float64' | 'any';

/** What a field of a JSON body may hold. `words`: one string, or a list of them. */
export type Shape = Scalar | 'words' | { list: Shape } | { map: Shape } | Struct;

export interface Struct {
	/** The name refusals give it. */
	struct: string;
	fields: Record<string, Shape>;
}

/**
 * The JSON body of a request as this structure; names are matched as Go does, without regard to case, and fields it
 * does not have are left out. After moby api/server/httputils: ReadJSON.
 */
export function readBody<T>(call: Call, shape: Struct): T {
	const text = call.body;
	checkType(call.headers['content-type'] ?? '', text);
	if (text.trim() === '') throw refused('got EOF while reading request body');
	return (decode(parse(text), shape, '') ?? {}) as T;
}

/** After moby api/server/httputils: CheckForJSON. */
function checkType(type: string, text: string): void {
	if (type === '' && text === '') return;
	if (/^application\/json\s*(;|$)/i.test(type)) return;
	throw new EngineError(
		400,
		`unsupported Content-Type header (${type}): must be 'application/json'`,
	);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		const token = /Unexpected token '?(.)/u.exec((error as Error).message)?.[1];
		throw refused(
			token === undefined
				? 'unexpected EOF'
				: `invalid character '${token}' looking for beginning of value`,
		);
	}
}

function refused(why: string): EngineError {
	return new EngineError(400, `invalid JSON: ${why}`);
}

function decode(value: unknown, shape: Shape, at: string): unknown {
	if (value === null || value === undefined || shape === 'any') return value ?? undefined;
	if (shape === 'words') return words(value, at);
	if (typeof shape === 'string') {
		if (fits(value, shape)) return value;
		throw mismatch(value, shape, at);
	}
	if ('list' in shape) {
		if (!Array.isArray(value)) throw mismatch(value, shape, at);
		return value.map((each) => decode(each, shape.list, at) ?? zero(shape.list));
	}
	if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, shape, at);
	if ('map' in shape) return mapped(value, shape.map, at);
	return structured(value, shape, at);
}

function words(value: unknown, at: string): string[] {
	return typeof value === 'string' ? [value] : (decode(value, { list: 'string' }, at) as string[]);
}

function mapped(value: object, shape: Shape, at: string): Record<string, unknown> {
	const entries = Object.entries(value);
	return Object.fromEntries(
		entries.map(([key, each]) => [key, decode(each, shape, at) ?? zero(shape)]),
	);
}

function structured(value: object, { struct, fields }: Struct, at: string): object {
	const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
	const result: Record<string, unknown> = {};
	for (const [key, each] of Object.entries(value)) {
		const name = names.get(key.toLowerCase());
		if (name === undefined) continue;
		const found = decode(each, fields[name] ?? 'any', `${at || struct}.${name}`);
		if (found !== undefined) result[name] = found;
	}
	return result;
}

/** What Go makes of a `null` in a list. */
function zero(shape: Shape): unknown {
	if (shape === 'string') return '';
	if (shape === 'bool') return false;
	if (typeof shape === 'string') return shape === 'words' ? [] : 0;
	return 'list' in shape ? [] : {};
}

const largest: Partial<Record<Scalar, bigint>> = {
	int: 2n ** 63n,
	int64: 2n ** 63n,
	uint: 2n ** 64n,
	uint16: 2n ** 16n,
};

function fits(value: unknown, shape: Scalar): boolean {
	if (shape === 'string') return typeof value === 'string';
	if (shape === 'bool') return typeof value === 'boolean';
	if (typeof value !== 'number') return false;
	const limit = largest[shape];
	if (limit === undefined) return true;
	const low = shape.startsWith('u') ? 0 : -Number(limit);
	return Number.isInteger(value) && value >= low && value < Number(limit);
}

function mismatch(value: unknown, shape: Shape, at: string): EngineError {
	const where = at === '' ? 'value' : `struct field ${at}`;
	const what = typeof value === 'number' ? `number ${value}` : kind(value);
	return refused(`json: cannot unmarshal ${what} into Go ${where} of type ${goType(shape)}`);
}

function kind(value: unknown): string {
	if (Array.isArray(value)) return 'array';
	return typeof value === 'boolean' ? 'bool' : typeof value;
}

function goType(shape: Shape): string {
	if (shape === 'any') return 'interface {}';
	if (shape === 'words') return '[]string';
	if (typeof shape === 'string') return shape;
	if ('list' in shape) return `[]${goType(shape.list)}`;
	return 'map' in shape ? `map[string]${goType(shape.map)}` : shape.struct;
}
