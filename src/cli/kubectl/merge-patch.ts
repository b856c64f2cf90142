import { isJson } from './fields.ts';

/** What a JSON merge patch makes of a value. After RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
	if (!isJson(patch)) return patch;
	const result = new Map<string, unknown>(isJson(target) ? Object.entries(target) : []);
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) result.delete(key);
		else result.set(key, mergePatch(result.get(key), value));
	}
	return Object.fromEntries(result);
}
