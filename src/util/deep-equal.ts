function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two JSON values say the same; an absent field equals one that is null or undefined. */
export function deepEqual(a: unknown, b: unknown): boolean {
	if (a === b || (isAbsent(a) && isAbsent(b))) return true;
	if (Array.isArray(a) && Array.isArray(b))
		return a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
	if (!isRecord(a) || !isRecord(b)) return false;
	const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
	return [...keys].every((key) => deepEqual(a[key], b[key]));
}

function isAbsent(value: unknown): boolean {
	return value === null || value === undefined;
}

/** JSON with sorted keys and without absent fields: equal values give equal text. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
	const parts = Object.keys(value)
		.filter((key) => !isAbsent(value[key]))
		.sort()
		.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
	return `{${parts.join(',')}}`;
}
