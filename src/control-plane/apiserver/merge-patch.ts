import { own, setOwn } from '../../util/own.ts';
import { isDict } from './json-value.ts';

/** RFC 7386: null removes, objects merge, everything else replaces. The base is not changed. */
export function mergePatch(base: unknown, patch: unknown): unknown {
	if (!isDict(patch)) return patch;
	const out: Record<string, unknown> = isDict(base) ? { ...base } : {};
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete out[key];
		else setOwn(out, key, mergePatch(own(out, key), value));
	}
	return out;
}
