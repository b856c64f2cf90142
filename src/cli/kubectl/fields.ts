import type { ObjectMeta } from '../../api/kubernetes.ts';

/** Decoded JSON of unknown shape. */
export type Json = Record<string, unknown>;

/** An object of any kind, as the server or a file gave it. */
export interface Manifest extends Json {
	apiVersion: string;
	kind: string;
	metadata: ObjectMeta;
}

export function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map's own value of a key, which may have any name, `constructor` or `__proto__` too. */
export function own(value: unknown, key: string | number): unknown {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
	return (value as Record<string | number, unknown>)[key];
}

/** The value below `root` at the given keys, or undefined where the way ends. */
export function dig(root: unknown, ...keys: (string | number)[]): unknown {
	let value = root;
	for (const key of keys) {
		value = own(value, key);
	}
	return value;
}

/** As {@link dig}, for a map; an absent one is empty. */
export function mapAt(root: unknown, ...keys: (string | number)[]): Json {
	const value = dig(root, ...keys);
	return isJson(value) ? value : {};
}

/** As {@link dig}, for a list of maps; an absent one is empty. */
export function listAt(root: unknown, ...keys: (string | number)[]): Json[] {
	const value = dig(root, ...keys);
	return Array.isArray(value) ? (value as Json[]) : [];
}

/** As {@link dig}, for a list of strings. */
export function textsAt(root: unknown, ...keys: (string | number)[]): string[] {
	const value = dig(root, ...keys);
	return Array.isArray(value) ? value.map(text) : [];
}

/** As {@link dig}, printed as a string; an absent one is ''. */
export function textAt(root: unknown, ...keys: (string | number)[]): string {
	return text(dig(root, ...keys));
}

/** As {@link dig}, for a number; an absent one is 0. */
export function numberAt(root: unknown, ...keys: (string | number)[]): number {
	const value = dig(root, ...keys);
	return typeof value === 'number' ? value : 0;
}

/** A scalar's text; maps and lists become JSON. */
export function text(value: unknown): string {
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return '';
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	return JSON.stringify(value);
}

/** Sets a value, making the maps on the way. */
export function setAt(root: Json, keys: string[], value: unknown): void {
	let at = root;
	for (const key of keys.slice(0, -1)) {
		if (!isJson(at[key])) at[key] = {};
		at = mapAt(at, key);
	}
	const last = keys.at(-1);
	if (last !== undefined) at[last] = value;
}

/** A map of strings, such as labels. */
export function stringMap(value: unknown): Record<string, string> {
	return isJson(value) ? (value as Record<string, string>) : {};
}

/** A map without some of its keys. */
export function without<T extends object, K extends keyof T>(map: T, ...keys: K[]): Omit<T, K> {
	const copy = { ...map };
	for (const key of keys) delete copy[key];
	return copy;
}
