import type { Pod, PodAffinityTerm } from '../../api/kubernetes.ts';
import { matchLabels } from '../../client/selectors.ts';
import { own } from '../../util/own.ts';
import {
	maxScore,
	unresolvable,
	unschedulable,
	type Cycle,
	type FilterPlugin,
	type Rejection,
	type ScorePlugin,
} from './framework.ts';
import { affinityTerms, type NodeInfo } from './node-info.ts';

const hardPodAffinityWeight = 1;

/** Sums by topology pair: `key=value`. */
class PairCounts {
	readonly #counts = new Map<string, number>();

	add(term: PodAffinityTerm, { labels }: NodeInfo, amount: number): void {
		const value = own(labels, term.topologyKey);
		if (value === undefined) return;
		const pair = `${term.topologyKey}=${value}`;
		this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + amount);
	}
	at(term: PodAffinityTerm, { labels }: NodeInfo): number {
		const value = own(labels, term.topologyKey);
		return value === undefined ? 0 : (this.#counts.get(`${term.topologyKey}=${value}`) ?? 0);
	}
	sumAt({ labels }: NodeInfo): number {
		const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
		return pairs.reduce((sum, pair) => sum + (this.#counts.get(pair) ?? 0), 0);
	}
	/** Whether a node has a topology value that was counted. */
	hits({ labels }: NodeInfo): boolean {
		return Object.entries(labels).some(([key, value]) => this.#counts.has(`${key}=${value}`));
	}
	get isEmpty(): boolean {
		return this.#counts.size === 0;
	}
}

/** Whether a term of `owner`'s is about a pod. */
function selects(term: PodAffinityTerm, owner: Pod, pod: Pod): boolean {
	const namespaces = term.namespaces?.length ? term.namespaces : [owner.metadata.namespace];
	return (
		namespaces.includes(pod.metadata.namespace) &&
		matchLabels(term.labelSelector, pod.metadata.labels)
	);
}

function existingAntiAffinity({ pod, nodes }: Cycle): PairCounts {
	const counts = new PairCounts();
	for (const node of nodes)
		for (const existing of node.pods)
			for (const term of affinityTerms(existing.spec.affinity, 'podAntiAffinity').required)
				if (selects(term, existing, pod)) counts.add(term, node, 1);
	return counts;
}

/** Where the pod's required terms find pods: affinity needs one that all terms select. */
function incomingCounts({ pod, nodes }: Cycle, terms: PodAffinityTerm[], all: boolean): PairCounts {
	const counts = new PairCounts();
	for (const node of nodes)
		for (const existing of node.pods) {
			const hit = terms.filter((term) => selects(term, pod, existing));
			if (all && hit.length < terms.length) continue;
			for (const term of hit) counts.add(term, node, 1);
		}
	return counts;
}

/** After plugins/interpodaffinity/filtering.go */
function prepareFilter(cycle: Cycle): ((node: NodeInfo) => Rejection | undefined) | undefined {
	const { pod } = cycle;
	const affinity = affinityTerms(pod.spec.affinity, 'podAffinity').required;
	const antiAffinity = affinityTerms(pod.spec.affinity, 'podAntiAffinity').required;
	const existing = existingAntiAffinity(cycle);
	if (affinity.length === 0 && antiAffinity.length === 0 && existing.isEmpty) return undefined;
	const near = incomingCounts(cycle, affinity, true);
	const far = incomingCounts(cycle, antiAffinity, false);
	// The first pod of a group may start it, else none could ever be placed.
	const startsGroup = near.isEmpty && affinity.every((term) => selects(term, pod, pod));
	return (node) => {
		const labelled = affinity.every(
			({ topologyKey }) => own(node.labels, topologyKey) !== undefined,
		);
		const together = affinity.every((term) => near.at(term, node) > 0);
		if (affinity.length > 0 && !(labelled && (together || startsGroup)))
			return unresolvable("node(s) didn't match pod affinity rules");
		if (antiAffinity.some((term) => far.at(term, node) > 0))
			return unschedulable("node(s) didn't match pod anti-affinity rules");
		return existing.hits(node)
			? unschedulable("node(s) didn't satisfy existing pods anti-affinity rules")
			: undefined;
	};
}

/** What one existing pod adds for or against its node's topology. After scoring.go: processExistingPod */
function weigh(counts: PairCounts, pod: Pod, existing: Pod, node: NodeInfo): void {
	for (const [kind, sign] of [
		['podAffinity', 1],
		['podAntiAffinity', -1],
	] as const) {
		const incoming = affinityTerms(pod.spec.affinity, kind).preferred;
		for (const { weight, podAffinityTerm } of incoming)
			if (selects(podAffinityTerm, pod, existing)) counts.add(podAffinityTerm, node, sign * weight);
		const present = affinityTerms(existing.spec.affinity, kind);
		for (const { weight, podAffinityTerm } of present.preferred)
			if (selects(podAffinityTerm, existing, pod)) counts.add(podAffinityTerm, node, sign * weight);
		if (kind === 'podAffinity')
			for (const term of present.required)
				if (selects(term, existing, pod)) counts.add(term, node, hardPodAffinityWeight);
	}
}

/** Keeps pods near to and away from each other. After plugins/interpodaffinity */
export const interPodAffinity: FilterPlugin & ScorePlugin = {
	name: 'InterPodAffinity',
	weight: 2,
	events: ['NodeChange', 'AssignedPodDelete', 'AssignedPodChange', 'PodUpdate'],
	prepare: prepareFilter,
	prepareScore: ({ pod, nodes }) => {
		const counts = new PairCounts();
		for (const node of nodes) for (const existing of node.pods) weigh(counts, pod, existing, node);
		if (counts.isEmpty) return undefined;
		const normalize = (scores: number[]) => {
			const [min, max] = [Math.min(...scores), Math.max(...scores)];
			return scores.map((score) =>
				max === min ? 0 : Math.trunc((maxScore * (score - min)) / (max - min)),
			);
		};
		return { score: (node) => counts.sumAt(node), normalize };
	},
};
