import { untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Cluster } from '../../api/cluster.ts';
import type { LessonReport } from '../../api/embed.ts';
import { flatten } from '../../lesson/evidence.ts';
import type { Lesson, Locale, Step, StepText } from '../../lesson/lesson.ts';
import { Progress, type LessonRecord, type StepRecord } from '../../lesson/progress.ts';
import { mergeRecords } from '../../lesson/progress-file.ts';
import { readState, writeState } from '../../lesson/saved-state.ts';
import { prepareScene } from '../../lesson/scene.ts';
import { ladder, offeredIn, pointsOf, receiptOf, scoreOf, type Rung } from '../../lesson/score.ts';
import type { CheckState, StepRun } from '../../lesson/step-run.ts';
import { canUndo } from '../../lesson/traces.ts';
import { fillLesson } from '../../lesson/vars.ts';
import { consoleLog } from '../../util/log.ts';
import { askToKeep } from './ask-to-keep.ts';
import { attemptSeed } from './attempt-seed.ts';
import { EarlierSteps } from './earlier-steps.svelte.ts';
import { play, playUnseen, undo } from './hands.ts';
import type { Playground } from './playground.svelte.ts';
import { resetPart, solutionPart, Work } from './work.svelte.ts';

/** One learner in one lesson: the step in view, its checks, what was answered, what is kept. */
export class LessonState {
	/** With the values of this learner's variables. */
	readonly lesson: Lesson;
	index = $state(0);
	/** Indices of the first and last step that are offered: a course page may show a part of a lesson. */
	part = $state.raw<{ first: number; last: number }>({ first: 0, last: 0 });
	checks = $state.raw<readonly CheckState[]>([]);
	record = $state.raw<LessonRecord>({ version: 0, steps: {} });
	/** False when progress lives only as long as the page. */
	keeps = $state(true);
	/** What is being done for the learner: a solution typed, earlier steps played, a step undone. */
	work = $state.raw<Work | undefined>();
	/** Texts typed into answer fields, by field. */
	answers = $state<Record<string, string>>({});
	/** Quizzes answered right since the step was begun. */
	readonly passed = new SvelteSet<string>();
	/** What the learner said would happen: the option's place, by the question's id. */
	predictions = $state<Record<string, number>>({});
	/** Wrong and right answers to each quiz. */
	#tries: Record<string, number> = {};
	readonly #playground: Playground;
	readonly #progress: Progress;
	#listeners: ((report: LessonReport) => void)[] = [];
	#run: StepRun | undefined;
	#solved = false;
	/** The step was restarted: done by hand now, it is no longer one that was shown. */
	#again = false;
	#begun = Date.now();
	#announced = '';
	#told: Record<string, string> = {};
	/** What the steps before the one in view have left on these machines. */
	readonly earlier: EarlierSteps;
	/** Of each step that was begun on these machines: its ticks outlive a look at another step. */
	#runs: Record<string, StepRun> = {};
	#machines: Cluster | undefined;
	/** Furthest step that was begun on these machines. */
	#furthest = 0;

	constructor(lesson: Lesson, playground: Playground, progress = new Progress()) {
		this.lesson = fillLesson(lesson, attemptSeed(lesson.id));
		this.part = { first: 0, last: lesson.steps.length - 1 };
		this.#playground = playground;
		this.#progress = progress;
		this.earlier = new EarlierSteps(this.lesson.steps, (step) => playground.observe(step));
		this.record = { version: lesson.version, steps: {} };
		this.checks = this.step.checks.map(unseen);
	}
	get step(): Step {
		const step = this.lesson.steps[this.index];
		if (!step) throw new Error(`${this.lesson.id} has no step ${this.index}`);
		return step;
	}
	/** Shows only the steps from one id to another; an id that is not there leaves that end open. */
	show(from: string, to: string): void {
		const { steps } = this.lesson;
		const last = steps.findIndex(({ id }) => id === to);
		const first = Math.max(
			0,
			steps.findIndex(({ id }) => id === from),
		);
		this.part = { first, last: last < first ? steps.length - 1 : last };
		this.go(this.index);
	}
	get isFirst(): boolean {
		return this.index <= this.part.first;
	}
	get isLast(): boolean {
		return this.index >= this.part.last;
	}
	/** The steps that are offered. */
	get steps(): Step[] {
		return this.lesson.steps.slice(this.part.first, this.part.last + 1);
	}
	/** Of a lesson that is written in one language only: which one; it stands for both. */
	onlyIn: Locale | undefined;
	text(locale: Locale): StepText {
		const text = this.lesson.text[locale].steps[this.index];
		if (!text) throw new Error(`${this.lesson.id} has no text for step ${this.index}`);
		return text;
	}
	check(id: string): CheckState | undefined {
		return this.checks.find((one) => one.id === id);
	}
	isDone(step: string): boolean {
		return this.record.steps[step]?.done === true;
	}
	/** A step without tasks is done once the learner has gone on from it. */
	get stepDone(): boolean {
		if (this.checks.length === 0) return this.isDone(this.step.id);
		return this.checks.every((one) => one.done);
	}
	/** Everything that is offered has been gone through to its end. */
	get finished(): boolean {
		return this.isLast && this.stepDone;
	}
	/** Rungs of this step's ladder that were taken; showing the solution is one of them. */
	get hintsUsed(): number {
		return this.record.steps[this.step.id]?.hints ?? 0;
	}
	/** False where a teacher keeps the solutions back; hints stay. */
	offersSolutions = $state(true);
	offersHints = $state(true);
	/** What can be had in this step, each with its price in points of 100. */
	ladder(locale: Locale): Rung[] {
		const all = ladder(this.lesson, this.step, this.text(locale).blocks);
		return all.filter(({ kind }) => (kind === 'hint' ? this.offersHints : this.offersSolutions));
	}
	/** Points of 100 for a step that is done. */
	points(step: string): number {
		return pointsOf(this.lesson, this.record.steps[step]);
	}
	get score() {
		return scoreOf({ ...this.lesson, steps: this.steps }, this.record);
	}
	/** Speaks of the steps that are offered. */
	get receipt(): string {
		return receiptOf({ ...this.lesson, steps: this.steps }, this.record, Date.now());
	}
	/** Indexes of the steps before this one that these machines lack. */
	get missed(): number[] {
		return this.earlier.missed(this.index);
	}
	/** True when every step so far says how to undo it; otherwise the machines are started anew. */
	get canReset(): boolean {
		return canUndo(this.#begunSteps);
	}
	/** Something was done, more is to come, and nothing of it outlives the page. */
	get leavingLoses(): boolean {
		const begun = Object.keys(this.record.steps).length > 0;
		return !this.keeps && begun && this.steps.some(({ id }) => !this.isDone(id));
	}
	/** Hears what the learner does; a course page around the lesson is told the same. */
	onReport(listener: (report: LessonReport) => void): () => void {
		this.#listeners.push(listener);
		return () => (this.#listeners = this.#listeners.filter((one) => one !== listener));
	}
	async load(): Promise<void> {
		const record = await this.#progress.load(this.lesson.id, this.lesson.version);
		// Steps of an older version mean something else: they are shown as such on the map, not here.
		if (record.version === this.lesson.version) this.record = copyOf(record);
		this.keeps = this.#progress.kept === 'storage';
	}
	/** Called inside an effect: watches the step in view while a cluster is there. */
	watch(): (() => void) | undefined {
		const { api, cluster } = this.#playground;
		const step = this.step;
		return untrack(() => {
			this.#begin(step);
			return api && cluster ? this.#watch(step, cluster) : undefined;
		});
	}
	go(index: number): void {
		this.index = Math.min(Math.max(this.part.first, index), this.part.last);
	}
	/** On to the next step, if there is one. */
	next(): void {
		if (this.checks.length === 0 && !this.stepDone) this.#finish(this.step);
		this.go(this.index + 1);
	}
	answer(field: string, value: string): void {
		this.answers[field] = value;
		this.#run?.answer(field, value);
	}
	/** A quiz was answered, right or wrong. */
	tryQuiz(id: string, correct: boolean): void {
		const tries = (this.#tries[id] ?? 0) + 1;
		this.#tries[id] = tries;
		this.#emit({ type: 'quiz', id, correct, tries });
		if (correct) this.passQuiz(id);
		const { id: lesson, version } = this.lesson;
		this.#keep(this.#progress.quiz(lesson, version, id, { correct, tries }));
	}
	passQuiz(id: string): void {
		this.passed.add(id);
		this.#run?.passQuiz(id);
	}
	/** Takes the next rung of hints; its price is paid once. */
	useHint(rung: number): void {
		if (rung < this.hintsUsed || this.isDone(this.step.id)) return;
		this.#note({ hints: rung + 1 });
		this.#emit({ type: 'hint-used', step: this.step.id, hint: rung + 1 });
	}
	/**
	 * Brings the cluster back to where the step begins and looks at everything anew. Machines on which nothing can be
	 * undone any more are not touched: fresh ones are offered instead.
	 */
	async restart(): Promise<void> {
		if (await this.#playground.isBroken()) return void (this.#playground.asksFresh = true);
		this.#forget([this.step]);
		this.earlier.undid(this.step.id);
		await this.#working(new Work('restart', [resetPart(this.step, this.index)]), (work) =>
			undo(this.#playground, this.lesson, work),
		);
		this.#begin(this.step);
		this.#solved = false;
		this.#again = true;
		this.#run?.restart();
	}
	/** Back to the first step: what was done is undone, or the machines are started anew. */
	async restartLesson(): Promise<void> {
		const { cluster, requests } = this.#playground;
		const undoes = this.canReset && cluster && !(await this.#playground.isBroken());
		this.#forget(this.lesson.steps);
		this.#playground.forgetFiles();
		requests.stop();
		if (!undoes) await this.#playground.start(this.lesson);
		else
			await this.#working(new Work('restart', this.#begunSteps.map(resetPart).reverse()), (work) =>
				undo(this.#playground, this.lesson, work).then(() =>
					prepareScene(cluster, this.lesson, () => undefined),
				),
			);
		this.#furthest = 0;
		this.earlier.forget();
		this.go(0);
		for (const run of Object.values(this.#runs)) run.restart();
	}
	/**
	 * New machines in place of these, prepared as the lesson begins. The step in view, what was answered and what was
	 * earned stay.
	 */
	async freshMachines(): Promise<void> {
		this.work?.abandon();
		this.#playground.requests.stop();
		await this.#playground.start(this.lesson);
	}
	/** Types the author's solution before the learner's eyes. */
	async solve(): Promise<void> {
		const run = this.#run;
		if (!run || this.work) return;
		this.#shown();
		await this.#working(new Work('solve', [solutionPart(run.step, this.index)]), (work) =>
			play(this.#playground, run, work),
		);
	}
	/** Types one command of the solution; the rest stays with the learner. */
	async typeOne(text: string, on: string): Promise<void> {
		// What the text offers to run is no secret.
		const { blocks = [] } = this.lesson.text.en.steps[this.index] ?? {};
		if (!offeredIn(blocks).has(text)) this.#shown();
		const { ms, ...part } = solutionPart(this.step, this.index);
		const action = part.actions.find((one) => one.do === 'type' && one.text === text);
		const one = { ...part, actions: action ? [action] : [], ms: ms / part.actions.length };
		await this.#working(new Work('type', [one]), (work) => {
			work.doing(action, 0);
			return this.#playground.terminals.type(text, on);
		});
	}
	/** Plays the solutions of the steps before this one, so that it can begin here. They do not count as done. */
	async catchUp(index = this.index): Promise<void> {
		if (!this.#playground.cluster || this.work) return;
		const { steps } = this.lesson;
		await this.earlier.look(index);
		if (this.work) return;
		const parts = this.earlier.undone(index).map((step) => solutionPart(step, steps.indexOf(step)));
		await this.#working(new Work('catch-up', parts), async (work) => {
			for (const [at, { step }] of parts.entries()) {
				work.begin(at);
				await playUnseen(this.#playground, step, work);
				if (!work.signal.aborted) this.earlier.did(step.id);
			}
		});
		this.#furthest = Math.max(this.#furthest, index);
		this.go(index);
		this.#run?.restart();
	}
	/** What a course page keeps for the learner; {@link restoreState} takes it back. Undefined when it is too long. */
	saveState(): string | undefined {
		return writeState({ at: this.step.id, record: this.record });
	}
	/** Ignores what it cannot read. */
	restoreState(blob: string): void {
		const state = readState(blob);
		if (!state) return;
		const { at, record } = state;
		if (record.version === this.lesson.version) {
			this.record = mergeRecords(this.record, record);
			this.#keep(this.#progress.merge({ [this.lesson.id]: record }));
		}
		const index = this.lesson.steps.findIndex((step) => step.id === at);
		if (index >= 0) this.go(index);
	}

	/** The steps that were begun on these machines. */
	get #begunSteps(): Step[] {
		return this.lesson.steps.slice(0, Math.max(this.#furthest, this.index) + 1);
	}
	async #working(work: Work, what: (work: Work) => Promise<void>): Promise<void> {
		this.work = work;
		await work.until(what(work)).finally(() => {
			if (this.work === work) this.work = undefined;
		});
	}
	#begin(step: Step): void {
		this.checks = step.checks.map(unseen);
		if (this.#announced === step.id) return;
		this.#announced = step.id;
		const known = this.record.steps[step.id];
		this.#solved = known?.done === false && known.solved;
		this.#again = false;
		this.#begun = Date.now();
		this.#told = {};
		this.#emit({ type: 'step-start', step: step.id, index: this.lesson.steps.indexOf(step) });
	}
	#watch(step: Step, cluster: Cluster): () => void {
		if (this.#machines !== cluster) this.#onMachines(cluster);
		this.#furthest = Math.max(this.#furthest, this.index);
		const known = this.#runs[step.id];
		const run = (this.#run = known ?? this.#newRun(step));
		run.start();
		if (known) this.#changed(run);
		for (const id of [...this.passed]) run.passQuiz(id);
		for (const [field, value] of Object.entries(this.answers)) run.answer(field, value);
		const visibility = () => (run.hidden = document.hidden);
		visibility();
		document.addEventListener('visibilitychange', visibility);
		const leave = this.earlier.watch(this.index);
		return () => {
			leave();
			document.removeEventListener('visibilitychange', visibility);
			run.stop();
			if (this.#run === run) this.#run = undefined;
		};
	}
	/** Nothing of what was done on the machines before is on these. */
	#onMachines(cluster: Cluster): void {
		this.#machines = cluster;
		this.#furthest = 0;
		this.#runs = {};
		this.earlier.forget();
	}
	#newRun(step: Step): StepRun {
		const run = this.#playground.observe(step);
		run.onChange(() => this.#changed(run));
		this.#runs[step.id] = run;
		return run;
	}
	/** From here on this step counts as shown. */
	#shown(): void {
		this.#solved = true;
		if (!this.isDone(this.step.id)) this.#note({ solved: true });
	}
	/** What these steps ask is asked again. */
	#forget(steps: readonly Step[]): void {
		const checks = steps.flatMap((step) => step.checks);
		for (const probe of checks.flatMap((check) => flatten(check.probe))) {
			if (probe.probe === 'quiz') this.passed.delete(probe.id);
			if (probe.probe === 'answer') delete this.answers[probe.field];
		}
		this.predictions = {};
		this.#announced = '';
	}
	#changed(run: StepRun): void {
		if (run !== this.#run) return;
		untrack(() => {
			this.checks = run.checks;
			// The author's solution answers too.
			for (const [field, value] of Object.entries(run.answers))
				if (this.answers[field] !== value) this.answers[field] = value;
			for (const id of run.quizzes) if (!this.passed.has(id)) this.passed.add(id);
			this.#tellChecks(run);
			if (run.worked) this.earlier.did(run.step.id);
			if (run.done && this.#counts(run.step)) this.#finish(run.step);
		});
	}
	/** Done for the first time, or now by hand after it was shown. */
	#counts({ id }: Step): boolean {
		const known = this.record.steps[id];
		return !known?.done || (this.#again && known.solved && !this.#solved);
	}
	#tellChecks(run: StepRun): void {
		for (const { id, done, verdict, waiting } of run.checks) {
			if (waiting) continue;
			const state = done ? 'true' : verdict === 'unknown' ? 'unknown' : 'false';
			if (this.#told[id] === state) continue;
			this.#told[id] = state;
			this.#emit({ type: 'check', step: run.step.id, check: id, state });
		}
	}
	#finish(step: Step): void {
		const seconds = Math.round((Date.now() - this.#begun) / 1000);
		const solved = this.#solved;
		this.#note({ done: true, solved, secs: seconds }, step);
		const { hints = 0 } = this.record.steps[step.id] ?? {};
		this.#emit({ type: 'step-complete', step: step.id, hints, solved, seconds });
		const wanted = this.steps.filter((one) => !one.optional);
		const done = wanted.filter((one) => this.isDone(one.id)).length;
		this.#emit({ type: 'progress', done, total: wanted.length });
		if (done === wanted.length && !step.optional) this.#complete();
	}
	#complete(): void {
		const { id: lesson, version, steps } = this.lesson;
		const { score, record } = this;
		this.record = { ...record, best: Math.max(record.best ?? 0, score.scaled) };
		this.#keep(this.#progress.score(lesson, version, score.scaled).then(askToKeep));
		const records = steps.flatMap((step) => record.steps[step.id] ?? []);
		this.#emit({
			type: 'lesson-complete',
			lesson,
			version,
			score,
			seconds: records.reduce((sum, one) => sum + (one.secs ?? 0), 0),
			solved: records.filter((one) => one.solved).length,
			receipt: this.receipt,
		});
	}
	/** Changes the record of a step, here and in storage. */
	#note(change: Partial<StepRecord>, step = this.step): void {
		const known = this.record.steps[step.id] ?? { done: false, solved: false, at: 0 };
		const entry: StepRecord = { ...known, ...change, at: Date.now() };
		this.record = { ...this.record, steps: { ...this.record.steps, [step.id]: entry } };
		const { id, version } = this.lesson;
		this.#keep(this.#progress.finish(id, version, step.id, entry));
	}
	#keep(saved: Promise<void>): void {
		saved
			.then(() => (this.keeps = this.#progress.kept === 'storage'))
			.catch((error: unknown) => {
				this.keeps = false;
				consoleLog.warn('page', 'progress was not kept', error);
			});
	}
	#emit(report: LessonReport): void {
		for (const listener of this.#listeners) listener(report);
	}
}

const copyOf = (record: LessonRecord): LessonRecord => ({ ...record, steps: { ...record.steps } });

function unseen({ id }: { id: string }): CheckState {
	return { id, done: false, waiting: true, verdict: 'unknown', findings: [] };
}
