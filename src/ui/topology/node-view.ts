import type { ClusterNode } from '../../api/cluster.ts';
import type { Node } from '../../api/kubernetes.ts';
import type { NodeFacts } from '../../api/node.ts';

export interface NodeView {
	state: 'ready' | 'not-ready' | 'joining' | 'booting' | 'frozen' | 'off' | 'lost' | 'cordoned';
	tainted: boolean;
	/** 0…1, undefined while the agent says nothing. */
	cpu: number | undefined;
	memory: { used: number; total: number } | undefined;
}

function stateOf(node: ClusterNode, object: Node | undefined): NodeView['state'] {
	if (node.power !== 'running') return node.power;
	if (!object) return 'joining';
	const ready = object.status.conditions?.find((one) => one.type === 'Ready')?.status === 'True';
	if (!ready) return 'not-ready';
	return object.spec.unschedulable ? 'cordoned' : 'ready';
}

/** A machine and its Node object side by side: a node without power can still be Ready in the API. */
export function nodeView(
	node: ClusterNode,
	object: Node | undefined,
	facts: NodeFacts | undefined,
): NodeView {
	const memory = facts && {
		used: facts.memory.totalBytes - facts.memory.availableBytes,
		total: facts.memory.totalBytes,
	};
	return {
		state: stateOf(node, object),
		tainted: object?.spec.taints?.some((taint) => taint.effect === 'NoSchedule') ?? false,
		cpu: facts?.cpu,
		memory,
	};
}
