import { slots } from '../cluster/topology.ts';
import type { Lesson } from './lesson.ts';

/**
 * The lesson on a rack of `nodes` machines (1 to 5). With fewer than it is written for, the last machine of
 * the rack does what the missing ones would have done: files, shells, probes and the code of the text.
 */
export function fitLesson(lesson: Lesson, nodes: number): Lesson {
	if (nodes === lesson.cluster.nodes) return lesson;
	const there = slots(nodes).map((slot) => slot.name);
	const missing = slots(lesson.cluster.nodes)
		.map((slot) => slot.name)
		.filter((name) => !there.includes(name));
	const standIns = new Map(missing.map((name) => [name, there.at(-1) ?? name]));
	const fitted = moved({ ...lesson, cluster: { nodes } }, standIns);
	return { ...fitted, terminals: onePerNode(fitted.terminals) };
}

/** A node is named by a string under `on` or `from`, wherever that stands in a lesson. */
function moved<T>(value: T, standIns: ReadonlyMap<string, string>): T {
	if (Array.isArray(value)) return value.map((item: unknown) => moved(item, standIns)) as T;
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([key, item]: [string, unknown]) => {
		const named = (key === 'on' || key === 'from') && typeof item === 'string';
		return [key, named ? (standIns.get(item) ?? item) : moved(item, standIns)];
	});
	return Object.fromEntries(entries) as T;
}

function onePerNode(terminals: Lesson['terminals']): Lesson['terminals'] {
	return terminals.filter((one, index) => terminals.findIndex(({ on }) => on === one.on) === index);
}
