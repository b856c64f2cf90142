import type { Pod } from '../../api/kubernetes.ts';
import { parseTime } from '../../client/time.ts';
import { own } from '../../util/own.ts';
import { isPodActive, isPodReady, readySince } from './conditions.ts';

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const phaseOrder: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/** A pod, and how many active pods of the same set share its node. */
interface RankedPod {
	pod: Pod;
	rank: number;
}

type Compare = (a: RankedPod, b: RankedPod, now: number) => number;

function falseFirst(of: (pod: Pod) => boolean): Compare {
	return (a, b) => Number(of(a.pod)) - Number(of(b.pod));
}

function costOf(pod: Pod): number {
	const cost = Number(pod.metadata.annotations?.[deletionCost] ?? 0);
	return Number.isInteger(cost) ? cost : 0;
}

function restarts(pod: Pod): number {
	return Math.max(
		0,
		...(pod.status.containerStatuses ?? []).map(({ restartCount }) => restartCount),
	);
}

/** Ages are compared by their order of magnitude, so that which of several goes is spread out. */
function byLogarithmicAge(of: (pod: Pod) => number | undefined): Compare {
	return (a, b, now) => {
		const [timeA, timeB] = [of(a.pod), of(b.pod)];
		if (timeA === timeB) return 0;
		if (timeA === undefined || timeB === undefined) return timeA === undefined ? -1 : 1;
		const magnitude = (time: number) =>
			now > time ? Math.floor(Math.log2((now - time) * 1e6)) : -1;
		const difference = magnitude(timeA) - magnitude(timeB);
		return difference !== 0 ? difference : a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1;
	};
}

/** In order of weight; a negative result means that the first is deleted first. */
const comparisons: Compare[] = [
	falseFirst((pod) => Boolean(pod.spec.nodeName)),
	(a, b) =>
		(own(phaseOrder, a.pod.status.phase ?? '') ?? 0) -
		(own(phaseOrder, b.pod.status.phase ?? '') ?? 0),
	falseFirst(isPodReady),
	(a, b) => costOf(a.pod) - costOf(b.pod),
	(a, b) => b.rank - a.rank,
	byLogarithmicAge(readySince),
	(a, b) => restarts(b.pod) - restarts(a.pod),
	byLogarithmicAge((pod) => parseTime(pod.metadata.creationTimestamp)),
];

/** Negative when `a` is to be deleted before `b`. After pkg/controller: ActivePodsWithRanks.Less */
function compareForDeletion(a: RankedPod, b: RankedPod, now: number): number {
	for (const compare of comparisons) {
		const result = compare(a, b, now);
		if (result !== 0) return result;
	}
	return 0;
}

/**
 * The `count` pods to delete first; `related` are all pods whose nodes count for doubling up.
 * After pkg/controller/replicaset: getPodsToDelete
 */
export function podsToDelete(pods: Pod[], related: Pod[], count: number, now: number): Pod[] {
	if (count >= pods.length) return pods;
	const onNode = new Map<string, number>();
	for (const pod of related) {
		const node = pod.spec.nodeName;
		if (node && isPodActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
	}
	return pods
		.map((pod) => ({ pod, rank: onNode.get(pod.spec.nodeName ?? '') ?? 0 }))
		.sort((a, b) => compareForDeletion(a, b, now))
		.slice(0, count)
		.map(({ pod }) => pod);
}
