import type { Event as ApiEvent } from '../api/kubernetes.ts';
import type { GuestResponse, NodeFacts } from '../api/node.ts';
import type { NodeInspection } from '../api/inspect.ts';
import type { HttpProbe, Probe } from './lesson.ts';
import type { ApiView } from './api-store.ts';
import type { RequestLog } from './request-log.ts';

/** A program that was started on a node. */
export interface CommandMark {
	node: string;
	pid: number;
	line: string;
	/** Set once the program has ended. */
	code?: number;
}

/** What happened since the step began; a probe about the past looks here. */
export interface Journal {
	since: number;
	events: ApiEvent[];
	/** Programs started in the guests, one line each. */
	commands: CommandMark[];
	/** By the key of an invariant: the lowest and highest count after it first held. */
	invariants: Map<string, { low: number; high: number }>;
	answers: Record<string, string>;
	/** Quizzes answered right. */
	quizzes: Set<string>;
	/** UIDs that were there when the step began, of the kinds that somebody asks "fresh" of. */
	known: Set<string>;
}

export function emptyJournal(since: number): Journal {
	return {
		since,
		events: [],
		commands: [],
		invariants: new Map(),
		answers: {},
		quizzes: new Set(),
		known: new Set(),
	};
}

interface ShellResult {
	code: number;
	stdout: string;
	stderr: string;
}

/** Answers of the guests to one batch of looks; an `Error` where a node could not be asked. */
export interface GuestEvidence {
	facts: Map<string, NodeFacts | Error>;
	inspections: Map<string, NodeInspection | Error>;
	files: Map<string, string | null | Error>;
	shells: Map<string, ShellResult | Error>;
	http: Map<string, GuestResponse[] | Error>;
}

export function noGuestEvidence(): GuestEvidence {
	return {
		facts: new Map(),
		inspections: new Map(),
		files: new Map(),
		shells: new Map(),
		http: new Map(),
	};
}

export interface Evidence {
	api: ApiView;
	requests: Pick<RequestLog, 'since'>;
	journal: Journal;
	guest: GuestEvidence;
}

export const guestKey = (node: string, what: string) => `${node} ${what}`;

export function httpKey(probe: HttpProbe): string {
	return `${probe.from} ${probe.url ?? probe.service ?? ''} ${probe.path} ${probe.tries}`;
}

/** The probes a probe is made of; itself when it is no group. */
export function flatten(probe: Probe): Probe[] {
	if (probe.probe === 'all' || probe.probe === 'any') return probe.of.flatMap(flatten);
	return probe.probe === 'not' ? flatten(probe.of) : [probe];
}
