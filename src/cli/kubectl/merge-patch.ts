import { isJson, type Json } from './fields.ts';

/** What a JSON merge patch makes of a value. After RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
	if (!isJson(patch)) return patch;
	const result: Json = isJson(target) ? { ...target } : {};
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete result[key];
		else result[key] = mergePatch(result[key], value);
	}
	return result;
}
