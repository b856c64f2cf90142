import type { SolutionAction, Step } from '../../lesson/lesson.ts';

export type WorkKind = 'type' | 'solve' | 'catch-up' | 'restart';

/** The actions that are done for one step, and how long they are expected to take. */
export interface WorkPart {
	/** Place of the step in the lesson. */
	index: number;
	step: Step;
	actions: readonly SolutionAction[];
	ms: number;
}

/** Without a step forward for this long, the page says what it waits for. */
const quietMs = 8000;
/** How long an action takes of which nothing was ever measured. */
const guessedMs = 1500;
/** A machine that is slower or faster than the one that was measured; beyond that, something else is going on. */
const slowest = 5;
const fastest = 0.5;

/** A step's solution, as long as its proof took. */
export function solutionPart(step: Step, index: number): WorkPart {
	const { solution: actions, tookMs } = step;
	return { index, step, actions, ms: tookMs ?? actions.length * guessedMs };
}

/** What undoes a step; nobody measures that. */
export function resetPart(step: Step, index: number): WorkPart {
	return { index, step, actions: step.reset, ms: step.reset.length * guessedMs };
}

/** Something that is done for the learner: how far it is, how long it still takes, what it waits for. */
export class Work {
	readonly kind: WorkKind;
	readonly parts: readonly WorkPart[];
	/** Aborts when the work is given up. */
	readonly signal: AbortSignal;
	readonly #end = new AbortController();
	/** The action that is being done; undefined while the checks of a step are waited for. */
	action = $state.raw<SolutionAction | undefined>();
	#at = $state(0);
	/** Actions of this part that are behind. */
	#played = $state(0);
	#now = $state(Date.now());
	#moved = $state(Date.now());
	readonly #begun = Date.now();
	readonly #tick = setInterval(() => (this.#now = Date.now()), 500);

	constructor(kind: WorkKind, parts: readonly WorkPart[]) {
		this.kind = kind;
		this.parts = parts;
		this.signal = this.#end.signal;
	}
	/** The part that is being done. */
	get part(): WorkPart | undefined {
		return this.parts[this.#at];
	}
	readonly #whole: number = $derived.by(() => this.parts.reduce((sum, { ms }) => sum + ms, 0));
	readonly #behind: number = $derived.by(() => {
		const before = this.parts.slice(0, this.#at).reduce((sum, { ms }) => sum + ms, 0);
		return before + this.#perAction * this.#played;
	});
	/** The wait for the checks counts as one more. */
	readonly #perAction: number = $derived.by(() => {
		const { ms = 0, actions = [] } = this.part ?? {};
		return ms / (actions.length + 1);
	});
	/** 0…1, by the time that was measured; it only moves when something is done. */
	readonly fraction: number = $derived(this.#whole > 0 ? this.#behind / this.#whole : 0);
	/** Seconds to go, as fast as it has gone so far; undefined before anything is known about that. */
	readonly left: number | undefined = $derived.by(() => {
		if (this.#behind === 0 || this.quiet) return undefined;
		const pace = (this.#moved - this.#begun) / this.#behind;
		const onThis = Math.min(this.#now - this.#moved, this.#perAction);
		const expected = (this.#whole - this.#behind) * Math.min(slowest, Math.max(fastest, pace));
		return Math.max(1, Math.ceil((expected - onThis) / 1000));
	});
	/** Nothing has moved for a while: time to say what is waited for. */
	readonly quiet: boolean = $derived(this.#now - this.#moved > quietMs);

	begin(part: number): void {
		this.#at = part;
		this.#played = 0;
		this.action = undefined;
		this.#step();
	}
	/** Called before each action, and without one when all are done. */
	doing(action: SolutionAction | undefined, played: number): void {
		this.action = action;
		this.#played = played;
		this.#step();
	}
	/** Settles when it is done, rejects when it fails; given up, it may still wait for what nobody is to be told of. */
	async until(done: Promise<void>): Promise<void> {
		const given = new Promise<void>((resolve) =>
			this.signal.addEventListener('abort', () => resolve()),
		);
		const told = done.catch((error: unknown) => {
			if (!this.signal.aborted) throw error;
		});
		await Promise.race([told, given]).finally(() => this.end());
	}
	end(): void {
		clearInterval(this.#tick);
	}
	/** The machines it is done on are given up: nothing more is done, whatever is waited for. */
	abandon(): void {
		this.#end.abort();
	}
	#step(): void {
		this.#now = this.#moved = Date.now();
	}
}
