import type { LabelSelector, Pod, TopologySpreadConstraint } from '../../api/kubernetes.ts';
import { matchLabels } from '../../client/selectors.ts';
import { own } from '../../util/own.ts';
import {
	maxScore,
	unresolvable,
	unschedulable,
	type Cycle,
	type FilterPlugin,
	type ScorePlugin,
} from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import { matchesRequiredAffinity } from './node-selection.ts';

const hostname = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';
const mismatch = "node(s) didn't match pod topology spread constraints";

interface Constraint {
	maxSkew: number;
	topologyKey: string;
	selectors: LabelSelector[];
}

function constraintsOf(
	pod: Pod,
	when: TopologySpreadConstraint['whenUnsatisfiable'],
): Constraint[] {
	return (pod.spec.topologySpreadConstraints ?? [])
		.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when)
		.map(({ maxSkew, topologyKey, labelSelector }) => ({
			maxSkew,
			topologyKey,
			selectors: labelSelector ? [labelSelector] : [],
		}));
}

/** Selectors of what a pod belongs to. After plugins/helper/spread.go: DefaultSelector */
function defaultSelectors({ pod, services, replicaSets }: Cycle): LabelSelector[] {
	const { namespace, labels, ownerReferences } = pod.metadata;
	const byService = services(namespace).flatMap(({ spec }) => {
		const matchLabelsOf = spec.selector ?? {};
		const selects = Object.keys(matchLabelsOf).length > 0;
		return selects && matchLabels({ matchLabels: matchLabelsOf }, labels)
			? [{ matchLabels: matchLabelsOf }]
			: [];
	});
	const owner = ownerReferences?.find(({ controller }) => controller);
	const set = replicaSets(namespace).find(({ metadata }) => metadata.uid === owner?.uid);
	return set ? [...byService, set.spec.selector] : byService;
}

/** Pods of one owner spread over nodes and zones even when nobody asks for it. */
function systemDefaults(cycle: Cycle): Constraint[] {
	const selectors = defaultSelectors(cycle);
	if (selectors.length === 0) return [];
	return [
		{ maxSkew: 3, topologyKey: hostname, selectors },
		{ maxSkew: 5, topologyKey: zone, selectors },
	];
}

function matches({ selectors }: Constraint, pod: Pod): boolean {
	return selectors.length > 0 && selectors.every((each) => matchLabels(each, pod.metadata.labels));
}

function countOn(node: NodeInfo, constraint: Constraint, namespace: string | undefined): number {
	return node.pods.filter(
		(pod) =>
			pod.metadata.deletionTimestamp === undefined &&
			pod.metadata.namespace === namespace &&
			matches(constraint, pod),
	).length;
}

/** Matching pods by topology value, over the nodes given. */
function countByValue(
	nodes: NodeInfo[],
	constraint: Constraint,
	namespace: string | undefined,
): Map<string, number> {
	const counts = new Map<string, number>();
	for (const node of nodes) {
		const value = own(node.labels, constraint.topologyKey);
		if (value === undefined) continue;
		counts.set(value, (counts.get(value) ?? 0) + countOn(node, constraint, namespace));
	}
	return counts;
}

function hasAllKeys(node: NodeInfo, constraints: Constraint[]): boolean {
	return constraints.every(({ topologyKey }) => own(node.labels, topologyKey) !== undefined);
}

/** Spreads pods over topology domains. After plugins/podtopologyspread/{filtering,scoring}.go */
export const podTopologySpread: FilterPlugin & ScorePlugin = {
	name: 'PodTopologySpread',
	weight: 2,
	events: ['NodeChange', 'AssignedPodDelete', 'AssignedPodChange', 'PodUpdate'],
	prepare: ({ pod, nodes }) => {
		const constraints = constraintsOf(pod, 'DoNotSchedule');
		if (constraints.length === 0) return undefined;
		const eligible = nodes.filter(
			(node) => matchesRequiredAffinity(pod, node) && hasAllKeys(node, constraints),
		);
		const counted = constraints.map((constraint) => {
			const counts = countByValue(eligible, constraint, pod.metadata.namespace);
			const self = matches(constraint, pod) ? 1 : 0;
			return { ...constraint, counts, self, min: Math.min(...counts.values()) };
		});
		return (node) => {
			for (const { topologyKey, counts, self, min, maxSkew } of counted) {
				const value = own(node.labels, topologyKey);
				if (value === undefined) return unresolvable(`${mismatch} (missing required label)`);
				if ((counts.get(value) ?? 0) + self - min > maxSkew) return unschedulable(mismatch);
			}
			return undefined;
		};
	},
	prepareScore: (cycle, feasible) => {
		const { pod, nodes } = cycle;
		const asked = pod.spec.topologySpreadConstraints?.length;
		const constraints = asked ? constraintsOf(pod, 'ScheduleAnyway') : systemDefaults(cycle);
		if (constraints.length === 0) return undefined;
		const ignored = new Set(asked ? feasible.filter((node) => !hasAllKeys(node, constraints)) : []);
		return spreadScore(constraints, pod, nodes, feasible, ignored);
	},
};

function spreadScore(
	constraints: Constraint[],
	pod: Pod,
	nodes: NodeInfo[],
	feasible: NodeInfo[],
	ignored: Set<NodeInfo>,
) {
	const considered = feasible.filter((node) => !ignored.has(node));
	const counting = nodes.filter((node) => matchesRequiredAffinity(pod, node));
	const weighed = constraints.map((constraint) => {
		const { topologyKey } = constraint;
		const values = new Set(considered.flatMap(({ labels }) => own(labels, topologyKey) ?? []));
		const size = topologyKey === hostname ? considered.length : values.size;
		const counts = countByValue(counting, constraint, pod.metadata.namespace);
		return { ...constraint, counts, weight: Math.log(size + 2) };
	});
	const score = (node: NodeInfo) => {
		let sum = 0;
		for (const { topologyKey, counts, weight, maxSkew } of weighed) {
			const value = own(node.labels, topologyKey);
			if (value !== undefined) sum += (counts.get(value) ?? 0) * weight + (maxSkew - 1);
		}
		return Math.round(sum);
	};
	const normalize = (scores: number[], scored: NodeInfo[]) => {
		const valid = scores.filter((_score, i) => !ignored.has(scored[i] as NodeInfo));
		const [min, max] = [Math.min(...valid), Math.max(...valid)];
		return scores.map((raw, i) => {
			if (ignored.has(scored[i] as NodeInfo)) return 0;
			return max === 0 ? maxScore : Math.trunc((maxScore * (max + min - raw)) / max);
		});
	};
	return { score, normalize };
}
