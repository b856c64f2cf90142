import type { Pod, ReplicaSet, Service } from '../../api/kubernetes.ts';
import type { NodeInfo } from './node-info.ts';

/** What may make a pod schedulable that was not. */
export type ClusterEvent = 'NodeChange' | 'AssignedPodDelete' | 'AssignedPodChange' | 'PodUpdate';

/** The state of the cluster in one scheduling cycle. */
export interface Cycle {
	pod: Pod;
	nodes: NodeInfo[];
	/** What the default spreading looks up to find out which pods belong together. */
	services: (namespace: string | undefined) => Service[];
	replicaSets: (namespace: string | undefined) => ReplicaSet[];
}

/** Why a node is out of the question. */
export interface Rejection {
	reasons: string[];
	/** Whether deleting pods from the node could help. */
	resolvable: boolean;
}

/** Decides which nodes can take a pod. */
export interface FilterPlugin {
	readonly name: string;
	/** Events after which a pod that this plugin rejected is tried again. */
	readonly events: readonly ClusterEvent[];
	/** Looks at the pod once; `undefined` when the plugin has nothing to say about it. */
	prepare(cycle: Cycle): ((node: NodeInfo) => Rejection | undefined) | undefined;
}

/** How raw scores become 0…100. */
export type Normalize = (scores: number[], nodes: NodeInfo[]) => number[];

/** Says how well a node that can take a pod suits it. */
export interface ScorePlugin {
	readonly name: string;
	readonly weight: number;
	/** Looks at the pod once; `undefined` when the plugin has nothing to say about it. */
	prepareScore(
		cycle: Cycle,
		feasible: NodeInfo[],
	): { score: (node: NodeInfo) => number; normalize?: Normalize } | undefined;
}

export const maxScore = 100;

/** The greatest becomes 100, or 0 when reversed. After framework/plugins/helper: DefaultNormalizeScore */
export function defaultNormalize(reverse: boolean): Normalize {
	return (scores) => {
		const max = Math.max(0, ...scores);
		if (max === 0) return scores.map(() => (reverse ? maxScore : 0));
		return scores.map((score) => {
			const scaled = Math.trunc((maxScore * score) / max);
			return reverse ? maxScore - scaled : scaled;
		});
	};
}

/** A rejection that no deletion of pods can lift. */
export function unresolvable(...reasons: string[]): Rejection {
	return { reasons, resolvable: false };
}

export function unschedulable(...reasons: string[]): Rejection {
	return { reasons, resolvable: true };
}
