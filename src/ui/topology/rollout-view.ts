import type { Deployment, ReplicaSet } from '../../api/kubernetes.ts';
import { scaledValue } from '../../client/int-or-string.ts';
import { versionOf, type PodView } from './pod-view.ts';

export interface LaneView {
	uid: string;
	name: string;
	/** The pod-template-hash. */
	hash: string;
	revision: number;
	image: string;
	version: string | undefined;
	current: boolean;
	/** What the Deployment asks this ReplicaSet for. */
	wanted: number;
	ready: number;
	pods: PodView[];
}

export interface RolloutView {
	uid: string;
	name: string;
	namespace: string;
	strategy: 'RollingUpdate' | 'Recreate';
	desired: number;
	maxSurge: number;
	maxUnavailable: number;
	/** Fewest available pods and most pods that the strategy allows. */
	atLeast: number;
	atMost: number;
	/** Pods that are not being deleted. */
	total: number;
	ready: number;
	lanes: LaneView[];
	/** Old ReplicaSets without pods, newest first. */
	history: LaneView[];
	/** `complete`, `progressing`, `stalled` (the deadline has passed) or `paused`. */
	phase: 'complete' | 'progressing' | 'stalled' | 'paused';
	deployment: Deployment;
}

const revisionKey = 'deployment.kubernetes.io/revision';
const revisionOf = (object: ReplicaSet | Deployment) =>
	Number(object.metadata.annotations?.[revisionKey] ?? 0);

function ownedBy(uid: string, owners: { uid: string; controller?: boolean }[] | undefined) {
	return owners?.some((owner) => owner.uid === uid && owner.controller) ?? false;
}

function lane(set: ReplicaSet, pods: readonly PodView[], newest: number): LaneView {
	const image = set.spec.template.spec.containers[0]?.image ?? '';
	const own = pods.filter(({ pod }) => ownedBy(set.metadata.uid, pod.metadata.ownerReferences));
	return {
		uid: set.metadata.uid,
		name: set.metadata.name,
		hash: set.metadata.labels?.['pod-template-hash'] ?? '',
		revision: revisionOf(set),
		image,
		version: versionOf(image),
		current: revisionOf(set) === newest,
		wanted: set.spec.replicas ?? 0,
		ready: own.filter((pod) => pod.state === 'ready').length,
		pods: own,
	};
}

/** How many pods more and how many fewer than wanted its strategy allows. */
function bounds(deployment: Deployment, desired: number) {
	const { strategy } = deployment.spec;
	if (strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: desired };
	// After pkg/controller/deployment/util: ResolveFenceposts
	const maxSurge = scaledValue(strategy?.rollingUpdate?.maxSurge ?? '25%', desired, true);
	const maxUnavailable = scaledValue(
		strategy?.rollingUpdate?.maxUnavailable ?? '25%',
		desired,
		false,
	);
	return maxSurge === 0 && maxUnavailable === 0
		? { maxSurge, maxUnavailable: 1 }
		: { maxSurge, maxUnavailable };
}

/** Fewest available pods that its strategy allows while it changes them. */
export function leastOf(deployment: Deployment): number {
	const desired = deployment.spec.replicas ?? 1;
	return Math.max(0, desired - bounds(deployment, desired).maxUnavailable);
}

export function phaseOf(deployment: Deployment): RolloutView['phase'] {
	const desired = deployment.spec.replicas ?? 1;
	if (deployment.spec.paused) return 'paused';
	const { status } = deployment;
	const progressing = status.conditions?.find((one) => one.type === 'Progressing');
	if (progressing?.reason === 'ProgressDeadlineExceeded') return 'stalled';
	const counts = [status.updatedReplicas, status.availableReplicas, status.replicas];
	const seen = (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
	return seen && counts.every((count) => (count ?? 0) === desired) ? 'complete' : 'progressing';
}

export function rolloutView(
	deployment: Deployment,
	sets: readonly ReplicaSet[],
	pods: readonly PodView[],
): RolloutView {
	const own = sets.filter((set) => ownedBy(deployment.metadata.uid, set.metadata.ownerReferences));
	const newest = Math.max(0, ...own.map(revisionOf));
	const lanes = own.map((set) => lane(set, pods, newest)).sort((a, b) => a.revision - b.revision);
	const desired = deployment.spec.replicas ?? 1;
	const { maxSurge, maxUnavailable } = bounds(deployment, desired);
	const all = lanes.flatMap((one) => one.pods);
	const shown = (one: LaneView) => one.current || one.wanted > 0 || one.pods.length > 0;
	return {
		uid: deployment.metadata.uid,
		name: deployment.metadata.name,
		namespace: deployment.metadata.namespace ?? 'default',
		strategy: deployment.spec.strategy?.type ?? 'RollingUpdate',
		desired,
		maxSurge,
		maxUnavailable,
		atLeast: leastOf(deployment),
		atMost: desired + maxSurge,
		total: all.filter((pod) => pod.state !== 'terminating').length,
		ready: all.filter((pod) => pod.state === 'ready').length,
		lanes: lanes.filter(shown),
		history: lanes.filter((one) => !shown(one)).reverse(),
		phase: phaseOf(deployment),
		deployment,
	};
}
