import type { Condition, Lease, Node } from '../../api/kubernetes.ts';
import { parseTime, rfc3339 } from '../../client/time.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { conditionOf } from './conditions.ts';

/** What was last seen of a node's kubelet, and when by our own clock. */
interface Sighting {
	heartbeats: unknown;
	renewTime: string | undefined;
	at: number;
}

const monitored = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

function heartbeatsOf(node: Node): unknown {
	return node.status.conditions?.map(({ type, lastHeartbeatTime }) => [type, lastHeartbeatTime]);
}

/**
 * Remembers when each kubelet was last heard of. Only our own clock counts, never the node's.
 * After pkg/controller/nodelifecycle/node_lifecycle_controller.go: tryUpdateNodeHealth
 */
export class NodeHealth {
	readonly #sightings = new Map<string, Sighting>();

	/** Milliseconds since the node's kubelet gave a sign of life. */
	silence(node: Node, lease: Lease | undefined, now: number): number {
		const { name } = node.metadata;
		const heartbeats = heartbeatsOf(node);
		const renewTime = lease?.spec.renewTime;
		const last = this.#sightings.get(name);
		if (!last) {
			const posted = conditionOf(node.status.conditions, 'Ready');
			const at = posted ? now : (parseTime(node.metadata.creationTimestamp) ?? now);
			this.#sightings.set(name, { heartbeats, renewTime, at });
			return now - at;
		}
		const renewed = renewTime !== undefined && renewTime !== last.renewTime;
		if (renewed || !deepEqual(heartbeats, last.heartbeats)) {
			this.#sightings.set(name, { heartbeats, renewTime, at: now });
			return 0;
		}
		return now - last.at;
	}
	/** Takes time out of every silence. */
	excuse(ms: number): void {
		for (const sighting of this.#sightings.values()) sighting.at += ms;
	}
	/** What we wrote into a node's conditions ourselves is no sign of life. */
	wrote(node: Node): void {
		const last = this.#sightings.get(node.metadata.name);
		if (last) last.heartbeats = heartbeatsOf(node);
	}
	forget(name: string): void {
		this.#sightings.delete(name);
	}
	snapshot(): { name: string; at: number }[] {
		return [...this.#sightings].map(([name, { at }]) => ({ name, at }));
	}
}

/** The conditions of a node that has gone silent. */
export function unknownConditions(node: Node, now: number): Condition[] {
	const conditions = node.status.conditions ?? [];
	const lastTransitionTime = rfc3339(now);
	const marked = conditions.map((condition): Condition => {
		if (!monitored.includes(condition.type) || condition.status === 'Unknown') return condition;
		return {
			...condition,
			status: 'Unknown',
			reason: 'NodeStatusUnknown',
			message: 'Kubelet stopped posting node status.',
			lastTransitionTime,
		};
	});
	const missing = monitored.filter((type) => !conditionOf(conditions, type));
	const never = missing.map((type): Condition => ({
		type,
		status: 'Unknown',
		reason: 'NodeStatusNeverUpdated',
		message: 'Kubelet never posted node status.',
		lastHeartbeatTime: node.metadata.creationTimestamp,
		lastTransitionTime,
	}));
	return [...marked, ...never];
}
