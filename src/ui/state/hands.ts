import type { Lesson, Step } from '../../lesson/lesson.ts';
import { playReset, playSolution, untilDone, type Player } from '../../lesson/prove.ts';
import type { StepRun } from '../../lesson/step-run.ts';
import { RealClock } from '../../util/clock.ts';
import type { Playground } from './playground.svelte.ts';
import type { Work } from './work.svelte.ts';

const solveTimeoutMs = 90_000;
const clock = new RealClock();

/** Does what a solution says on the machines of the page, before the learner's eyes, until the signal. */
function handsOf({ terminals, requests, cluster }: Playground, signal: AbortSignal): Player {
	return {
		type: async (text, on, returns) => {
			signal.throwIfAborted();
			await terminals.type(text, on, returns);
		},
		interrupt: async (on) => {
			signal.throwIfAborted();
			await terminals.interrupt(on);
		},
		requests: (running) => {
			signal.throwIfAborted();
			if (running) requests.start();
			else requests.stop();
		},
		power: async (node, on) => {
			signal.throwIfAborted();
			await (on ? cluster?.powerOn(node) : cluster?.powerOff(node));
		},
	};
}

/** Commands that undo need machines that run, and shells that listen. */
async function ready(playground: Playground, lesson: Lesson): Promise<void> {
	const { terminals, cluster } = playground;
	for (const { name, power } of cluster?.nodes() ?? []) {
		if (power === 'off' || power === 'lost') await playground.restartNode(name, lesson);
		else if (power === 'frozen') await cluster?.resume(name);
	}
	await terminals.calm();
}

/** Plays the solution of the step that is watched. */
export async function play(playground: Playground, run: StepRun, work: Work): Promise<void> {
	const hands = handsOf(playground, work.signal);
	await playSolution(run, hands, clock, solveTimeoutMs, (...told) => work.doing(...told));
}

/** Plays a step that is not in view. */
export async function playUnseen(playground: Playground, step: Step, work: Work): Promise<void> {
	if (!playground.api) return;
	const run = playground.observe(step);
	run.start();
	try {
		await play(playground, run, work);
		await untilDone(run, clock, solveTimeoutMs);
	} finally {
		run.stop();
	}
}

/** Takes back what the work names, one step after the other. */
export async function undo(playground: Playground, lesson: Lesson, work: Work): Promise<void> {
	await ready(playground, lesson);
	for (const [at, { step }] of work.parts.entries()) {
		work.begin(at);
		await playReset(step, handsOf(playground, work.signal), (...told) => work.doing(...told));
	}
}
