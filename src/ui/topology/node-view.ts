import type { ClusterNode } from '../../api/cluster.ts';
import type { Container, Node } from '../../api/kubernetes.ts';
import type { NodeFacts } from '../../api/node.ts';
import { formatQuantity, parseQuantity, quantityToNumber } from '../../client/quantity.ts';
import type { PodView } from './pod-view.ts';

/** One resource of a machine: what is in use, and what the scheduler has promised to pods. */
export interface Amount {
	/** 0…1, undefined while the agent says nothing. */
	used: number | undefined;
	/** Share of what is allocatable that the pods on it have requested. */
	requested: number;
	/** As `kubectl describe node` writes it: `350m`, `96Mi`; `0` for none. */
	requestedText: string;
	allocatableText: string;
	/** In CPUs or bytes. */
	total: number;
}

/** What the API holds of a machine: Ready, no longer, or no longer with all of its pods told to go. */
export type Belief = 'ready' | 'not-ready' | 'given-up';

export interface NodeView {
	state: 'ready' | 'not-ready' | 'joining' | 'booting' | 'frozen' | 'off' | 'lost' | 'cordoned';
	tainted: boolean;
	/** Undefined before its kubelet has registered. */
	belief: Belief | undefined;
	cpu: Amount;
	memory: Amount;
}

const readyOf = (object: Node | undefined) =>
	object?.status.conditions?.find((one) => one.type === 'Ready');

function stateOf(node: ClusterNode, object: Node | undefined): NodeView['state'] {
	if (node.power !== 'running') return node.power;
	if (!object) return 'joining';
	if (readyOf(object)?.status !== 'True') return 'not-ready';
	return object.spec.unschedulable ? 'cordoned' : 'ready';
}

function beliefOf(object: Node | undefined, pods: readonly PodView[]): Belief | undefined {
	if (!object) return undefined;
	if (readyOf(object)?.status === 'True') return 'ready';
	const isLeft = pods.length > 0 && pods.every((pod) => pod.state === 'terminating');
	return isLeft ? 'given-up' : 'not-ready';
}

function requestOf(containers: readonly Container[] | undefined, resource: string): bigint[] {
	return (containers ?? []).map((one) => {
		const { requests, limits } = one.resources ?? {};
		const text = requests?.[resource] ?? limits?.[resource];
		return text === undefined ? 0n : parseQuantity(text).value;
	});
}

/** What the scheduler counts for a pod, in billionths. After k8s.io/component-helpers/resource: PodRequests */
function podRequest({ pod }: PodView, resource: string): bigint {
	const sum = requestOf(pod.spec.containers, resource).reduce((all, one) => all + one, 0n);
	const most = requestOf(pod.spec.initContainers, resource).reduce(
		(all, one) => (one > all ? one : all),
		0n,
	);
	return most > sum ? most : sum;
}

function amount(
	resource: 'cpu' | 'memory',
	object: Node | undefined,
	pods: readonly PodView[],
	used: number | undefined,
	fallback: number,
): Amount {
	const living = pods.filter(({ state, pod }) => state !== 'done' && pod.status.phase !== 'Failed');
	const value = living.reduce((all, pod) => all + podRequest(pod, resource), 0n);
	const allocatable = object?.status.allocatable?.[resource];
	const room = allocatable === undefined ? 0 : quantityToNumber(allocatable);
	const requested = Number(value) / 1e9;
	const capacity = object?.status.capacity?.[resource];
	return {
		used,
		requested: room > 0 ? requested / room : 0,
		requestedText: formatQuantity({
			value,
			format: resource === 'cpu' ? 'DecimalSI' : 'BinarySI',
		}),
		allocatableText: allocatable ?? '–',
		total: fallback > 0 || capacity === undefined ? fallback : quantityToNumber(capacity),
	};
}

/** A machine and its Node object side by side: a node without power can still be Ready in the API. */
export function nodeView(
	node: ClusterNode,
	object: Node | undefined,
	facts: NodeFacts | undefined,
	pods: readonly PodView[],
): NodeView {
	const memory = facts?.memory;
	const used = memory && (memory.totalBytes - memory.availableBytes) / memory.totalBytes;
	return {
		state: stateOf(node, object),
		belief: beliefOf(object, pods),
		tainted: object?.spec.taints?.some((taint) => taint.effect === 'NoSchedule') ?? false,
		cpu: amount('cpu', object, pods, facts?.cpu, 1),
		memory: amount('memory', object, pods, used, memory?.totalBytes ?? 0),
	};
}
