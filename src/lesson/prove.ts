import type { Clock } from '../util/clock.ts';
import type { SolutionAction } from './lesson.ts';
import type { CheckState, StepRun } from './step-run.ts';

/** Does what a solution says: the page types it visibly, a test writes to a terminal. */
export interface Player {
	/** Settles when the shell asks for the next command. */
	type(text: string, on: string): Promise<void>;
	requests(running: boolean): void;
}

export interface StepProof {
	step: string;
	/** Checks that held before anything was done: they prove nothing. */
	trueBefore: string[];
	/** Checks that the solution did not fulfil. */
	falseAfter: CheckState[];
	tookMs: number;
}

async function until(run: StepRun, clock: Clock, deadline: number, done: () => boolean) {
	while (!done() && clock.now() < deadline) {
		await run.look();
		if (!done()) await clock.sleep(200);
	}
}

async function play(run: StepRun, action: SolutionAction, player: Player): Promise<void> {
	if (action.do === 'type') await player.type(action.text, action.on);
	else if (action.do === 'requests') player.requests(action.running);
	else if (action.do === 'quiz') run.passQuiz(action.id);
	else if (action.do === 'answer') run.answer(action.field, action.value);
}

/** Plays the step's solution; a `wait` goes on when its check is done. */
export async function playSolution(
	run: StepRun,
	player: Player,
	clock: Clock,
	timeoutMs: number,
): Promise<void> {
	for (const action of run.step.solution) {
		if (action.do !== 'wait') await play(run, action, player);
		else
			await until(
				run,
				clock,
				clock.now() + timeoutMs,
				() => run.checks.find((check) => check.id === action.check)?.done === true,
			);
	}
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
	await playSolution(run, player, clock, timeoutMs);
	await until(run, clock, clock.now() + timeoutMs, () => run.done);
	const falseAfter = run.done ? [] : run.checks.filter((check) => !check.done);
	return { step: run.step.id, trueBefore, falseAfter, tookMs: clock.now() - begin };
}
