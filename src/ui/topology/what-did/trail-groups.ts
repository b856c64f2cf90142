import type { EngineStep, StepKind } from './engine-steps.ts';
import type { TrailEntry } from './trail.ts';

/** More than so many are put together, with the single ones a click away. */
export const few = 12;

export interface Tally {
	name: string;
	count: number;
	/** So many of them were refused, or are warnings. */
	failed: number;
}

interface Summary {
	/** Milliseconds after the command began: of the first entry and of the last. */
	from: number;
	to: number;
	/** What was done, in the order in which it was done first: without Events and without status writes. */
	deeds: Tally[];
	/** Reasons of Events. */
	events: Tally[];
	/** Writes that only report how something is. */
	reports: number;
}

export interface ObjectGroup extends Summary {
	object: string;
	entries: TrailEntry[];
}

export interface ActorGroup extends Summary {
	by: string;
	objects: ObjectGroup[];
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): [string, T[]][] {
	const groups = new Map<string, T[]>();
	for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
	return [...groups];
}

function tally(entries: readonly TrailEntry[], nameOf: (entry: TrailEntry) => string): Tally[] {
	return grouped(entries, nameOf).map(([name, list]) => ({
		name,
		count: list.length,
		failed: list.filter((one) => one.failed).length,
	}));
}

/** One that was refused is worth a look. */
const isReport = ({ deed, isEvent, failed }: TrailEntry) =>
	!isEvent && !failed && deed === 'status';

function summary(entries: readonly TrailEntry[], nameOf: (entry: TrailEntry) => string): Summary {
	const times = entries.map((one) => one.at);
	return {
		from: Math.min(...times),
		to: Math.max(...times),
		deeds: tally(
			entries.filter((one) => !one.isEvent && !isReport(one)),
			nameOf,
		),
		events: tally(
			entries.filter((one) => one.isEvent),
			({ deed }) => deed,
		),
		reports: entries.filter(isReport).length,
	};
}

/** By who did it, and then by what it was done to; each in the order of first appearance. */
export function actorGroups(entries: readonly TrailEntry[]): ActorGroup[] {
	return grouped(entries, (one) => one.by).map(([by, own]) => ({
		by,
		...summary(own, ({ deed, object }) => `${deed} ${object.split(' ', 1)[0] ?? ''}`),
		objects: grouped(own, (one) => one.object).map(([object, list]) => ({
			object,
			...summary(list, ({ deed }) => deed),
			entries: list,
		})),
	}));
}

export interface SubjectGroup {
	node: string;
	subject: string;
	from: number;
	to: number;
	kinds: { kind: StepKind; count: number }[];
	actions: number;
	/** Milliseconds of all its actions. */
	took: number;
	failed: number;
	steps: EngineStep[];
}

/** By machine and by the pod or container. */
export function subjectGroups(steps: readonly EngineStep[]): SubjectGroup[] {
	return grouped(steps, ({ node, subject }) => `${node} ${subject}`).map(([, own]) => {
		const actions = own.flatMap((one) => one.actions);
		const times = own.map((one) => one.at);
		const kinds = grouped(own, (one) => one.kind).map(([, list]) => ({
			kind: list[0]?.kind ?? 'other',
			count: list.reduce((sum, one) => sum + one.actions.length, 0),
		}));
		return {
			node: own[0]?.node ?? '',
			subject: own[0]?.subject ?? '',
			from: Math.min(...times),
			to: Math.max(...times),
			kinds,
			actions: actions.length,
			took: actions.reduce((sum, one) => sum + one.took, 0),
			failed: actions.filter((one) => one.error !== undefined).length,
			steps: own,
		};
	});
}
