import type { Deployment, EndpointSlice, Pod } from '../../api/kubernetes.ts';
import type { NodeFacts } from '../../api/node.ts';
import { leastOf, phaseOf } from '../topology/rollout-view.ts';

/** What a Deployment asked for and had, from this moment on. */
export interface ReplicaPoint {
	time: number;
	desired: number;
	ready: number;
	available: number;
}

/** What the processes of a pod took at this moment. */
export interface UsePoint {
	time: number;
	/** CPUs, 0…1 on these machines. */
	cpu: number;
	/** Resident bytes. */
	memory: number;
}

/** Ready endpoints of a Service from this moment on. */
export interface EndpointPoint {
	time: number;
	ready: number;
}

/** The newest rollout of a Deployment: from another template until all of its pods are there. */
export interface RolloutSpan {
	/** Undefined where it was over before anybody looked. */
	began: number | undefined;
	ended: number | undefined;
	/** Fewest available pods that the strategy allowed while it went on. */
	least: number;
}

const keptMs = 10 * 60_000;
const keptPoints = 600;

function push<T extends { time: number }>(series: Map<string, T[]>, key: string, point: T): void {
	const points = series.get(key) ?? [];
	points.push(point);
	const oldest = point.time - keptMs;
	while (points.length > keptPoints || (points.length > 1 && (points[1]?.time ?? 0) < oldest))
		points.shift();
	series.set(key, points);
}

/** What was seen over the last ten minutes, for line charts and timelines. */
export class History {
	/** By the Deployment's uid; each point holds until the next one. */
	readonly replicas = new Map<string, ReplicaPoint[]>();
	/** By the Deployment's uid. */
	readonly rollouts = new Map<string, RolloutSpan>();
	/** By `namespace/service`; each point holds until the next one. */
	readonly endpoints = new Map<string, EndpointPoint[]>();
	/** By the pod's uid. */
	readonly use = new Map<string, UsePoint[]>();
	readonly #templates = new Map<string, string>();
	readonly #cpuMs = new Map<string, { time: number; cpuMs: number }>();

	deployment(deployment: Deployment, time: number): void {
		const { metadata, spec, status } = deployment;
		this.#rollout(deployment, time);
		const point = {
			time,
			desired: spec.replicas ?? 1,
			ready: status.readyReplicas ?? 0,
			available: status.availableReplicas ?? 0,
		};
		const last = this.replicas.get(metadata.uid)?.at(-1);
		if (
			last?.desired === point.desired &&
			last.ready === point.ready &&
			last.available === point.available
		)
			return;
		push(this.replicas, metadata.uid, point);
	}
	/** Counts the ready addresses over all slices of a Service. */
	endpointsOf(
		namespace: string,
		service: string,
		slices: readonly EndpointSlice[],
		time: number,
	): void {
		const own = slices.filter(
			({ metadata }) =>
				metadata.labels?.['kubernetes.io/service-name'] === service &&
				(metadata.namespace ?? 'default') === namespace,
		);
		const ready = own
			.flatMap((slice) => slice.endpoints ?? [])
			.filter((endpoint) => endpoint.conditions?.ready !== false);
		const count = new Set(ready.flatMap((endpoint) => endpoint.addresses)).size;
		const key = `${namespace}/${service}`;
		if (this.endpoints.get(key)?.at(-1)?.ready !== count)
			push(this.endpoints, key, { time, ready: count });
	}
	/** Adds up the processes below each pod's cgroup. */
	facts(facts: NodeFacts, pods: readonly Pod[], time: number): void {
		for (const { metadata } of pods) {
			const part = podCgroup(metadata.uid);
			const own = facts.processes.filter((process) => process.cgroup.includes(part));
			if (own.length === 0) continue;
			const cpuMs = own.reduce((sum, one) => sum + one.cpuMs, 0);
			const before = this.#cpuMs.get(metadata.uid);
			this.#cpuMs.set(metadata.uid, { time, cpuMs });
			if (!before || time <= before.time) continue;
			push(this.use, metadata.uid, {
				time,
				// A process that has ended takes its time with it.
				cpu: Math.max(0, (cpuMs - before.cpuMs) / (time - before.time)),
				memory: own.reduce((sum, one) => sum + one.rssBytes, 0),
			});
		}
	}
	clear(): void {
		const { replicas, rollouts, endpoints, use } = this;
		for (const map of [replicas, rollouts, endpoints, use, this.#templates, this.#cpuMs])
			map.clear();
	}
	forget(uid: string): void {
		this.#cpuMs.delete(uid);
	}

	#rollout(deployment: Deployment, time: number): void {
		const { uid } = deployment.metadata;
		const template = JSON.stringify(deployment.spec.template);
		const isOver = phaseOf(deployment) === 'complete';
		const least = leastOf(deployment);
		const known = this.rollouts.get(uid);
		if (known && this.#templates.get(uid) === template) {
			if (known.ended !== undefined) return;
			known.ended = isOver ? time : undefined;
			known.least = Math.min(known.least, least);
			return;
		}
		this.#templates.set(uid, template);
		const wasOver = isOver && !known;
		this.rollouts.set(uid, {
			began: wasOver ? undefined : time,
			ended: wasOver ? time : undefined,
			least,
		});
	}
}

/** The part of a cgroup's path that names the pod. */
export function podCgroup(uid: string): string {
	return `pod${uid}`;
}
