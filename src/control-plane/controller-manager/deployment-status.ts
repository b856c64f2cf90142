import type { Condition, Deployment, ReplicaSet } from '../../api/kubernetes.ts';
import { parseTime, rfc3339 } from '../../client/time.ts';
import { conditionOf } from './conditions.ts';
import {
	actualReplicaCount,
	availableReplicaCount,
	maxUnavailable,
	readyReplicaCount,
	replicaCount,
	replicasOf,
} from './deployment-replicas.ts';

export type DeploymentStatus = Deployment['status'];

const unlimited = 2 ** 31 - 1;

/** A condition of now. */
export function deploymentCondition(
	type: 'Progressing' | 'Available' | 'ReplicaFailure',
	status: Condition['status'],
	reason: string,
	message: string,
	now: number,
): Condition {
	const time = rfc3339(now);
	return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/**
 * The conditions with one set; the same status and reason change nothing, the same status keeps
 * its transition time. After pkg/controller/deployment/util: SetDeploymentCondition
 */
export function withDeploymentCondition(
	conditions: Condition[] | undefined,
	next: Condition,
): Condition[] {
	const old = conditionOf(conditions, next.type);
	if (old && old.status === next.status && old.reason === next.reason) return conditions ?? [];
	const kept: Condition = { ...next };
	if (old?.status === next.status && old.lastTransitionTime !== undefined)
		kept.lastTransitionTime = old.lastTransitionTime;
	return [...withoutCondition(conditions, next.type), kept];
}

function withoutCondition(conditions: Condition[] | undefined, type: string): Condition[] {
	return (conditions ?? []).filter((condition) => condition.type !== type);
}

export function hasProgressDeadline(deployment: Deployment): boolean {
	const { progressDeadlineSeconds } = deployment.spec;
	return progressDeadlineSeconds !== undefined && progressDeadlineSeconds !== unlimited;
}

/** Zero counts are left out, as upstream's `omitempty` does. */
function counts(fields: Record<string, number>): Partial<DeploymentStatus> {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== 0));
}

/** Counts and the Available condition. After pkg/controller/deployment/sync.go: calculateStatus */
export function calculateStatus(
	deployment: Deployment,
	all: ReplicaSet[],
	newSet: ReplicaSet | undefined,
	now: number,
): DeploymentStatus {
	const available = availableReplicaCount(all);
	const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
	const { collisionCount, conditions } = deployment.status;
	const condition = enough
		? deploymentCondition(
				'Available',
				'True',
				'MinimumReplicasAvailable',
				'Deployment has minimum availability.',
				now,
			)
		: deploymentCondition(
				'Available',
				'False',
				'MinimumReplicasUnavailable',
				'Deployment does not have minimum availability.',
				now,
			);
	return {
		observedGeneration: deployment.metadata.generation ?? 1,
		...counts({
			replicas: actualReplicaCount(all),
			updatedReplicas: actualReplicaCount(newSet ? [newSet] : []),
			readyReplicas: readyReplicaCount(all),
			availableReplicas: available,
			unavailableReplicas: Math.max(0, replicaCount(all) - available),
		}),
		...(collisionCount === undefined ? {} : { collisionCount }),
		conditions: withDeploymentCondition(conditions, condition),
	};
}

/** All pods are new, and all of them available. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
	const desired = replicasOf(deployment);
	return (
		(status.updatedReplicas ?? 0) === desired &&
		(status.replicas ?? 0) === desired &&
		(status.availableReplicas ?? 0) === desired &&
		(status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 1)
	);
}

function oldReplicas(status: DeploymentStatus): number {
	return (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
}

/** Something became better since the last status. */
function isProgressing(deployment: Deployment, status: DeploymentStatus): boolean {
	const before = deployment.status;
	return (
		(status.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
		oldReplicas(status) < oldReplicas(before) ||
		(status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
		(status.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
	);
}

/** Nothing became better for longer than the deadline. After deployment_util.go: DeploymentTimedOut */
function isTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
	const condition = conditionOf(status.conditions, 'Progressing');
	if (!hasProgressDeadline(deployment) || !condition) return false;
	if (condition.reason === 'NewReplicaSetAvailable') return false;
	if (condition.reason === 'ProgressDeadlineExceeded') return true;
	const from = parseTime(condition.lastUpdateTime) ?? now;
	return from + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 < now;
}

/** The Progressing condition that a rollout's status deserves; `undefined` leaves the present one. */
function progressCondition(
	deployment: Deployment,
	newSet: ReplicaSet | undefined,
	status: DeploymentStatus,
	now: number,
): { condition: Condition; refresh: boolean } | undefined {
	const what = newSet
		? `ReplicaSet "${newSet.metadata.name}"`
		: `Deployment "${deployment.metadata.name}"`;
	const make = (value: Condition['status'], reason: string, text: string) =>
		deploymentCondition('Progressing', value, reason, `${what} ${text}`, now);
	if (isComplete(deployment, status)) {
		const condition = make('True', 'NewReplicaSetAvailable', 'has successfully progressed.');
		return { condition, refresh: false };
	}
	if (isProgressing(deployment, status))
		return { condition: make('True', 'ReplicaSetUpdated', 'is progressing.'), refresh: true };
	if (isTimedOut(deployment, status, now)) {
		const condition = make('False', 'ProgressDeadlineExceeded', 'has timed out progressing.');
		return { condition, refresh: false };
	}
	return undefined;
}

/** Adds what is known of a rollout's progress. After pkg/controller/deployment/progress.go: syncRolloutStatus */
export function withProgress(
	deployment: Deployment,
	newSet: ReplicaSet | undefined,
	status: DeploymentStatus,
	now: number,
): DeploymentStatus {
	let conditions = status.conditions;
	if (!hasProgressDeadline(deployment))
		return { ...status, conditions: withoutCondition(conditions, 'Progressing') };
	const current = conditionOf(deployment.status.conditions, 'Progressing');
	const settled =
		(status.replicas ?? 0) === (status.updatedReplicas ?? 0) &&
		current?.reason === 'NewReplicaSetAvailable';
	const found = settled ? undefined : progressCondition(deployment, newSet, status, now);
	if (!found) return status;
	if (found.refresh) {
		// Progress renews lastUpdateTime even when status and reason stay: the deadline counts from it.
		if (current?.status === 'True' && current.lastTransitionTime !== undefined)
			found.condition.lastTransitionTime = current.lastTransitionTime;
		conditions = withoutCondition(conditions, 'Progressing');
	}
	return { ...status, conditions: withDeploymentCondition(conditions, found.condition) };
}

/** Passes a set's failure to create pods on to the Deployment; the new set's comes first. */
export function withReplicaFailure(
	status: DeploymentStatus,
	all: ReplicaSet[],
	newSet: ReplicaSet | undefined,
): DeploymentStatus {
	const sets = newSet ? [newSet, ...all] : all;
	const failures = sets.flatMap(
		(set) => conditionOf(set.status.conditions, 'ReplicaFailure') ?? [],
	);
	const [failure] = failures;
	if (!failure)
		return { ...status, conditions: withoutCondition(status.conditions, 'ReplicaFailure') };
	const condition: Condition = { ...failure };
	if (failure.lastTransitionTime) condition.lastUpdateTime = failure.lastTransitionTime;
	return { ...status, conditions: withDeploymentCondition(status.conditions, condition) };
}
