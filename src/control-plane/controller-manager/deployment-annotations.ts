import type { Deployment, KubeObject, ReplicaSet } from '../../api/kubernetes.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

const notCopied = new Set([
	'kubectl.kubernetes.io/last-applied-configuration',
	revisionAnnotation,
	historyAnnotation,
	desiredAnnotation,
	maxAnnotation,
	'deprecated.deployment.rollback.to',
]);
const maxHistoryLength = 2000;

/** A 64-bit number, which a client may have set as high as it likes; 0 for an object without a readable one. */
export function revisionOf(object: KubeObject): bigint {
	return asRevision(object.metadata.annotations?.[revisionAnnotation]);
}

function asRevision(text = ''): bigint {
	return /^[+-]?\d+$/.test(text) ? BigInt.asIntN(64, BigInt(text.replace('+', ''))) : 0n;
}

/** Compares as `sort` wants it. */
export function byRevision(a: KubeObject, b: KubeObject): number {
	const difference = revisionOf(a) - revisionOf(b);
	return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

export function nextRevision(sets: ReplicaSet[]): bigint {
	const highest = sets.map(revisionOf).reduce((a, b) => (b > a ? b : a), 0n);
	return highest + 1n;
}

/** What the Deployment wanted when it last sized this set. */
export function desiredReplicasOf(set: ReplicaSet): number | undefined {
	const text = set.metadata.annotations?.[desiredAnnotation];
	return text === undefined ? undefined : Number(text);
}

export function maxReplicasOf(set: ReplicaSet): number {
	return Number(set.metadata.annotations?.[maxAnnotation] ?? 0);
}

/** The annotations that record the Deployment's size on a set. */
export function replicasAnnotations(desired: number, max: number): Record<string, string> {
	return { [desiredAnnotation]: String(desired), [maxAnnotation]: String(max) };
}

/** Revisions this set had before, newest last, within the size upstream allows. */
function historyWith(history: string | undefined, revision: string): string {
	const revisions = history ? history.split(',') : [];
	revisions.push(revision);
	while (revisions.length > 1 && revisions.join(',').length > maxHistoryLength) revisions.shift();
	return revisions.join(',');
}

/**
 * The annotations of the set that serves the Deployment's present template: copied ones, its
 * revision, and the revisions it had when it is rolled back to.
 * After pkg/controller/deployment/util: SetNewReplicaSetAnnotations
 */
export function newSetAnnotations(
	deployment: Deployment,
	present: Record<string, string> | undefined,
	revision: bigint,
): { annotations: Record<string, string>; changed: boolean } {
	const annotations = { ...present };
	let changed = false;
	for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
		if (notCopied.has(key) || annotations[key] === value) continue;
		annotations[key] = value;
		changed = true;
	}
	const old = annotations[revisionAnnotation];
	if (asRevision(old) < revision) {
		annotations[revisionAnnotation] = String(revision);
		changed = true;
		if (old !== undefined)
			annotations[historyAnnotation] = historyWith(annotations[historyAnnotation], old);
	}
	return { annotations, changed };
}
