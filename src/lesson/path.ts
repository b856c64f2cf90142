import type { Scalar, WhereClause } from './lesson.ts';
import { fits } from './pattern.ts';

const segment = /([^.[\]]+)|\[(\d+)\]|\[([\w-]+)=([^\]]*)\]|\["([^"]+)"\]/g;

function into(value: unknown, key: string): unknown {
	if (typeof value !== 'object' || value === null) return undefined;
	return (value as Record<string, unknown>)[key];
}

/** Follows `a.b[0].c`, `a[type=Ready].status` and `a["dotted.key"]`; undefined where the way ends. */
export function valueAt(object: unknown, path: string): unknown {
	let value: unknown = object;
	for (const [, key, index, field, wanted, quoted] of path.matchAll(segment)) {
		if (field !== undefined && wanted !== undefined)
			value = Array.isArray(value)
				? value.find((item) => String(into(item, field)) === wanted)
				: undefined;
		else value = into(value, key ?? index ?? quoted ?? '');
		if (value === undefined || value === null) return undefined;
	}
	return value;
}

/** How a found value is written down for a reader. */
export function show(value: unknown): string {
	if (value === undefined || value === null) return '–';
	return typeof value === 'string' ? value : JSON.stringify(value);
}

const comparisons: Record<WhereClause['op'], (value: unknown, wanted: Scalar) => boolean> = {
	eq: (value, wanted) => value === wanted || show(value) === String(wanted),
	ne: (value, wanted) => show(value) !== String(wanted),
	gte: (value, wanted) => typeof value === 'number' && value >= Number(wanted),
	lte: (value, wanted) => typeof value === 'number' && value <= Number(wanted),
	contains: (value, wanted) => show(value).includes(String(wanted)),
	matches: (value, wanted) => value !== undefined && fits(String(wanted), show(value)),
	exists: (value, wanted) => (value !== undefined) === wanted,
	absent: (value, wanted) => (value === undefined) === wanted,
};

/** Upstream leaves counts of zero out of status objects; a comparison with a number takes them as 0. */
export function holds(object: unknown, clause: WhereClause): boolean {
	const found = valueAt(object, clause.path);
	const value = found === undefined && typeof clause.value === 'number' ? 0 : found;
	return comparisons[clause.op](value, clause.value ?? true);
}

const signs: Record<WhereClause['op'], string> = {
	eq: '=',
	ne: '≠',
	gte: '≥',
	lte: '≤',
	contains: '∋',
	matches: '~',
	exists: '∃',
	absent: '∄',
};

/** `≥ 3`, for "wanted". */
export function showClause(clause: WhereClause): string {
	const sign = signs[clause.op];
	if (clause.op === 'exists' || clause.op === 'absent')
		return (clause.op === 'exists') === (clause.value ?? true) ? signs.exists : signs.absent;
	return `${sign} ${clause.value ?? ''}`;
}
