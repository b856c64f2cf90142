import { flatten } from './evidence.ts';
import type { Probe, Step } from './lesson.ts';

/** These look at what was noted since the step began, which a restart forgets; all others look at the machines. */
const noted: ReadonlySet<string> = new Set<Probe['probe']>([
	'answer',
	'command',
	'event',
	'invariant',
	'quiz',
	'requests',
]);

const isLeft = (probe: Probe) =>
	!noted.has(probe.probe) && !(probe.probe === 'objects' && probe.fresh);

/** True when it sees nothing but the machines: whoever asks it later gets the same answer. */
export const looksAtMachines = (probe: Probe): boolean => flatten(probe).every(isLeft);

/** True when it asks what somebody knows, whatever was done. */
export const asksLearner = (probe: Probe): boolean =>
	flatten(probe).every((one) => one.probe === 'answer' || one.probe === 'quiz');

/** True when something is left of the step that only its reset can undo. */
export function leavesTraces({ checks, solution }: Step): boolean {
	return (
		checks.some(({ probe }) => flatten(probe).some(isLeft)) ||
		solution.some((action) => action.do === 'power' || (action.do === 'requests' && action.running))
	);
}

/** True when these steps can be undone by what they say; otherwise the machines have to be started anew. */
export const canUndo = (steps: readonly Step[]): boolean =>
	steps.every((step) => step.reset.length > 0 || !leavesTraces(step));
