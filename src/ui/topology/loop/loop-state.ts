import type { PictureSources } from '../pictures.ts';
import { gaps, loopSteps, type GapView, type LoopStep } from './loop-view.ts';

const kinds = ['Deployment', 'ReplicaSet', 'Pod', 'Service', 'EndpointSlice'];
const shown = 60;

/** The last writes; called where what it reads is followed. */
export function stepsOf({
	state,
	activity,
}: Pick<PictureSources, 'state' | 'activity'>): LoopStep[] {
	return loopSteps(state.changes(kinds), activity.audit).slice(-shown);
}

export function gapsOf({ state }: Pick<PictureSources, 'state'>): GapView[] {
	const nodes = state.nodes.map(({ name }) => {
		const own = state.pods.filter((pod) => pod.node === name && pod.state !== 'done');
		return { name, bound: own.length, ready: own.filter((pod) => pod.state === 'ready').length };
	});
	return gaps(state.rollouts, nodes);
}
