import type { NodeSelectorTerm, Pod, Taint } from '../../api/kubernetes.ts';
import { meets, type Requirement } from '../../client/selectors.ts';
import { tolerates } from '../../client/tolerations.ts';
import {
	defaultNormalize,
	unresolvable,
	unschedulable,
	type Cycle,
	type FilterPlugin,
	type ScorePlugin,
} from './framework.ts';
import { hostPortsOf, portsConflict, type NodeInfo } from './node-info.ts';

type Expression = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

function requirement({ key, operator, values }: Expression): Requirement {
	return { key, operator: operator as Requirement['operator'], values: values ?? [] };
}

/** Whether a node meets all of a term; an empty term meets nothing. */
function matchesTerm(term: NodeSelectorTerm, node: NodeInfo): boolean {
	const { matchExpressions = [], matchFields = [] } = term;
	if (matchExpressions.length + matchFields.length === 0) return false;
	const fields = { 'metadata.name': node.name };
	return (
		matchExpressions.every((each) => meets(requirement(each), node.labels)) &&
		matchFields.every((each) => meets(requirement(each), fields))
	);
}

/** Whether a node meets the pod's node selector and required node affinity. */
export function matchesRequiredAffinity(pod: Pod, node: NodeInfo): boolean {
	const selector = Object.entries(pod.spec.nodeSelector ?? {});
	if (!selector.every(([key, value]) => node.labels[key] === value)) return false;
	const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
	return !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

function toleratesTaint(pod: Pod, taint: Taint): boolean {
	return (pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint));
}

/** Whether a taint does not speak against a node; only PreferNoSchedule is a matter of preference. */
function isWelcome(pod: Pod, taint: Taint): boolean {
	return taint.effect !== 'PreferNoSchedule' || toleratesTaint(pod, taint);
}

// After pkg/scheduler/framework/plugins/{nodename,nodeunschedulable,nodeports,nodeaffinity}

/** The pod names its node itself. */
export const nodeName: FilterPlugin = {
	name: 'NodeName',
	events: ['NodeChange'],
	prepare: ({ pod }) => {
		const wanted = pod.spec.nodeName;
		if (!wanted) return undefined;
		return (node) =>
			node.name === wanted
				? undefined
				: unresolvable("node(s) didn't match the requested node name");
	},
};

/** Cordoned nodes take only pods that tolerate it. */
export const nodeUnschedulable: FilterPlugin = {
	name: 'NodeUnschedulable',
	events: ['NodeChange'],
	prepare:
		({ pod }) =>
		({ node }) => {
			if (!node?.spec.unschedulable) return undefined;
			const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;
			if (toleratesTaint(pod, taint)) return undefined;
			return unresolvable('node(s) were unschedulable');
		},
};

/** Host ports are taken once per node. */
export const nodePorts: FilterPlugin = {
	name: 'NodePorts',
	events: ['NodeChange', 'AssignedPodDelete'],
	prepare: ({ pod }) => {
		const wanted = hostPortsOf(pod);
		if (wanted.length === 0) return undefined;
		return ({ hostPorts }) =>
			wanted.some((port) => hostPorts.some((taken) => portsConflict(port, taken)))
				? unschedulable("node(s) didn't have free ports for the requested pod ports")
				: undefined;
	},
};

/** nodeSelector and node affinity. */
export const nodeAffinity: FilterPlugin & ScorePlugin = {
	name: 'NodeAffinity',
	weight: 2,
	events: ['NodeChange', 'PodUpdate'],
	prepare: ({ pod }) => {
		const required =
			pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
		if (!pod.spec.nodeSelector && !required) return undefined;
		return (node) =>
			matchesRequiredAffinity(pod, node)
				? undefined
				: unresolvable("node(s) didn't match Pod's node affinity/selector");
	},
	prepareScore: ({ pod }) => {
		const terms = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
		if (!terms?.length) return undefined;
		const score = (node: NodeInfo) =>
			terms.reduce((sum, { weight, preference }) => {
				return sum + (matchesTerm(preference, node) ? weight : 0);
			}, 0);
		return { score, normalize: defaultNormalize(false) };
	},
};

/** Taints keep pods away that do not tolerate them. After plugins/tainttoleration */
export const taintToleration: FilterPlugin & ScorePlugin = {
	name: 'TaintToleration',
	weight: 3,
	events: ['NodeChange', 'PodUpdate'],
	prepare:
		({ pod }: Cycle) =>
		({ node }) => {
			const taint = node?.spec.taints?.find(
				(each) => each.effect !== 'PreferNoSchedule' && !toleratesTaint(pod, each),
			);
			if (!taint) return undefined;
			return unresolvable(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
		},
	prepareScore: ({ pod }) => ({
		score: ({ node }) => node?.spec.taints?.filter((taint) => !isWelcome(pod, taint)).length ?? 0,
		normalize: defaultNormalize(true),
	}),
};
