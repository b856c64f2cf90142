import type { GuestEvent } from '../api/agent.ts';
import type { Cluster } from '../api/cluster.ts';
import type { Event as ApiEvent } from '../api/kubernetes.ts';
import type { Clock, Timer } from '../util/clock.ts';
import { consoleLog, logged } from '../util/log.ts';
import type { ApiChange, ApiView } from './api-store.ts';
import { emptyJournal, flatten, noGuestEvidence, type Evidence, type Journal } from './evidence.ts';
import { evaluate, recordInvariant } from './evaluate.ts';
import { gather, needsGuest } from './gather.ts';
import type { Check, InvariantProbe, Probe, Step } from './lesson.ts';
import { every, type Finding, type Verdict } from './outcome.ts';
import type { RequestLog } from './request-log.ts';
import { asksLearner, looksAtMachines } from './traces.ts';

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
	/** Takes longer than the author thought it would. */
	late?: boolean;
}

export interface StepRunOptions {
	step: Step;
	cluster: Cluster;
	/** `emptyApi` in a cluster without Kubernetes. */
	api: ApiView;
	requests: RequestLog;
	clock: Clock;
}

interface Memory {
	done: boolean;
	armed: boolean;
	/** When it was its turn. */
	begun: number;
	/** Since when it is true without a break. */
	trueSince: number | undefined;
}

/** After a change, so that changes that come together are looked at together. */
const settleMs = 150;
const askEveryMs = 1000;
const askEveryHiddenMs = 5000;
/** A machine is not asked more often, whatever changes. */
const leastGapMs = 500;
const heldMs = 250;
const mostCommands = 500;

function blank({ id }: Check): CheckState {
	return { id, done: false, waiting: false, verdict: 'false', findings: [] };
}

/**
 * One step while somebody is in it: looks after each change and at intervals until everything is done. Stopped, it
 * keeps what was done, and goes on from there when it is started again.
 */
export class StepRun {
	/** Slows the looks into the guests down while nobody sees the page. */
	hidden = false;
	readonly #options: StepRunOptions;
	readonly #listeners = new Set<() => void>();
	readonly #probes: Map<string, Probe[]>;
	readonly #invariants: InvariantProbe[];
	#journal: Journal;
	#memory = new Map<string, Memory>();
	#states: CheckState[];
	#done = false;
	#stops: (() => void)[] = [];
	readonly #refresh: Alarm;
	readonly #ask: Alarm;
	#asking: Promise<void> | undefined;
	#askedAt = -Infinity;
	/** Rises at each restart, so that an answer that is still under way is dropped. */
	#round = 0;

	constructor(options: StepRunOptions) {
		this.#options = options;
		const { step, clock } = options;
		this.#probes = new Map(step.checks.map((check) => [check.id, probesOf(check)]));
		this.#invariants = [...this.#probes.values()]
			.flat()
			.filter((probe): probe is InvariantProbe => probe.probe === 'invariant');
		this.#refresh = new Alarm(clock, () => this.#judge(noGuestEvidence(), false));
		this.#ask = new Alarm(clock, () => {
			this.#askGuests().catch(logged(consoleLog, 'lesson', 'the machines were not asked'));
		});
		this.#journal = this.#newJournal();
		this.#states = step.checks.map(blank);
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
	/** Everything was done that can be done on machines; questions may be open. */
	get worked(): boolean {
		return this.step.checks.every(
			({ id, probe }) => asksLearner(probe) || this.#memory.get(id)?.done === true,
		);
	}
	get answers(): Readonly<Record<string, string>> {
		return this.#journal.answers;
	}
	get quizzes(): ReadonlySet<string> {
		return this.#journal.quizzes;
	}
	/** Called after each change of a check, an answer or a quiz. */
	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	start(): void {
		const { api, cluster, requests, clock } = this.#options;
		for (const memory of this.#memory.values()) memory.begun = clock.now();
		this.#stops = [
			api.subscribe((change) => this.#onApi(change)),
			requests.subscribe(() => this.#changed()),
			cluster.onGuestEvent((node, event) => this.#onGuest(node, event)),
		];
		this.#recordInvariants();
		this.#now();
	}
	stop(): void {
		for (const stop of this.#stops.splice(0)) stop();
		this.#refresh.cancel();
		this.#ask.cancel();
		this.#round++;
		// Nobody sees whether it stays true meanwhile.
		for (const memory of this.#memory.values()) memory.trueSince = undefined;
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
		this.#now();
	}
	answer(field: string, value: string): void {
		this.#journal.answers[field] = value;
		this.#tell();
		this.#now();
	}
	/** A quiz of this step was answered right. */
	passQuiz(id: string): void {
		this.#journal.quizzes.add(id);
		this.#tell();
		this.#now();
	}
	/** The first line that a command prints on a node: an answer as somebody would read it off the screen. */
	async firstLine(node: string, command: string): Promise<string> {
		const look = { commands: [['sh', '-c', command]] };
		const { commands } = await this.#options.cluster.look(node, look);
		return commands[0]?.stdout.trim().split('\n')[0]?.trim() ?? '';
	}
	/** Looks once, now; for tests and for "Why not yet?". */
	async look(): Promise<void> {
		await this.#asking;
		this.#judge(noGuestEvidence(), false);
		await this.#askGuests();
	}

	/**
	 * Whether what this step leads to is there now, by those of its checks that look at the machines; `unknown` when
	 * there are none, or the machines do not answer.
	 */
	async stands(): Promise<Verdict> {
		const probes = this.step.checks.map(({ probe }) => probe).filter(looksAtMachines);
		if (probes.length === 0) return 'unknown';
		const { api, requests } = this.#options;
		const judge = (some: readonly Probe[], guest: Evidence['guest']) =>
			every(some.map((one) => evaluate(one, { api, requests, journal: this.#journal, guest })))
				.verdict;
		const [asking, seeing] = [
			probes.filter((probe) => needsGuest([probe], this.#journal)),
			probes.filter((probe) => !needsGuest([probe], this.#journal)),
		];
		const seen = judge(seeing, noGuestEvidence());
		if (seen !== 'true' || asking.length === 0) return seen;
		return judge(asking, await gather(this.#options, asking, this.#journal));
	}

	#newJournal(): Journal {
		const { api, clock } = this.#options;
		const journal = emptyJournal(clock.now());
		for (const probe of [...this.#probes.values()].flat())
			if (probe.probe === 'objects' && probe.fresh)
				for (const { metadata } of api.list(probe.kind, probe.ns)) journal.known.add(metadata.uid);
		return journal;
	}
	#pending(): Check[] {
		return this.step.checks.filter((check) => this.#ready(check) && !this.#settled(check));
	}
	/** Done for good: a check that has to be true in the end is, once the step is finished. */
	#settled(check: Check): boolean {
		return this.#of(check).done && (check.mode === 'edge' || this.#done);
	}
	#of(check: Check): Memory {
		const known = this.#memory.get(check.id);
		if (known) return known;
		const fresh: Memory = {
			done: false,
			armed: check.baseline === undefined,
			begun: this.#options.clock.now(),
			trueSince: undefined,
		};
		this.#memory.set(check.id, fresh);
		return fresh;
	}
	#ready(check: Check): boolean {
		return check.needs.every((id) => this.#memory.get(id)?.done === true);
	}
	#asks(check: Check): boolean {
		return needsGuest(this.#probes.get(check.id) ?? [], this.#journal);
	}
	/** Asks every machine once for all that is still open, and judges what needed that. */
	async #askGuests(): Promise<void> {
		if (this.#asking) return this.#asking;
		const checks = this.#pending().filter((check) => this.#asks(check));
		if (checks.length === 0) return;
		this.#asking = this.#gather(checks);
		await this.#asking;
	}
	async #gather(checks: readonly Check[]): Promise<void> {
		const round = this.#round;
		const probes = checks.flatMap((check) => this.#probes.get(check.id) ?? []);
		const asked = gather(this.#options, probes, this.#journal);
		const guest = await asked.finally(() => (this.#asking = undefined));
		this.#askedAt = this.#options.clock.now();
		if (round === this.#round) this.#judge(guest, true);
		else this.#plan();
	}
	/** Judges the checks that need no machine and, with fresh answers of the machines, those that do. */
	#judge(guest: Evidence['guest'], asked: boolean): void {
		const { api, requests } = this.#options;
		const evidence: Evidence = { api, requests, journal: this.#journal, guest };
		const pending = new Set(this.#pending());
		let changed = false;
		this.#states = this.step.checks.map((check, index) => {
			const before = this.#states[index] ?? blank(check);
			const looked = pending.has(check) && (asked || !this.#asks(check));
			const state = this.#state(check, evidence, pending.has(check), looked, before);
			if (sameState(before, state)) return before;
			changed = true;
			return state;
		});
		const done = this.#states.length > 0 && this.#states.every((state) => state.done);
		if (done && !this.#done) this.#done = changed = true;
		if (changed) this.#tell();
		this.#plan();
	}
	/** A check that became possible only in this pass was not looked at: it waits for the next one. */
	#state(
		check: Check,
		evidence: Evidence,
		pending: boolean,
		looked: boolean,
		before: CheckState,
	): CheckState {
		const memory = this.#of(check);
		if (this.#settled(check)) return { ...blank(check), done: true, verdict: 'true' };
		if (!pending) {
			memory.begun = this.#options.clock.now();
			return { ...blank(check), waiting: true };
		}
		if (!looked) return before;
		if (check.baseline && !memory.armed)
			memory.armed = evaluate(check.baseline, evidence).verdict === 'true';
		const { verdict, findings } = evaluate(check.probe, evidence);
		const now = this.#options.clock.now();
		memory.trueSince = verdict === 'true' && memory.armed ? (memory.trueSince ?? now) : undefined;
		// What could not be looked at keeps the answer it had.
		if (verdict !== 'unknown')
			memory.done = memory.trueSince !== undefined && now - memory.trueSince >= check.hold * 1000;
		const state: CheckState = {
			id: check.id,
			done: memory.done,
			waiting: false,
			verdict,
			findings,
		};
		return memory.done ? state : { ...state, ...this.#help(check, evidence, now - memory.begun) };
	}
	/** What is said about a check that is open for `ms`. */
	#help({ explain, timeout }: Check, evidence: Evidence, ms: number) {
		const hint = explain.find((one) => evaluate(one.if, evidence).verdict === 'true');
		const late = timeout !== undefined && ms >= timeout * 1000;
		return { ...(hint && { say: hint.say }), ...(late && { late }) };
	}
	/** Machines are asked again and again; what has to hold, or not to take long, is looked at when the time is over. */
	#plan(): void {
		if (this.#stops.length === 0) return;
		const pending = this.#pending();
		const held = pending.some((check) => this.#of(check).trueSince !== undefined && check.hold > 0);
		const late = pending.some((check) => check.timeout !== undefined);
		const isNew = (check: Check) => this.#states[this.step.checks.indexOf(check)]?.waiting === true;
		const [asking, seeing] = [
			pending.filter((check) => this.#asks(check)),
			pending.filter((check) => !this.#asks(check)),
		];
		if (seeing.some(isNew)) this.#refresh.in(0);
		else if (held || late) this.#refresh.in(heldMs);
		if (asking.length === 0) return;
		if (asking.some(isNew)) this.#askSoon(0);
		else this.#askSoon(this.hidden ? askEveryHiddenMs : askEveryMs);
	}
	#askSoon(ms: number): void {
		const gap = this.#askedAt + leastGapMs - this.#options.clock.now();
		this.#ask.in(Math.max(ms, gap, 0));
	}
	#now(): void {
		if (this.#stops.length === 0) return;
		this.#refresh.in(0);
		this.#askSoon(0);
	}
	#changed(): void {
		if (this.#stops.length === 0) return;
		this.#refresh.in(settleMs);
		if (!this.hidden) this.#askSoon(settleMs);
	}
	#onApi(change: ApiChange): void {
		if (change.kind === 'Event' && change.type !== 'deleted')
			this.#journal.events.push(change.object as ApiEvent);
		if (change.kind === 'EndpointSlice') this.#recordInvariants();
		this.#changed();
	}
	#onGuest(node: string, event: GuestEvent): void {
		const { commands } = this.#journal;
		if (event.type === 'exec') {
			commands.push({ node, pid: event.pid, line: event.args.join(' ') });
			if (commands.length > mostCommands) commands.shift();
		} else if (event.type === 'exit') {
			const open = commands.filter(
				(one) => one.node === node && one.pid === event.pid && one.code === undefined,
			);
			if (open.length === 0) return;
			for (const one of open) one.code = event.status.code;
		} else return;
		// Looking starts programs too: only the journal is judged, or looking would lead to looking.
		if (this.#stops.length > 0) this.#refresh.in(settleMs);
	}
	#recordInvariants(): void {
		for (const probe of this.#invariants) recordInvariant(probe, this.#options.api, this.#journal);
	}
	#tell(): void {
		for (const listener of this.#listeners) listener();
	}
}

/** One call in the future; asked for again, the earlier time counts. */
class Alarm {
	readonly #clock: Clock;
	readonly #ring: () => void;
	#timer: Timer | undefined;
	#due = Infinity;

	constructor(clock: Clock, ring: () => void) {
		this.#clock = clock;
		this.#ring = ring;
	}
	in(ms: number): void {
		const due = this.#clock.now() + ms;
		if (this.#timer && this.#due <= due) return;
		this.#timer?.cancel();
		this.#due = due;
		this.#timer = this.#clock.after(ms, () => {
			this.#timer = undefined;
			this.#ring();
		});
	}
	cancel(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
	}
}

function sameState(one: CheckState, two: CheckState): boolean {
	return (
		one === two ||
		(one.done === two.done &&
			one.waiting === two.waiting &&
			one.verdict === two.verdict &&
			one.say === two.say &&
			one.late === two.late &&
			JSON.stringify(one.findings) === JSON.stringify(two.findings))
	);
}

/** Every probe of a check, taken apart. */
function probesOf(check: Check): Probe[] {
	const hints = check.explain.map((one) => one.if);
	const own = [check.probe, ...(check.baseline ? [check.baseline] : []), ...hints];
	return own.flatMap(flatten);
}
