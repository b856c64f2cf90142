import type { RolloutSpan } from '../state/history.ts';
import type { ClusterState } from '../state/cluster-state.svelte.ts';
import type { StepPoint } from './ready-timeline.ts';
import type { RolloutView } from './rollout-view.ts';

/** What a strategy promised of ready endpoints during a rollout, and what there was. Times in milliseconds since 1970. */
export interface FloorView {
	/** Fewest that the strategy allowed. */
	least: number;
	/** From when on it counted: a first rollout begins with none, so not before there were enough for once. */
	from: number;
	/** Undefined while the rollout goes on. */
	until: number | undefined;
	/** Fewest that there were meanwhile. */
	lowest: number;
}

/** Undefined as long as nothing has been promised that could be broken. */
export function floorView(
	span: RolloutSpan | undefined,
	points: readonly StepPoint[],
): FloorView | undefined {
	if (span?.began === undefined) return undefined;
	const { began, ended, least } = span;
	const atBegin = points.findLast((one) => one.time <= began);
	const counted = [
		...(atBegin ? [{ time: began, value: atBegin.value }] : []),
		...points.filter((one) => one.time > began && one.time <= (ended ?? Infinity)),
	];
	const enough = counted.findIndex((one) => one.value >= least);
	const first = counted[enough];
	if (!first) return undefined;
	const lowest = Math.min(...counted.slice(enough).map((one) => one.value));
	return { least, from: first.time, until: ended, lowest };
}

/** The Service that sends to the Deployment's pods, and how many of them were ready from when on. */
export function endpointsOf(
	cluster: ClusterState,
	rollout: RolloutView,
): { name: string; points: StepPoint[] } | undefined {
	const labels = rollout.deployment.spec.template.metadata?.labels ?? {};
	const selects = (selector: Record<string, string> | undefined) =>
		Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
	const service = cluster.services.find(
		(one) => one.namespace === rollout.namespace && selects(one.service.spec.selector),
	);
	if (!service) return undefined;
	void cluster.heard;
	const points = cluster.history.endpoints.get(`${service.namespace}/${service.name}`) ?? [];
	return { name: service.name, points: points.map(({ time, ready }) => ({ time, value: ready })) };
}
