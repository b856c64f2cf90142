import { SvelteMap } from 'svelte/reactivity';
import type { ClusterNode } from '../../api/cluster.ts';
import type {
	Deployment,
	EndpointSlice,
	KubeObject,
	Node,
	Pod,
	ReplicaSet,
	Service,
} from '../../api/kubernetes.ts';
import type { NodeFacts } from '../../api/node.ts';
import type { ApiChange, ApiStore } from '../../lesson/api-store.ts';
import { podView, type PodView } from '../topology/pod-view.ts';
import { rolloutView, type RolloutView } from '../topology/rollout-view.ts';
import { serviceView, type ServiceView } from '../topology/service-view.ts';

/** The page's copy of the cluster: fed by watches and by agents' facts, never written to by the page. */
export class ClusterState {
	nodes = $state.raw<ClusterNode[]>([]);
	/** Shows `kube-system` and the like too. */
	showSystem = $state(false);
	readonly facts = new SvelteMap<string, NodeFacts>();
	/** Ticks while something counts down. */
	now = $state(Date.now());
	readonly #objects = {
		Pod: new SvelteMap<string, Pod>(),
		Deployment: new SvelteMap<string, Deployment>(),
		ReplicaSet: new SvelteMap<string, ReplicaSet>(),
		Service: new SvelteMap<string, Service>(),
		EndpointSlice: new SvelteMap<string, EndpointSlice>(),
		Node: new SvelteMap<string, Node>(),
	};

	readonly pods: PodView[] = $derived(
		[...this.#objects.Pod.values()]
			.filter((pod) => this.#visible(pod))
			.map(podView)
			.sort((a, b) => a.created - b.created || a.name.localeCompare(b.name)),
	);
	readonly services: ServiceView[] = $derived(
		[...this.#objects.Service.values()]
			.filter((service) => this.#visible(service) && service.spec.selector)
			.map((service) => serviceView(service, [...this.#objects.EndpointSlice.values()]))
			.sort((a, b) => a.name.localeCompare(b.name)),
	);
	readonly rollouts: RolloutView[] = $derived(
		[...this.#objects.Deployment.values()]
			.filter((deployment) => this.#visible(deployment))
			.map((deployment) =>
				rolloutView(deployment, [...this.#objects.ReplicaSet.values()], this.pods),
			)
			.sort((a, b) => a.name.localeCompare(b.name)),
	);

	/** Follows a store until the returned function is called. */
	follow(store: ApiStore): () => void {
		return store.subscribe((change) => this.apply(change));
	}
	apply({ kind, type, object }: ApiChange): void {
		const map = (
			this.#objects as unknown as Partial<Record<string, SvelteMap<string, KubeObject>>>
		)[kind];
		if (!map) return;
		if (type === 'deleted') map.delete(object.metadata.uid);
		else map.set(object.metadata.uid, object);
	}
	/** The Node object of a machine; undefined before its kubelet has registered. */
	nodeObject(name: string): Node | undefined {
		return [...this.#objects.Node.values()].find((node) => node.metadata.name === name);
	}
	objectByUid(uid: string): KubeObject | undefined {
		for (const map of Object.values(this.#objects)) {
			const found = (map as SvelteMap<string, KubeObject>).get(uid);
			if (found) return found;
		}
		return undefined;
	}
	#visible(object: KubeObject): boolean {
		return this.showSystem || !(object.metadata.namespace ?? 'default').startsWith('kube-');
	}
}
