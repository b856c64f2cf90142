import { watchedKinds, type WatchedKind } from './watched-kinds.ts';
import type { Amount, Runs, Scalar, WhereClause } from './lesson.ts';
import type { YamlReader } from './yaml-reader.ts';

/** The names that `on` may mean while a lesson is read. */
export interface Scope {
	nodes: readonly string[];
	terminals: readonly string[];
	runs: Runs;
}

const operators = ['eq', 'ne', 'gte', 'lte', 'contains', 'matches', 'exists', 'absent'] as const;

/** Leaves keys out whose value is undefined, as `exactOptionalPropertyTypes` wants it. */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
	const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export function optional<T>(
	value: YamlReader,
	key: string,
	read: (value: YamlReader) => T,
): T | undefined {
	return value.has(key) ? read(value.get(key)) : undefined;
}

export const text = (value: YamlReader): string => value.string();
export const pattern = (value: YamlReader): string => value.pattern();
export const numeral = (value: YamlReader): number => value.number();
export const flag = (value: YamlReader, key: string): boolean =>
	optional(value, key, (one) => one.boolean()) ?? false;
export const texts = (value: YamlReader): string[] => value.items().map(text);

/** A machine of the lesson. */
export function node(value: YamlReader, { nodes }: Scope): string {
	const name = value.string();
	return nodes.includes(name)
		? name
		: value.fail(`there is no machine "${name}"; this lesson has ${nodes.join(', ')}`);
}

/** A terminal of the lesson, or a machine. */
export function terminal(value: YamlReader, { nodes, terminals }: Scope): string {
	const name = value.string();
	const known = [...new Set([...terminals, ...nodes])];
	return known.includes(name)
		? name
		: value.fail(`there is no terminal or machine "${name}"; this lesson has ${known.join(', ')}`);
}

export function watchedKind(value: YamlReader): WatchedKind {
	return value.oneOf(watchedKinds);
}

/** `3` is short for `{ eq: 3 }`. */
export function parseAmount(value: YamlReader): Amount {
	if (value.isScalar) return { eq: value.number() };
	const keys = value.keys(['eq', 'gte', 'lte']);
	if (keys.length === 0) value.fail('expected eq, gte or lte');
	return Object.fromEntries(keys.map((key) => [key, value.get(key).number()]));
}

function parseOperand(op: WhereClause['op'], value: YamlReader): Scalar {
	if (op === 'matches') return value.pattern();
	if (op === 'exists' || op === 'absent') return value.boolean();
	return value.scalar();
}

/** `path: value` is short for eq; `path: { gte: 3 }`, `path: { exists: true }` for the rest. */
export function parseWhere(value: YamlReader): WhereClause[] {
	if (value.missing) return [];
	return value.keys().flatMap((path): WhereClause[] => {
		const wanted = value.get(path);
		if (wanted.isScalar) return [{ path, op: 'eq', value: wanted.scalar() }];
		return wanted.keys(operators).map((key) => {
			const op = key as WhereClause['op'];
			return { path, op, value: parseOperand(op, wanted.get(key)) };
		});
	});
}
