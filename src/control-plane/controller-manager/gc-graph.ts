import type { KubeObject, OwnerReference } from '../../api/kubernetes.ts';
import type { Resource } from '../../client/resources.ts';

/** One object of the graph, as far as garbage collection looks at it. */
export interface GcNode {
	resource: Resource;
	namespace: string | undefined;
	name: string;
	uid: string;
	owners: OwnerReference[];
	finalizers: string[];
	beingDeleted: boolean;
}

/** Who owns whom. After pkg/controller/garbagecollector/graph.go */
export class GcGraph {
	readonly #nodes = new Map<string, GcNode>();
	readonly #dependents = new Map<string, Set<string>>();

	put(resource: Resource, { metadata }: KubeObject): GcNode {
		const { uid, namespace, name, ownerReferences = [], finalizers = [] } = metadata;
		this.#unlink(uid);
		const beingDeleted = metadata.deletionTimestamp !== undefined;
		const owners = ownerReferences;
		const node = { resource, namespace, name, uid, owners, finalizers, beingDeleted };
		this.#nodes.set(uid, node);
		for (const owner of owners) {
			const known = this.#dependents.get(owner.uid);
			if (known) known.add(uid);
			else this.#dependents.set(owner.uid, new Set([uid]));
		}
		return node;
	}
	remove(uid: string): void {
		this.#unlink(uid);
		this.#nodes.delete(uid);
	}
	get(uid: string): GcNode | undefined {
		return this.#nodes.get(uid);
	}
	dependentsOf(uid: string): GcNode[] {
		return [...(this.#dependents.get(uid) ?? [])].flatMap((each) => this.#nodes.get(each) ?? []);
	}
	snapshot(): { uid: string; kind: string; name: string; owners: string[] }[] {
		return [...this.#nodes.values()].map(({ uid, resource, name, owners }) => ({
			uid,
			kind: resource.kind,
			name,
			owners: owners.map((owner) => owner.uid),
		}));
	}
	#unlink(uid: string): void {
		for (const owner of this.#nodes.get(uid)?.owners ?? []) {
			const known = this.#dependents.get(owner.uid);
			known?.delete(uid);
			if (known?.size === 0) this.#dependents.delete(owner.uid);
		}
	}
}

/** Whether an object waits for its dependents to be deleted first. */
export function waitsForDependents({ beingDeleted, finalizers }: GcNode): boolean {
	return beingDeleted && finalizers.includes('foregroundDeletion');
}

/** Whether an object waits for its dependents to be set free first. */
export function waitsForOrphaning({ beingDeleted, finalizers }: GcNode): boolean {
	return beingDeleted && finalizers.includes('orphan');
}
