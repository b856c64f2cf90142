import type { Cluster } from '../api/cluster.ts';
import type { Event as ApiEvent } from '../api/kubernetes.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { ApiChange, ApiView } from './api-store.ts';
import {
	flatten,
	gather,
	needsGuest,
	noGuestEvidence,
	type Evidence,
	type Journal,
} from './evidence.ts';
import { evaluate, recordInvariant } from './evaluate.ts';
import type { Check, Probe, Step } from './lesson.ts';
import type { Finding, Verdict } from './outcome.ts';
import type { RequestLog } from './request-log.ts';

export interface CheckState {
	id: string;
	/** Counts as done; for an edge check for good. */
	done: boolean;
	/** Not looked at yet: a check it needs is not done. */
	waiting: boolean;
	verdict: Verdict;
	/** Seen against wanted, from the last look. */
	findings: Finding[];
	/** The dynamic hint that fits. */
	say?: string;
}

export interface StepRunOptions {
	step: Step;
	cluster: Cluster;
	api: ApiView;
	requests: RequestLog;
	clock: Clock;
}

interface Memory {
	done: boolean;
	armed: boolean;
	/** Since when it is true without a break. */
	trueSince: number | undefined;
}

const settleMs = 120;
const lookEveryMs = 1000;
const lookEveryHiddenMs = 5000;
const mostCommands = 500;

function blank(check: Check): CheckState {
	return { id: check.id, done: false, waiting: false, verdict: 'false', findings: [] };
}

/** One step while somebody is in it: looks after each change and at intervals until everything is done. */
export class StepRun {
	/** Slows the looks into the guests down while nobody sees the page. */
	hidden = false;
	readonly #options: StepRunOptions;
	readonly #listeners = new Set<() => void>();
	#journal: Journal;
	#memory = new Map<string, Memory>();
	#states: CheckState[];
	#done = false;
	#stops: (() => void)[] = [];
	#timer: Timer | undefined;
	#looking = false;
	#again = false;
	/** Rises at each restart, so that an answer that is still under way is dropped. */
	#round = 0;

	constructor(options: StepRunOptions) {
		this.#options = options;
		this.#journal = this.#newJournal();
		this.#states = options.step.checks.map(blank);
	}
	get step(): Step {
		return this.#options.step;
	}
	get checks(): readonly CheckState[] {
		return this.#states;
	}
	/** True from the first moment at which every check was done, and after that for good. */
	get done(): boolean {
		return this.#done;
	}
	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	start(): void {
		const { api, cluster, requests } = this.#options;
		this.#stops = [
			api.subscribe((change) => this.#onApi(change)),
			requests.subscribe(() => this.#soon(settleMs)),
			cluster.onGuestEvent((node, event) => {
				if (event.type === 'exec') this.#onCommand(node, event.args.join(' '));
			}),
		];
		this.#recordInvariants();
		this.#soon(0);
	}
	stop(): void {
		for (const stop of this.#stops.splice(0)) stop();
		this.#timer?.cancel();
		this.#timer = undefined;
		this.#round++;
	}
	/** Forgets what was done in this step and looks anew. */
	restart(): void {
		this.#round++;
		this.#journal = this.#newJournal();
		this.#memory.clear();
		this.#done = false;
		this.#states = this.step.checks.map(blank);
		this.#recordInvariants();
		this.#tell();
		this.#soon(0);
	}
	answer(field: string, value: string): void {
		this.#journal.answers[field] = value;
		this.#soon(0);
	}
	/** A quiz of this step was answered right. */
	passQuiz(id: string): void {
		this.#journal.quizzes.add(id);
		this.#soon(0);
	}
	/** The first line that a command prints on a node: an answer as somebody would read it off the screen. */
	async firstLine(node: string, command: string): Promise<string> {
		const look = { commands: [['sh', '-c', command]] };
		const { commands } = await this.#options.cluster.look(node, look);
		return commands[0]?.stdout.trim().split('\n')[0]?.trim() ?? '';
	}
	/** Looks once, now; for tests and for "Why not yet?". */
	async look(): Promise<void> {
		if (this.#looking) {
			this.#again = true;
			return;
		}
		this.#looking = true;
		const round = this.#round;
		const { api, cluster } = this.#options;
		const pending = this.#pending();
		const probes = pending.flatMap(probesOf);
		const guest = needsGuest(probes) ? await gather(cluster, api, probes) : noGuestEvidence();
		this.#looking = false;
		if (round === this.#round) this.#judge(pending, guest);
		if (this.#again) {
			this.#again = false;
			this.#soon(settleMs);
		}
	}

	#newJournal(): Journal {
		return {
			since: this.#options.clock.now(),
			events: [],
			commands: [],
			invariants: new Map(),
			answers: {},
			quizzes: new Set(),
		};
	}
	#pending(): Check[] {
		return this.step.checks.filter(
			(check) => this.#ready(check) && !(check.mode === 'edge' && this.#of(check).done),
		);
	}
	#of(check: Check): Memory {
		const known = this.#memory.get(check.id);
		if (known) return known;
		const fresh = { done: false, armed: check.baseline === undefined, trueSince: undefined };
		this.#memory.set(check.id, fresh);
		return fresh;
	}
	#ready(check: Check): boolean {
		return check.needs.every((id) => this.#memory.get(id)?.done === true);
	}
	#judge(pending: readonly Check[], guest: Evidence['guest']): void {
		const { api, requests } = this.#options;
		const evidence: Evidence = { api, requests, journal: this.#journal, guest };
		const before = JSON.stringify([this.#states, this.#done]);
		this.#states = this.step.checks.map((check) =>
			this.#state(check, evidence, pending.includes(check)),
		);
		this.#done ||= this.#states.length > 0 && this.#states.every((state) => state.done);
		if (JSON.stringify([this.#states, this.#done]) !== before) this.#tell();
		this.#plan();
	}
	/** A check that became possible only in this pass was not looked at: it waits for the next one. */
	#state(check: Check, evidence: Evidence, looked: boolean): CheckState {
		const memory = this.#of(check);
		if (memory.done && check.mode === 'edge')
			return { ...blank(check), done: true, verdict: 'true' };
		if (!looked) return { ...blank(check), waiting: true };
		if (check.baseline && !memory.armed)
			memory.armed = evaluate(check.baseline, evidence).verdict === 'true';
		const { verdict, findings } = evaluate(check.probe, evidence);
		const now = this.#options.clock.now();
		memory.trueSince = verdict === 'true' && memory.armed ? (memory.trueSince ?? now) : undefined;
		// What could not be looked at keeps the answer it had.
		if (verdict !== 'unknown')
			memory.done = memory.trueSince !== undefined && now - memory.trueSince >= check.hold * 1000;
		const hint = check.explain.find((one) => evaluate(one.if, evidence).verdict === 'true');
		const state = { id: check.id, done: memory.done, waiting: false, verdict, findings };
		return hint && !memory.done ? { ...state, say: hint.say } : state;
	}
	/** Guests are asked again and again, and what has to hold for a while is looked at when the while is over. */
	#plan(): void {
		const pending = this.#pending();
		const held = pending.some((check) => this.#of(check).trueSince !== undefined && check.hold > 0);
		const unblocked = this.step.checks.some(
			(check, index) => this.#states[index]?.waiting && this.#ready(check),
		);
		if (unblocked) this.#soon(0);
		else if (needsGuest(pending.flatMap(probesOf)))
			this.#soon(this.hidden ? lookEveryHiddenMs : lookEveryMs);
		else if (held) this.#soon(250);
	}
	#soon(ms: number): void {
		if (this.#stops.length === 0) return;
		if (ms === 0) this.#timer?.cancel();
		else if (this.#timer) return;
		this.#timer = this.#options.clock.after(ms, () => {
			this.#timer = undefined;
			void this.look();
		});
	}
	#onApi(change: ApiChange): void {
		if (change.kind === 'Event' && change.type !== 'deleted')
			this.#journal.events.push(change.object as ApiEvent);
		if (change.kind === 'EndpointSlice') this.#recordInvariants();
		this.#soon(settleMs);
	}
	#onCommand(node: string, line: string): void {
		this.#journal.commands.push({ node, line });
		if (this.#journal.commands.length > mostCommands) this.#journal.commands.shift();
		this.#soon(settleMs);
	}
	#recordInvariants(): void {
		for (const probe of this.step.checks.flatMap(probesOf).flatMap(flatten))
			if (probe.probe === 'invariant') recordInvariant(probe, this.#options.api, this.#journal);
	}
	#tell(): void {
		for (const listener of this.#listeners) listener();
	}
}

function probesOf(check: Check): Probe[] {
	const hints = check.explain.map((one) => one.if);
	return [check.probe, ...(check.baseline ? [check.baseline] : []), ...hints];
}
