import type { Rng } from '../../util/rng.ts';
import type { NamedRejection, NodeVerdict, PluginScore } from './decision.ts';
import type { Cycle, FilterPlugin, ScorePlugin } from './framework.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import type { NodeInfo } from './node-info.ts';
import { balancedAllocation, nodeResourcesFit } from './node-resources.ts';
import {
	nodeAffinity,
	nodeName,
	nodePorts,
	nodeUnschedulable,
	taintToleration,
} from './node-selection.ts';
import { podTopologySpread } from './topology-spread.ts';

/** In upstream's order: a node is told the first reason only. After pkg/scheduler/apis/config/v1/default_plugins.go */
export const filterPlugins: readonly FilterPlugin[] = [
	nodeUnschedulable,
	nodeName,
	taintToleration,
	nodeAffinity,
	nodePorts,
	nodeResourcesFit,
	podTopologySpread,
	interPodAffinity,
];

const scorePlugins: readonly ScorePlugin[] = [
	taintToleration,
	nodeAffinity,
	nodeResourcesFit,
	podTopologySpread,
	interPodAffinity,
	balancedAllocation,
	imageLocality,
];

/** All filters for one pod, prepared once. */
export function prepareFilters(cycle: Cycle): (node: NodeInfo) => NamedRejection | undefined {
	const prepared = filterPlugins.flatMap((plugin) => {
		const filter = plugin.prepare(cycle);
		return filter ? [{ plugin: plugin.name, filter }] : [];
	});
	return (node) => {
		for (const { plugin, filter } of prepared) {
			const rejection = filter(node);
			if (rejection) return { plugin, ...rejection };
		}
		return undefined;
	};
}

/** Splits the nodes into those that can take the pod and the verdicts on the others. */
export function filterNodes(cycle: Cycle): { feasible: NodeInfo[]; rejected: NodeVerdict[] } {
	const filter = prepareFilters(cycle);
	const feasible: NodeInfo[] = [];
	const rejected: NodeVerdict[] = [];
	for (const node of cycle.nodes) {
		const rejection = filter(node);
		if (!rejection) feasible.push(node);
		else {
			const { plugin, reasons, resolvable } = rejection;
			rejected.push({ node: node.name, rejectedBy: plugin, reasons, resolvable });
		}
	}
	return { feasible, rejected };
}

/** The scores of nodes that can take the pod. After pkg/scheduler/schedule_one.go: prioritizeNodes */
export function scoreNodes(cycle: Cycle, feasible: NodeInfo[]): NodeVerdict[] {
	const byPlugin = scorePlugins.flatMap((plugin) => {
		const prepared = plugin.prepareScore(cycle, feasible);
		if (!prepared) return [];
		const raw = feasible.map((node) => prepared.score(node));
		const normalized = prepared.normalize?.(raw, feasible) ?? raw;
		return [{ plugin, raw, normalized }];
	});
	return feasible.map((node, i) => {
		const scores = byPlugin.map(({ plugin, raw, normalized }): PluginScore => {
			const { name, weight } = plugin;
			return { plugin: name, raw: raw[i] ?? 0, normalized: normalized[i] ?? 0, weight };
		});
		const total = scores.reduce((sum, { normalized, weight }) => sum + normalized * weight, 0);
		return { node: node.name, scores, total };
	});
}

/** The best node; among equals chance decides. After schedule_one.go: selectHost */
export function selectNode(scored: NodeVerdict[], rng: Rng): string | undefined {
	const best = Math.max(...scored.map(({ total = 0 }) => total));
	const equals = scored.filter(({ total = 0 }) => total === best);
	return equals[Math.floor(rng.next() * equals.length)]?.node;
}
