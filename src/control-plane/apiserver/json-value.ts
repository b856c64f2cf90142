import { own, setOwn } from '../../util/own.ts';

/** A JSON object whose fields are not known here. */
export type Dict = Record<string, unknown>;

export function isDict(value: unknown): value is Dict {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object, or an empty one. */
export function asDict(value: unknown): Dict {
	return isDict(value) ? value : {};
}

export function asList(value: unknown): unknown[] {
	return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A deep copy of plain JSON data; many times cheaper than structuredClone on small trees. */
export function cloneJson<T>(value: T): T {
	if (Array.isArray(value)) return value.map(cloneJson) as T;
	if (!isDict(value)) return value;
	const copy: Dict = {};
	for (const key of Object.keys(value)) setOwn(copy, key, cloneJson(value[key]));
	return copy as T;
}

/** Structural equality; an absent field equals one that is `undefined`. */
export function equalJson(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (Array.isArray(a)) {
		if (!Array.isArray(b) || a.length !== b.length) return false;
		return a.every((item, i) => equalJson(item, b[i]));
	}
	if (!isDict(a) || !isDict(b)) return false;
	for (const key of Object.keys(a)) if (!equalJson(a[key], own(b, key))) return false;
	for (const key of Object.keys(b))
		if (b[key] !== undefined && own(a, key) === undefined) return false;
	return true;
}

/** Whether a value's JSON has more than so many characters; quotes and commas are not counted. */
export function exceeds(value: unknown, limit: number): boolean {
	return remaining(value, limit) < 0;
}

function remaining(value: unknown, limit: number): number {
	if (typeof value === 'string') return limit - value.length;
	if (typeof value !== 'object' || value === null) return limit - 4;
	let left = limit;
	if (Array.isArray(value)) {
		for (const item of value) left = remaining(item, left);
		return left;
	}
	for (const key of Object.keys(value)) left = remaining((value as Dict)[key], left - key.length);
	return left;
}

/** The object without some of its fields. */
export function omit<T extends object, K extends keyof T>(object: T, ...fields: K[]): Omit<T, K> {
	const copy = { ...object };
	for (const field of fields) delete copy[field];
	return copy;
}

/** The value at a dotted path of plain field names. */
export function at(value: unknown, path: string): unknown {
	let current = value;
	for (const field of path.split('.')) {
		if (!isDict(current)) return undefined;
		current = own(current, field);
	}
	return current;
}
