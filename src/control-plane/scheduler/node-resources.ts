import {
	maxScore,
	type Cycle,
	type FilterPlugin,
	type Rejection,
	type ScorePlugin,
} from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import { podRequests, type Amounts } from './pod-resources.ts';

const compared = ['cpu', 'memory'];

/** After plugins/noderesources/fit.go: fitsRequest */
function shortage(requests: Amounts, node: NodeInfo): Rejection | undefined {
	const { allocatable, requested, pods } = node;
	const reasons: string[] = [];
	let resolvable = true;
	if (pods.length + 1 > (allocatable['pods'] ?? 0)) reasons.push('Too many pods');
	for (const [name, amount] of Object.entries(requests)) {
		if (amount === 0) continue;
		const capacity = allocatable[name] ?? 0;
		if (amount <= capacity - (requested[name] ?? 0)) continue;
		reasons.push(`Insufficient ${name}`);
		if (amount > capacity) resolvable = false;
	}
	return reasons.length ? { reasons, resolvable } : undefined;
}

function leastAllocated(wanted: Amounts, node: NodeInfo): number {
	const scores = compared.flatMap((name) => {
		const capacity = node.allocatable[name] ?? 0;
		if (capacity === 0) return [];
		const used = (node.nonZeroRequested[name] ?? 0) + (wanted[name] ?? 0);
		return [used > capacity ? 0 : Math.trunc(((capacity - used) * maxScore) / capacity)];
	});
	if (scores.length === 0) return 0;
	return Math.trunc(scores.reduce((sum, score) => sum + score, 0) / scores.length);
}

/** Requests must fit into what the node has left; emptier nodes are better. */
export const nodeResourcesFit: FilterPlugin & ScorePlugin = {
	name: 'NodeResourcesFit',
	weight: 1,
	events: ['NodeChange', 'AssignedPodDelete', 'PodUpdate'],
	prepare: ({ pod }: Cycle) => {
		const requests = podRequests(pod);
		return (node) => shortage(requests, node);
	},
	prepareScore: ({ pod }) => {
		const wanted = podRequests(pod, true);
		return { score: (node) => leastAllocated(wanted, node) };
	},
};

/** Nodes whose resources are used evenly are better. After plugins/noderesources/balanced_allocation.go */
export const balancedAllocation: ScorePlugin = {
	name: 'NodeResourcesBalancedAllocation',
	weight: 1,
	prepareScore: ({ pod }) => {
		const wanted = podRequests(pod);
		if (!compared.some((name) => wanted[name])) return undefined;
		const score = ({ allocatable, requested }: NodeInfo) => {
			const fractions = compared.flatMap((name) => {
				const capacity = allocatable[name] ?? 0;
				if (capacity === 0) return [];
				return [Math.min(1, ((requested[name] ?? 0) + (wanted[name] ?? 0)) / capacity)];
			});
			const [cpu = 0, memory = cpu] = fractions;
			return Math.trunc((1 - Math.abs(cpu - memory) / 2) * maxScore);
		};
		return { score };
	},
};
