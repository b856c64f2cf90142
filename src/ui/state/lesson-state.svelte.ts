import { untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Lesson, Locale, Step, StepText } from '../../lesson/lesson.ts';
import { Progress, type LessonRecord } from '../../lesson/progress.ts';
import { playSolution, type Player } from '../../lesson/prove.ts';
import { StepRun, type CheckState } from '../../lesson/step-run.ts';
import { RealClock } from '../../util/clock.ts';
import type { Playground } from './playground.svelte.ts';

const solveTimeoutMs = 90_000;

/** One learner in one lesson: the step in view, its checks, what was answered, what is kept. */
export class LessonState {
	readonly lesson: Lesson;
	index = $state(0);
	checks = $state.raw<readonly CheckState[]>([]);
	record = $state.raw<LessonRecord>({ version: 0, steps: {} });
	/** False when progress lives only as long as the page. */
	keeps = $state(true);
	solving = $state(false);
	/** Texts typed into answer fields, by field. */
	answers = $state<Record<string, string>>({});
	/** Quizzes answered right since the step was begun. */
	readonly passed = new SvelteSet<string>();
	readonly #playground: Playground;
	readonly #progress: Progress;
	#run: StepRun | undefined;
	#solved = false;

	constructor(lesson: Lesson, playground: Playground, progress = new Progress()) {
		this.lesson = lesson;
		this.#playground = playground;
		this.#progress = progress;
		this.checks = this.step.checks.map(unseen);
	}
	get step(): Step {
		const step = this.lesson.steps[this.index];
		if (!step) throw new Error(`${this.lesson.id} has no step ${this.index}`);
		return step;
	}
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
	get stepDone(): boolean {
		return this.checks.length > 0 && this.checks.every((one) => one.done);
	}
	async load(): Promise<void> {
		const record = await this.#progress.load(this.lesson.id, this.lesson.version);
		this.record = { ...record, steps: { ...record.steps } };
		this.keeps = this.#progress.kept === 'storage';
	}
	/** Called inside an effect: watches the step in view while a cluster is there. */
	watch(): (() => void) | undefined {
		const { api, cluster, requests } = this.#playground;
		const step = this.step;
		this.checks = step.checks.map(unseen);
		this.#solved = false;
		if (!api || !cluster) return undefined;
		const clock = new RealClock();
		const run = new StepRun({ step, cluster, api, requests: requests.log, clock });
		this.#run = run;
		run.onChange(() => this.#changed(run));
		run.start();
		for (const id of untrack(() => [...this.passed])) run.passQuiz(id);
		const answers = untrack(() => Object.entries(this.answers));
		for (const [field, value] of answers) run.answer(field, value);
		const visibility = () => (run.hidden = document.hidden);
		document.addEventListener('visibilitychange', visibility);
		return () => {
			document.removeEventListener('visibilitychange', visibility);
			run.stop();
			if (this.#run === run) this.#run = undefined;
		};
	}
	go(index: number): void {
		this.index = Math.min(Math.max(0, index), this.lesson.steps.length - 1);
	}
	answer(field: string, value: string): void {
		this.answers[field] = value;
		this.#run?.answer(field, value);
	}
	passQuiz(id: string): void {
		this.passed.add(id);
		this.#run?.passQuiz(id);
	}
	/** Brings the cluster back with the step's own commands and looks at everything anew. */
	async restart(): Promise<void> {
		this.passed.clear();
		this.answers = {};
		for (const { text, on } of this.step.reset) await this.#playground.terminals.type(text, on);
		this.#run?.restart();
	}
	/** Types the author's solution before the learner's eyes. */
	async solve(): Promise<void> {
		const run = this.#run;
		if (!run || this.solving) return;
		this.solving = this.#solved = true;
		try {
			await playSolution(run, this.#player(), new RealClock(), solveTimeoutMs);
		} finally {
			this.solving = false;
		}
	}
	#player(): Player {
		const { terminals, requests, cluster } = this.#playground;
		return {
			type: (text, on, returns) => terminals.type(text, on, returns),
			interrupt: (on) => terminals.interrupt(on),
			requests: (running) => (running ? requests.start() : requests.stop()),
			power: async (node, on) => (on ? cluster?.powerOn(node) : cluster?.powerOff(node)),
		};
	}
	#changed(run: StepRun): void {
		if (run !== this.#run) return;
		this.checks = run.checks;
		if (!run.done || this.isDone(run.step.id)) return;
		const entry = { done: true, solved: this.#solved, at: Date.now() };
		this.record = {
			...this.record,
			steps: { ...this.record.steps, [run.step.id]: entry },
		};
		void this.#progress
			.finish(this.lesson.id, this.lesson.version, run.step.id, entry)
			.then(() => (this.keeps = this.#progress.kept === 'storage'));
	}
}

function unseen({ id }: { id: string }): CheckState {
	return { id, done: false, waiting: true, verdict: 'unknown', findings: [] };
}
