import { SvelteSet } from 'svelte/reactivity';
import type { Step } from '../../lesson/lesson.ts';
import type { StepRun } from '../../lesson/step-run.ts';
import { leavesTraces } from '../../lesson/traces.ts';
import { consoleLog, logged } from '../../util/log.ts';

const lookEveryMs = 4000;

/**
 * Which of the steps before the one in view are missing on these machines. What was seen done there counts for good,
 * since later steps change it; of all others their checks say how it is now.
 */
export class EarlierSteps {
	/** Asked once and answered with no: these machines go on without. */
	declined = $state(false);
	readonly #steps: readonly Step[];
	/** Looks at a step that nobody is in. */
	readonly #observe: (step: Step) => Pick<StepRun, 'stands'>;
	readonly #done = new SvelteSet<string>();
	readonly #absent = new SvelteSet<string>();
	/** Rises with each set of machines, so that what was seen on those before does not count. */
	#round = 0;

	constructor(steps: readonly Step[], observe: (step: Step) => Pick<StepRun, 'stands'>) {
		this.#steps = steps;
		this.#observe = observe;
	}
	/** A step was done on these machines, by whomever. */
	did(step: string): void {
		this.#done.add(step);
	}
	/** A step was taken back. */
	undid(step: string): void {
		this.#done.delete(step);
	}
	/** These are other machines, or as good as. */
	forget(): void {
		this.#round++;
		this.#done.clear();
		this.#absent.clear();
		this.declined = false;
	}
	/** The steps before this one that were never seen done here. */
	undone(index: number): Step[] {
		const before = this.#steps.slice(0, index);
		return before.filter(
			(step) =>
				!step.optional &&
				step.solution.length > 0 &&
				!this.#done.has(step.id) &&
				// What only asks questions is no ground for anything.
				leavesTraces(step),
		);
	}
	/** Places of the steps before this one that were looked for and not found. */
	missed(index: number): number[] {
		return this.undone(index).flatMap(({ id }) =>
			this.#absent.has(id) ? [this.#steps.findIndex((step) => step.id === id)] : [],
		);
	}
	/** Looks once at all steps before this one that nobody has seen done. */
	async look(index: number): Promise<void> {
		await Promise.all(this.undone(index).map((step) => this.#look(step)));
	}
	/** Looks again and again, until the returned function is called or nothing is missing. */
	watch(index: number): () => void {
		let stopped = false;
		const follow = async () => {
			while (!stopped && !this.declined && this.undone(index).length > 0) {
				if (!document.hidden) await this.look(index);
				await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
			}
		};
		follow().catch(logged(consoleLog, 'page', 'the earlier steps were not looked at'));
		return () => (stopped = true);
	}

	async #look(step: Step): Promise<void> {
		const round = this.#round;
		const stands = await this.#observe(step).stands();
		if (round !== this.#round) return;
		if (stands === 'true') this.#done.add(step.id);
		if (stands === 'false') this.#absent.add(step.id);
	}
}
