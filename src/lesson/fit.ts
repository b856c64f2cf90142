import type { Lesson } from './lesson.ts';
import { nodeNames } from './terminals.ts';

/**
 * The lesson on a rack of `nodes` machines (1 to 5). With fewer than it is written for, the last machine of
 * the rack does what the missing ones would have done: files, shells, probes and the code of the text.
 */
export function fitLesson(lesson: Lesson, nodes: number): Lesson {
	if (nodes === lesson.cluster.nodes) return lesson;
	const cluster = { ...lesson.cluster, nodes };
	const there = nodeNames(cluster);
	const missing = nodeNames(lesson.cluster).filter((name) => !there.includes(name));
	const standIns = new Map(missing.map((name) => [name, there.at(-1) ?? name]));
	const fitted = moved({ ...lesson, cluster }, standIns);
	return { ...fitted, terminals: fitTerminals(lesson.terminals, standIns) };
}

const places = ['on', 'from', 'node'];

/** A machine is named by a string under `on`, `from` or `node`, wherever that stands in a lesson. */
function moved<T>(value: T, standIns: ReadonlyMap<string, string>): T {
	if (Array.isArray(value)) return value.map((item: unknown) => moved(item, standIns)) as T;
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([key, item]: [string, unknown]) => {
		const named = places.includes(key) && typeof item === 'string';
		return [key, named ? (standIns.get(item) ?? item) : moved(item, standIns)];
	});
	return Object.fromEntries(entries) as T;
}

/** A terminal that is called after its machine moves with it; two on one machine then become one. */
function fitTerminals(
	terminals: Lesson['terminals'],
	standIns: ReadonlyMap<string, string>,
): Lesson['terminals'] {
	const fitted = terminals.map(({ name, on }) => {
		const there = standIns.get(on) ?? on;
		return { name: name === on ? there : name, on: there };
	});
	return fitted.filter((one, index) => fitted.findIndex(({ name }) => name === one.name) === index);
}
