import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { ClusterNode } from '../../api/cluster.ts';
import type {
	Deployment,
	EndpointSlice,
	Event as ApiEvent,
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
import { ChangeLog, type ObjectChange } from './change-log.ts';
import { History } from './history.ts';
import { Pace } from './pace.svelte.ts';

interface Kinds {
	Pod: Pod;
	Deployment: Deployment;
	ReplicaSet: ReplicaSet;
	Service: Service;
	EndpointSlice: EndpointSlice;
	Node: Node;
	Event: ApiEvent;
}

/** A view is made once for each version of an object, so that what did not change is not drawn anew. */
const podViews = { heard: new WeakMap<Pod, PodView>(), unheard: new WeakMap<Pod, PodView>() };
function viewOf(pod: Pod, isHeard: boolean): PodView {
	const views = isHeard ? podViews.heard : podViews.unheard;
	const known = views.get(pod);
	if (known) return known;
	const made = podView(pod, isHeard);
	views.set(pod, made);
	return made;
}

/** The page's copy of the cluster: fed by watches and by agents' facts, never written to by the page. */
export class ClusterState {
	#nodes = $state.raw<ClusterNode[]>([]);
	/** Shows `kube-system` and the like too. */
	showSystem = $state(false);
	readonly facts = new SvelteMap<string, NodeFacts>();
	/** Nodes that run and have stopped answering. */
	readonly silent = new SvelteSet<string>();
	/** Ticks while something counts down. */
	now = $state(Date.now());
	/** What happened since the cluster was listed; `heard` rises with it. */
	readonly log = new ChangeLog();
	readonly history = new History();
	readonly pace = new Pace();
	heard = $state(0);
	/** By node: when it stopped running. */
	readonly #stopped = new SvelteMap<string, number>();
	/** By node: when its agent last said something. */
	readonly #answered = new SvelteMap<string, number>();
	/** Pictures show the cluster as it was right after this change; undefined for the present. */
	replay = $state<number | undefined>();
	/** Chosen by hand in pictures of one Deployment or Service, by uid. */
	chosen = $state({ deployment: '', service: '' });
	#listed = false;
	readonly #objects: { [K in keyof Kinds]: SvelteMap<string, Kinds[K]> } = {
		Pod: new SvelteMap(),
		Deployment: new SvelteMap(),
		ReplicaSet: new SvelteMap(),
		Service: new SvelteMap(),
		EndpointSlice: new SvelteMap(),
		Node: new SvelteMap(),
		Event: new SvelteMap(),
	};
	readonly #past: Map<string, KubeObject> | undefined = $derived.by(() => {
		const { replay } = this;
		if (replay === undefined) return undefined;
		return untrack(() => this.log.rewind(this.#all(), replay));
	});

	/** Nodes that the control plane has not heard from for too long; not those that have yet to begin. */
	readonly #unheard: readonly string[] = $derived(
		this.list('Node')
			.filter(isUnheard)
			.map(({ metadata }) => metadata.name),
	);
	readonly pods: PodView[] = $derived(
		this.list('Pod')
			.filter((pod) => this.#visible(pod))
			.map((pod) => viewOf(pod, !this.#unheard.includes(pod.spec.nodeName ?? '')))
			.sort((a, b) => a.created - b.created || a.name.localeCompare(b.name)),
	);
	readonly services: ServiceView[] = $derived.by(() => {
		const slices = this.list('EndpointSlice');
		return this.list('Service')
			.filter((service) => this.#visible(service) && service.spec.selector)
			.map((service) => serviceView(service, slices))
			.sort((a, b) => a.name.localeCompare(b.name));
	});
	readonly rollouts: RolloutView[] = $derived.by(() => {
		const sets = this.list('ReplicaSet');
		return this.list('Deployment')
			.filter((deployment) => this.#visible(deployment))
			.map((deployment) => rolloutView(deployment, sets, this.pods))
			.sort((a, b) => a.name.localeCompare(b.name));
	});

	/** The Deployment that pictures of one show: the chosen one, else one that is rolling. */
	readonly rollout: RolloutView | undefined = $derived.by(() => {
		const { rollouts } = this;
		return (
			rollouts.find((one) => one.uid === this.chosen.deployment) ??
			rollouts.find((one) => one.phase !== 'complete') ??
			rollouts[0]
		);
	});
	readonly service: ServiceView | undefined = $derived(
		this.services.find((one) => one.uid === this.chosen.service) ?? this.services[0],
	);

	get nodes(): ClusterNode[] {
		return this.#nodes;
	}
	set nodes(nodes: ClusterNode[]) {
		for (const { name, power } of nodes) {
			if (power === 'running') this.#stopped.delete(name);
			else if (!this.#stopped.has(name)) this.#stopped.set(name, Date.now());
		}
		this.#nodes = nodes;
	}
	/**
	 * Since when nothing has been heard of a machine, in milliseconds since 1970; undefined for one that answers or
	 * is only just starting.
	 */
	silentSince(name: string): number | undefined {
		const power = this.nodes.find((node) => node.name === name)?.power;
		if (power === undefined || power === 'booting') return undefined;
		if (power !== 'running') return this.#stopped.get(name);
		return this.silent.has(name) ? this.#answered.get(name) : undefined;
	}

	/** Forgets everything: the machines are gone. */
	clear(): void {
		this.nodes = [];
		this.replay = undefined;
		this.facts.clear();
		this.silent.clear();
		this.#stopped.clear();
		this.#answered.clear();
		for (const map of Object.values(this.#objects)) map.clear();
		this.log.clear();
		this.history.clear();
	}
	/** Follows a store until the returned function is called. */
	follow(store: ApiStore): () => void {
		this.#listed = false;
		// What the first lists bring did not happen just now.
		void store.synced.then(
			() => (this.#listed = true),
			() => undefined,
		);
		return store.subscribe((change) => this.apply(change));
	}
	apply(change: ApiChange): void {
		const { kind, type, object } = change;
		const map = (
			this.#objects as unknown as Partial<Record<string, SvelteMap<string, KubeObject>>>
		)[kind];
		if (!map) return;
		const { uid } = object.metadata;
		const before = map.get(uid);
		if (type === 'deleted') map.delete(uid);
		else map.set(uid, object);
		const time = Date.now();
		untrack(() => this.#remember(change, time));
		if (!this.#listed || kind === 'Event') return;
		this.log.add(change, before, time);
		if (kind === 'Pod') untrack(() => this.pace.tick(time));
		this.heard++;
	}
	/** What an agent has just said. */
	setFacts(node: string, facts: NodeFacts): void {
		this.facts.set(node, facts);
		this.#answered.set(node, Date.now());
		const pods = [...this.#objects.Pod.values()].filter((pod) => pod.spec.nodeName === node);
		this.history.facts(facts, pods, Date.now());
	}
	list<K extends keyof Kinds>(kind: K): Kinds[K][] {
		if (!this.#past) return [...this.#objects[kind].values()];
		const past = [...this.#past.values()].filter((object) => object.kind === kind);
		return past as unknown as Kinds[K][];
	}
	/** The changes of these kinds that are shown, oldest first. */
	changes(kinds: readonly string[]): ObjectChange[] {
		void this.heard;
		return this.log.changes.filter(
			({ kind, object }) => kinds.includes(kind) && this.#visible(object),
		);
	}
	/** The Node object of a machine; undefined before its kubelet has registered. */
	nodeObject(name: string): Node | undefined {
		return this.list('Node').find((node) => node.metadata.name === name);
	}
	objectByUid(uid: string): KubeObject | undefined {
		if (this.#past) return this.#past.get(uid);
		for (const map of Object.values(this.#objects)) {
			const found = (map as SvelteMap<string, KubeObject>).get(uid);
			if (found) return found;
		}
		return undefined;
	}
	/** Events about an object, newest first. */
	eventsOf(object: KubeObject): ApiEvent[] {
		const { uid, name } = object.metadata;
		return this.list('Event')
			.filter(({ involvedObject: about }) =>
				object.kind === 'Node' ? about.kind === 'Node' && about.name === name : about.uid === uid,
			)
			.sort((a, b) => eventTime(b) - eventTime(a));
	}

	*#all(): Iterable<KubeObject> {
		for (const map of Object.values(this.#objects))
			yield* (map as SvelteMap<string, KubeObject>).values();
	}
	#remember({ kind, type, object }: ApiChange, time: number): void {
		if (kind === 'Deployment' && type !== 'deleted')
			this.history.deployment(object as Deployment, time);
		else if (kind === 'Pod' && type === 'deleted') this.history.forget(object.metadata.uid);
		else if (kind === 'EndpointSlice') {
			const { namespace = 'default', labels } = object.metadata;
			const name = labels?.['kubernetes.io/service-name'];
			if (name !== undefined)
				this.history.endpointsOf(namespace, name, [...this.#objects.EndpointSlice.values()], time);
		}
	}
	#visible(object: KubeObject): boolean {
		return this.showSystem || !(object.metadata.namespace ?? 'default').startsWith('kube-');
	}
}

function isUnheard({ status }: Node): boolean {
	return status.conditions?.find((one) => one.type === 'Ready')?.status === 'Unknown';
}

/** When an Event last happened, in milliseconds since 1970. */
export function eventTime(event: ApiEvent): number {
	const { lastTimestamp, eventTime: at, metadata } = event;
	return Date.parse(lastTimestamp ?? at ?? metadata.creationTimestamp);
}
