import type { Condition, Pod, ReplicaSet } from '../../api/kubernetes.ts';
import { matchLabels } from '../../client/selectors.ts';
import { rfc3339 } from '../../client/time.ts';
import { conditionOf, isPodAvailable, isPodReady, readySince } from './conditions.ts';

/** The status that a ReplicaSet's pods give it. After pkg/controller/replicaset: calculateStatus */
export function replicaSetStatus(
	replicaSet: ReplicaSet,
	pods: Pod[],
	failure: unknown,
	now: number,
): ReplicaSet['status'] {
	const { minReadySeconds = 0, template } = replicaSet.spec;
	const labels = { matchLabels: template.metadata?.labels ?? {} };
	const conditions = conditionsAfter(replicaSet, pods, failure, now);
	return {
		replicas: pods.length,
		...count('fullyLabeledReplicas', pods, (pod) => matchLabels(labels, pod.metadata.labels)),
		...count('readyReplicas', pods, isPodReady),
		...count('availableReplicas', pods, (pod) => isPodAvailable(pod, minReadySeconds, now)),
		...(conditions.length ? { conditions } : {}),
		...(replicaSet.status.observedGeneration !== undefined
			? { observedGeneration: replicaSet.status.observedGeneration }
			: {}),
	};
}

/** A count field; zero is left out, as upstream's `omitempty` does. */
function count<K extends string>(
	field: K,
	pods: Pod[],
	test: (pod: Pod) => boolean,
): { [key in K]?: number } {
	const number = pods.filter(test).length;
	return (number === 0 ? {} : { [field]: number }) as { [key in K]?: number };
}

function conditionsAfter(
	replicaSet: ReplicaSet,
	pods: Pod[],
	failure: unknown,
	now: number,
): Condition[] {
	const old = replicaSet.status.conditions ?? [];
	const known = conditionOf(old, 'ReplicaFailure');
	if (failure === undefined) return old.filter((condition) => condition !== known);
	if (known) return old;
	const tooFew = pods.length < (replicaSet.spec.replicas ?? 1);
	const message = failure instanceof Error ? failure.message : JSON.stringify(failure);
	return [
		...old,
		{
			type: 'ReplicaFailure',
			status: 'True',
			reason: tooFew ? 'FailedCreate' : 'FailedDelete',
			message,
			lastTransitionTime: rfc3339(now),
		},
	];
}

/** Milliseconds until the next ready pod becomes available, if one is waiting for it. */
export function nextAvailability(
	pods: Pod[],
	minReadySeconds: number,
	now: number,
): number | undefined {
	const waits = pods.flatMap((pod) => {
		const since = readySince(pod);
		if (since === undefined || isPodAvailable(pod, minReadySeconds, now)) return [];
		return [since + minReadySeconds * 1000 - now];
	});
	return waits.length ? Math.min(...waits) : undefined;
}
