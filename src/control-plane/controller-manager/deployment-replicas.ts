import type { Deployment, IntOrString, ReplicaSet } from '../../api/kubernetes.ts';
import { scaledValue } from '../../client/int-or-string.ts';
import { hashLabel } from './template-hash.ts';
import { maxReplicasOf } from './deployment-annotations.ts';

// After pkg/controller/deployment/util/deployment_util.go: the arithmetic of a rollout.

/** `spec.replicas` with its default. */
export function replicasOf(object: Deployment | ReplicaSet): number {
	return object.spec.replicas ?? 1;
}

export function isRollingUpdate(deployment: Deployment): boolean {
	return deployment.spec.strategy?.type !== 'Recreate';
}

/** Surge rounds up, unavailability down; both zero would stand still, so one may be unavailable. */
export function resolveFenceposts(
	maxSurge: IntOrString | undefined,
	maxUnavailable: IntOrString | undefined,
	desired: number,
): { surge: number; unavailable: number } {
	const surge = scaledValue(maxSurge ?? 0, desired, true);
	const unavailable = scaledValue(maxUnavailable ?? 0, desired, false);
	return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
	const { maxSurge = '25%', maxUnavailable = '25%' } =
		deployment.spec.strategy?.rollingUpdate ?? {};
	return resolveFenceposts(maxSurge, maxUnavailable, replicasOf(deployment));
}

/** Pods that may exist beyond the wanted number. */
export function maxSurge(deployment: Deployment): number {
	return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

/** Pods that may be missing from the wanted number. */
export function maxUnavailable(deployment: Deployment): number {
	const desired = replicasOf(deployment);
	if (!isRollingUpdate(deployment) || desired === 0) return 0;
	return Math.min(fenceposts(deployment).unavailable, desired);
}

function sum(sets: ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number {
	return sets.reduce((total, set) => total + (of(set) ?? 0), 0);
}

/** Wanted pods of all sets. */
export function replicaCount(sets: ReplicaSet[]): number {
	return sum(sets, replicasOf);
}
export function actualReplicaCount(sets: ReplicaSet[]): number {
	return sum(sets, ({ status }) => status.replicas);
}
export function readyReplicaCount(sets: ReplicaSet[]): number {
	return sum(sets, ({ status }) => status.readyReplicas);
}
export function availableReplicaCount(sets: ReplicaSet[]): number {
	return sum(sets, ({ status }) => status.availableReplicas);
}

/** Sets that want pods. */
export function activeSets(sets: ReplicaSet[]): ReplicaSet[] {
	return sets.filter((set) => replicasOf(set) > 0);
}

/** How many pods the new set may want now. */
export function newReplicaCount(
	deployment: Deployment,
	all: ReplicaSet[],
	newSetReplicas: number,
): number {
	const desired = replicasOf(deployment);
	if (!isRollingUpdate(deployment)) return desired;
	const room = desired + maxSurge(deployment) - replicaCount(all);
	if (room <= 0) return newSetReplicas;
	return newSetReplicas + Math.min(room, desired - newSetReplicas);
}

/** Whether the new set has all its pods available, so that the old ones are not needed. */
export function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
	if (!set) return false;
	const desired = replicasOf(deployment);
	const recorded = Number(set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas']);
	return (
		replicasOf(set) === desired && recorded === desired && set.status.availableReplicas === desired
	);
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
	const [timeA, timeB] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
	if (timeA !== timeB) return timeA < timeB ? -1 : 1;
	return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** Oldest first. */
export function sortedByAge(sets: ReplicaSet[]): ReplicaSet[] {
	return [...sets].sort(byAge);
}

/** The only active set, or the newest one when none is active; none when several are. */
export function activeOrLatest(
	newSet: ReplicaSet | undefined,
	old: ReplicaSet[],
): ReplicaSet | undefined {
	const active = activeSets(newSet ? [...old, newSet] : old);
	if (active.length === 0) return newSet ?? sortedByAge(old).at(-1);
	return active.length === 1 ? active[0] : undefined;
}

function roundHalfAway(value: number): number {
	return value < 0 ? -Math.round(-value) : Math.round(value);
}

/** What a set gains (or loses) when the Deployment is scaled in the middle of a rollout. */
function fraction(set: ReplicaSet, deployment: Deployment): number {
	const size = replicasOf(set);
	if (replicasOf(deployment) === 0) return -size;
	const before = maxReplicasOf(set) || deployment.status.replicas || 0;
	const after = replicasOf(deployment) + maxSurge(deployment);
	return before === 0 ? 0 : roundHalfAway((size * after) / before) - size;
}

function proportion(set: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
	if (replicasOf(set) === 0 || toAdd === 0 || toAdd === added) return 0;
	const allowed = toAdd - added;
	const share = fraction(set, deployment);
	return toAdd > 0 ? Math.min(share, allowed) : Math.max(share, allowed);
}

/**
 * New sizes of all active sets in proportion to the old ones; the largest takes what rounding
 * leaves over. After pkg/controller/deployment/sync.go: scale
 */
export function proportionalSizes(
	deployment: Deployment,
	sets: ReplicaSet[],
): { set: ReplicaSet; size: number }[] {
	const desired = replicasOf(deployment);
	const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
	const toAdd = allowed - replicaCount(sets);
	const newerFirst = toAdd > 0 ? -1 : 1;
	const sorted = [...sets].sort(
		(a, b) => replicasOf(b) - replicasOf(a) || newerFirst * byAge(a, b),
	);
	let added = 0;
	const sizes = sorted.map((set) => {
		const share = proportion(set, deployment, toAdd, added);
		added += share;
		return { set, size: replicasOf(set) + share };
	});
	const largest = sizes[0];
	if (largest && toAdd !== 0) largest.size = Math.max(0, largest.size + toAdd - added);
	return sizes;
}

/** The name of a revision's set. */
export function replicaSetName(deployment: Deployment, hash: string): string {
	return `${deployment.metadata.name.slice(0, 253 - hash.length - 1)}-${hash}`;
}

/** A selector narrowed to one revision. */
export function selectorWithHash(
	selector: Deployment['spec']['selector'],
	hash: string,
): Deployment['spec']['selector'] {
	return { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } };
}
