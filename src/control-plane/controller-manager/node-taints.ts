import type { Node, Taint } from '../../api/kubernetes.ts';
import { rfc3339 } from '../../client/time.ts';
import { conditionOf } from './conditions.ts';

export const notReady = 'node.kubernetes.io/not-ready';
export const unreachable = 'node.kubernetes.io/unreachable';
export const outOfService = 'node.kubernetes.io/out-of-service';
const unschedulable = 'node.kubernetes.io/unschedulable';

/** The condition status that calls for a NoSchedule taint. After node_lifecycle_controller.go: nodeConditionToTaintKeyStatusMap */
const conditionTaints: Record<string, Record<string, string>> = {
	Ready: { False: notReady, Unknown: unreachable },
	MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
	DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
	NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
	PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const managedNoSchedule = new Set([
	unschedulable,
	...Object.values(conditionTaints).flatMap((byStatus) => Object.values(byStatus)),
]);
const managedNoExecute = new Set([notReady, unreachable]);

/** The NoSchedule taints a node's conditions and cordon call for. */
export function wantedNoSchedule(node: Node): string[] {
	const keys = (node.status.conditions ?? []).flatMap(({ type, status }) => {
		const key = conditionTaints[type]?.[status];
		return key ? [key] : [];
	});
	return node.spec.unschedulable ? [...keys, unschedulable] : keys;
}

/** The NoExecute taint to have; `keep` leaves what there is, while eviction is held back. */
export type NoExecute = typeof notReady | typeof unreachable | 'keep' | undefined;

/** The NoExecute taint an unhealthy node calls for. */
export function wantedNoExecute(node: Node): typeof notReady | typeof unreachable | undefined {
	const status = conditionOf(node.status.conditions, 'Ready')?.status;
	if (status === 'False') return notReady;
	return status === 'Unknown' ? unreachable : undefined;
}

/** A node's taints after ours are brought to what is wanted; others stay. */
export function taintsAfter(
	node: Node,
	noSchedule: string[],
	noExecute: NoExecute,
	now: number,
): Taint[] {
	const timeAdded = rfc3339(now);
	const isOurs = ({ key, effect }: Taint) => {
		if (effect === 'NoSchedule') return managedNoSchedule.has(key);
		return effect === 'NoExecute' && noExecute !== 'keep' && managedNoExecute.has(key);
	};
	const wanted: Taint[] = noSchedule.map((key) => ({ key, effect: 'NoSchedule', timeAdded }));
	if (noExecute !== undefined && noExecute !== 'keep')
		wanted.push({ key: noExecute, effect: 'NoExecute', timeAdded });
	const present = node.spec.taints ?? [];
	const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect;
	const kept = present.filter(
		(taint) => !isOurs(taint) || wanted.some((each) => same(each, taint)),
	);
	const added = wanted.filter((taint) => !kept.some((each) => same(each, taint)));
	return [...kept, ...added];
}
