import { SeededRng } from '../util/rng.ts';
import type { Lesson, LessonVar } from './lesson.ts';

export type VarValues = Readonly<Record<string, string>>;

/** A number for a text, the same on every machine (FNV-1a). */
function hash(text: string): number {
	let value = 0x811c9dc5;
	for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
	return value >>> 0;
}

function pick(one: LessonVar, rng: SeededRng): string {
	if ('value' in one) return one.value;
	if ('pick' in one) return one.pick[Math.floor(rng.next() * one.pick.length)] ?? '';
	return String(one.from + Math.floor(rng.next() * (one.to - one.from + 1)));
}

/** The values of a lesson's variables for this seed; a class with one seed gets the same ones. */
export function pickVars(lesson: Pick<Lesson, 'id' | 'vars'>, seed: string): VarValues {
	return Object.fromEntries(
		Object.entries(lesson.vars).map(([name, one]) => [
			name,
			pick(one, new SeededRng(hash(`${seed} ${lesson.id} ${name}`))),
		]),
	);
}

/** `%{name}` → its value. A name that is no variable stays: `curl -w '%{http_code}'`. */
function fillText(text: string, values: VarValues): string {
	return text.replace(/%\{([a-z][a-z0-9-]*)\}/g, (whole, name: string) => values[name] ?? whole);
}

function fillDeep<T>(value: T, values: VarValues): T {
	if (typeof value === 'string') return fillText(value, values) as T;
	if (Array.isArray(value)) return value.map((item: unknown) => fillDeep(item, values)) as T;
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, fillDeep(item as unknown, values)]),
	) as T;
}

/** In text only code is filled: prose says in words what differs. */
function fillCode<T>(value: T, values: VarValues): T {
	if (Array.isArray(value)) return value.map((item: unknown) => fillCode(item, values)) as T;
	if (typeof value !== 'object' || value === null) return value;
	const isCode = (value as { type?: unknown }).type === 'code';
	return Object.fromEntries(
		Object.entries(value).map(([key, item]: [string, unknown]) => [
			key,
			isCode && typeof item === 'string' ? fillText(item, values) : fillCode(item, values),
		]),
	) as T;
}

/** The lesson as one learner gets it: structure, files and code with the values of this seed. */
export function fillLesson(lesson: Lesson, seed: string): Lesson {
	if (Object.keys(lesson.vars).length === 0) return lesson;
	const values = pickVars(lesson, seed);
	const { text, vars, ...rest } = lesson;
	return { ...fillDeep(rest, values), vars, text: fillCode(text, values) };
}
