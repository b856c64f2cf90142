import type { Condition, Pod } from '../../api/kubernetes.ts';
import { parseTime } from '../../client/time.ts';

/** The condition of a type. */
export function conditionOf(
	conditions: Condition[] | undefined,
	type: string,
): Condition | undefined {
	return conditions?.find((condition) => condition.type === type);
}

export function isPodReady(pod: Pod): boolean {
	return conditionOf(pod.status.conditions, 'Ready')?.status === 'True';
}

/** Milliseconds since when a ready pod has been ready. */
export function readySince(pod: Pod): number | undefined {
	const ready = conditionOf(pod.status.conditions, 'Ready');
	return ready?.status === 'True' ? parseTime(ready.lastTransitionTime) : undefined;
}

/** Ready for `minReadySeconds` at least. After pkg/api/v1/pod: IsPodAvailable */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
	if (!isPodReady(pod)) return false;
	if (minReadySeconds === 0) return true;
	const since = readySince(pod);
	return since !== undefined && since + minReadySeconds * 1000 <= now;
}

/** Neither finished nor going. After pkg/controller: IsPodActive */
export function isPodActive(pod: Pod): boolean {
	return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function isPodTerminal(pod: Pod): boolean {
	return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

/** The conditions with one put in its place; one of the same status keeps its transition time. */
export function withCondition(conditions: Condition[] | undefined, next: Condition): Condition[] {
	const old = conditionOf(conditions, next.type);
	const kept =
		old && old.status === next.status && old.lastTransitionTime !== undefined
			? { ...next, lastTransitionTime: old.lastTransitionTime }
			: next;
	if (!old) return [...(conditions ?? []), kept];
	return (conditions ?? []).map((condition) => (condition.type === next.type ? kept : condition));
}
