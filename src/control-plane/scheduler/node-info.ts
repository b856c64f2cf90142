import type { Affinity, Node, Pod } from '../../api/kubernetes.ts';
import { addTo, amountsOf, podRequests, type Amounts } from './pod-resources.ts';

/** A port that a pod takes on its node. */
export interface HostPort {
	ip: string;
	protocol: string;
	port: number;
}

interface Totals {
	requested: Amounts;
	nonZeroRequested: Amounts;
	hostPorts: HostPort[];
}

const anyAddress = '0.0.0.0';

export function hostPortsOf(pod: Pod): HostPort[] {
	const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
	return containers.flatMap(({ ports = [] }) =>
		ports.flatMap(({ hostPort, hostIP, protocol = 'TCP' }) =>
			hostPort ? [{ ip: hostIP || anyAddress, protocol, port: hostPort }] : [],
		),
	);
}

/** Whether two pods could not both have these ports. */
export function portsConflict(a: HostPort, b: HostPort): boolean {
	if (a.port !== b.port || a.protocol !== b.protocol) return false;
	return a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress;
}

/** A node with the pods on it and what they take. After pkg/scheduler/framework/types.go: NodeInfo */
export class NodeInfo {
	readonly name: string;
	#node: Node | undefined;
	#allocatable: Amounts = {};
	#totals: Totals | undefined;
	readonly #pods = new Map<string, Pod>();

	constructor(name: string) {
		this.name = name;
	}
	/** Absent while only its pods are known. */
	get node(): Node | undefined {
		return this.#node;
	}
	set node(node: Node | undefined) {
		this.#node = node;
		this.#allocatable = amountsOf(node?.status.allocatable ?? node?.status.capacity);
	}
	get labels(): Record<string, string> {
		return this.#node?.metadata.labels ?? {};
	}
	get allocatable(): Amounts {
		return this.#allocatable;
	}
	get pods(): Pod[] {
		return [...this.#pods.values()];
	}
	get requested(): Amounts {
		return this.#sums().requested;
	}
	get nonZeroRequested(): Amounts {
		return this.#sums().nonZeroRequested;
	}
	get hostPorts(): HostPort[] {
		return this.#sums().hostPorts;
	}
	put(pod: Pod): void {
		this.#pods.set(pod.metadata.uid, pod);
		this.#totals = undefined;
	}
	/** Whether nothing keeps this entry any more. */
	remove(uid: string): boolean {
		this.#pods.delete(uid);
		this.#totals = undefined;
		return this.#node === undefined && this.#pods.size === 0;
	}
	/** The node as it would be with other pods: for trying preemption out. */
	withPods(pods: Pod[]): NodeInfo {
		const copy = new NodeInfo(this.name);
		copy.node = this.#node;
		for (const pod of pods) copy.put(pod);
		return copy;
	}
	#sums(): Totals {
		if (this.#totals) return this.#totals;
		const totals: Totals = { requested: {}, nonZeroRequested: {}, hostPorts: [] };
		for (const pod of this.#pods.values()) {
			addTo(totals.requested, podRequests(pod));
			addTo(totals.nonZeroRequested, podRequests(pod, true));
			totals.hostPorts.push(...hostPortsOf(pod));
		}
		this.#totals = totals;
		return totals;
	}
}

/** A pod's affinity terms, empty where it has none. */
export function affinityTerms(
	affinity: Affinity | undefined,
	kind: 'podAffinity' | 'podAntiAffinity',
) {
	const terms = affinity?.[kind];
	return {
		required: terms?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
		preferred: terms?.preferredDuringSchedulingIgnoredDuringExecution ?? [],
	};
}
