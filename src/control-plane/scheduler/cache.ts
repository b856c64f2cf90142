import type { Node, Pod } from '../../api/kubernetes.ts';
import { NodeInfo } from './node-info.ts';

/**
 * Nodes and the pods on them, including pods that have been given a node and whose binding the
 * server has not confirmed yet. After pkg/scheduler/backend/cache
 */
export class SchedulerCache {
	readonly #nodes = new Map<string, NodeInfo>();
	readonly #nodeOf = new Map<string, string>();
	readonly #assumed = new Set<string>();

	setNode(node: Node): void {
		this.#info(node.metadata.name).node = node;
	}
	removeNode(name: string): void {
		const info = this.#nodes.get(name);
		if (!info) return;
		info.node = undefined;
		if (info.pods.length === 0) this.#nodes.delete(name);
	}
	/** A pod on a node, by the server's word: confirms what was assumed. */
	setPod(pod: Pod): void {
		this.#assumed.delete(pod.metadata.uid);
		this.#place(pod, pod.spec.nodeName ?? '');
	}
	removePod(uid: string): void {
		this.#assumed.delete(uid);
		const name = this.#nodeOf.get(uid);
		if (name === undefined) return;
		this.#nodeOf.delete(uid);
		if (this.#nodes.get(name)?.remove(uid)) this.#nodes.delete(name);
	}
	/** Counts a pod on a node before its binding is written. */
	assume(pod: Pod, nodeName: string): void {
		this.#assumed.add(pod.metadata.uid);
		this.#place({ ...pod, spec: { ...pod.spec, nodeName } }, nodeName);
	}
	isAssumed(uid: string): boolean {
		return this.#assumed.has(uid);
	}
	/** The nodes that exist, in the order of their names. */
	nodes(): NodeInfo[] {
		return [...this.#nodes.values()]
			.filter(({ node }) => node !== undefined)
			.sort((a, b) => (a.name < b.name ? -1 : 1));
	}
	snapshot(): { node: string; pods: string[] }[] {
		return [...this.#nodes.values()].map(({ name, pods }) => ({
			node: name,
			pods: pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
		}));
	}
	#place(pod: Pod, nodeName: string): void {
		const { uid } = pod.metadata;
		const before = this.#nodeOf.get(uid);
		if (before !== undefined && before !== nodeName) this.#nodes.get(before)?.remove(uid);
		this.#nodeOf.set(uid, nodeName);
		this.#info(nodeName).put(pod);
	}
	#info(name: string): NodeInfo {
		const info = this.#nodes.get(name) ?? new NodeInfo(name);
		this.#nodes.set(name, info);
		return info;
	}
}
