import type { Clock } from '../util/clock.ts';
import type { ResetAction, SolutionAction, Step } from './lesson.ts';
import type { CheckState, StepRun } from './step-run.ts';

/** Does what a solution says: the page types it visibly, a test writes to a terminal. */
export interface Player {
	/** Settles when the shell asks for the next command; without `returns`, once the program has been started. */
	type(text: string, on: string, returns: boolean): Promise<void>;
	/** Ctrl-C; settles when the shell asks for the next command. */
	interrupt(on: string): Promise<void>;
	requests(running: boolean): void;
	/** Pulls a machine's plug, or starts it anew; settles when that is done. */
	power(node: string, on: boolean): Promise<void>;
}

export interface StepProof {
	step: string;
	/** Checks that held before anything was done: they prove nothing. */
	trueBefore: string[];
	/** Nobody knows its solution: nothing was played, nothing is proved. */
	unsolved: boolean;
	/** Checks that the solution did not fulfil. */
	falseAfter: CheckState[];
	tookMs: number;
}

/** Waits until the step is done, or the time is over. */
export const untilDone = (run: StepRun, clock: Clock, timeoutMs: number): Promise<void> =>
	until(run, clock, clock.now() + timeoutMs, () => run.done);

async function until(run: StepRun, clock: Clock, deadline: number, done: () => boolean) {
	while (!done() && clock.now() < deadline) {
		await run.look();
		if (!done()) await clock.sleep(200);
	}
}

async function act(action: ResetAction, player: Player): Promise<void> {
	switch (action.do) {
		case 'type':
			return player.type(action.text, action.on, action.returns);
		case 'interrupt':
			return player.interrupt(action.on);
		case 'requests':
			return player.requests(action.running);
		case 'power':
			return player.power(action.node, action.on);
	}
}

async function play(run: StepRun, action: SolutionAction, player: Player): Promise<void> {
	switch (action.do) {
		case 'quiz':
			return run.passQuiz(action.id);
		case 'answer':
			return run.answer(
				action.field,
				'sh' in action ? await run.firstLine(action.sh.on, action.sh.run) : action.value,
			);
		case 'wait':
			return;
		default:
			return act(action, player);
	}
}

/** Hears of each action before it is done, and in the end that there is none left. */
export type Told = (action: SolutionAction | undefined, played: number) => void;

/** Brings the machines back to where the step begins. */
export async function playReset(step: Step, player: Player, told?: Told): Promise<void> {
	for (const [played, action] of step.reset.entries()) {
		told?.(action, played);
		await act(action, player);
	}
	told?.(undefined, step.reset.length);
}

/** Plays the step's solution; a `wait` goes on when its check is done. */
export async function playSolution(
	run: StepRun,
	player: Player,
	clock: Clock,
	timeoutMs: number,
	told?: Told,
): Promise<void> {
	for (const [played, action] of run.step.solution.entries()) {
		told?.(action, played);
		if (action.do !== 'wait') await play(run, action, player);
		else
			await until(
				run,
				clock,
				clock.now() + timeoutMs,
				() => run.checks.find((check) => check.id === action.check)?.done === true,
			);
	}
	told?.(undefined, run.step.solution.length);
}

/** Shows that a step's checks are false before its solution and true after it. The run must be started. */
export async function proveStep(
	run: StepRun,
	player: Player,
	clock: Clock,
	timeoutMs: number,
): Promise<StepProof> {
	const begin = clock.now();
	await run.look();
	const trueBefore = run.checks.filter((check) => check.done).map((check) => check.id);
	const { checks, solution } = run.step;
	const unsolved = checks.length > 0 && solution.length === 0;
	if (!unsolved) {
		await playSolution(run, player, clock, timeoutMs);
		await untilDone(run, clock, timeoutMs);
	}
	const falseAfter = run.done || unsolved ? [] : run.checks.filter((check) => !check.done);
	return { step: run.step.id, trueBefore, unsolved, falseAfter, tookMs: clock.now() - begin };
}
