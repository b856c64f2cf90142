import type { EndpointSlice, KubeObject } from '../api/kubernetes.ts';
import { Informer } from '../client/informer.ts';
import { resources, type Resource } from '../client/resources.ts';
import { Client } from '../client/rest.ts';
import type { Transport } from '../api/transport.ts';
import type { Clock } from '../util/clock.ts';
import type { WatchedKind } from './watched-kinds.ts';

export interface ApiChange {
	kind: WatchedKind;
	type: 'added' | 'updated' | 'deleted';
	object: KubeObject;
}

const watched: Record<WatchedKind, Resource> = {
	Pod: resources.pods,
	Deployment: resources.deployments,
	ReplicaSet: resources.replicasets,
	Service: resources.services,
	EndpointSlice: resources.endpointslices,
	Node: resources.nodes,
	Event: resources.events,
	Namespace: resources.namespaces,
	ConfigMap: resources.configmaps,
};

/** One list+watch for each kind that pictures and probes look at: both see the same objects at the same time. */
export class ApiStore {
	readonly client: Client;
	/** Settles when every kind was listed once. */
	readonly synced: Promise<void>;
	readonly #informers = new Map<WatchedKind, Informer<KubeObject>>();
	readonly #listeners = new Set<(change: ApiChange) => void>();

	constructor(transport: Transport, clock: Clock) {
		this.client = new Client(transport, { userAgent: 'drydock-page' });
		for (const [kind, resource] of Object.entries(watched) as [WatchedKind, Resource][])
			this.#informers.set(
				kind,
				new Informer<KubeObject>({ client: this.client.on(resource), clock }),
			);
		this.synced = Promise.all([...this.#informers.values()].map((one) => one.synced)).then(
			() => undefined,
		);
		this.synced.catch(() => undefined);
	}
	start(signal: AbortSignal): void {
		for (const [kind, informer] of this.#informers) {
			informer.subscribe({
				added: (object) => this.#tell({ kind, type: 'added', object }),
				updated: (_old, object) => this.#tell({ kind, type: 'updated', object }),
				deleted: (object) => this.#tell({ kind, type: 'deleted', object }),
			});
			informer.start(signal);
		}
	}
	list<T extends KubeObject>(kind: string, namespace?: string): T[] {
		return (this.#informers.get(kind as WatchedKind)?.list(namespace) ?? []) as T[];
	}
	/** Namespaced kinds are looked up in `namespace`, the others without it. */
	get<T extends KubeObject>(kind: string, namespace: string, name: string): T | undefined {
		const own = watched[kind as WatchedKind].namespaced ? namespace : undefined;
		return this.#informers.get(kind as WatchedKind)?.get(own, name) as T | undefined;
	}
	/** Tells changes from now on; what is already known is not repeated. */
	subscribe(listener: (change: ApiChange) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	#tell(change: ApiChange): void {
		for (const listener of this.#listeners) listener(change);
	}
}

/** What a reader of objects needs; {@link ApiStore} is the real one. */
export type ApiView = Pick<ApiStore, 'list' | 'get' | 'subscribe'>;

/** What is seen of the API in a cluster that has none. */
export const emptyApi: ApiView = {
	list: () => [],
	get: () => undefined,
	subscribe: () => () => undefined,
};

/** Addresses that a Service sends to now, over all of its slices. */
export function readyAddresses(view: ApiView, service: string, namespace = 'default'): string[] {
	const slices = view
		.list<EndpointSlice>('EndpointSlice', namespace)
		.filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service);
	const ready = slices
		.flatMap((slice) => slice.endpoints ?? [])
		.filter((endpoint) => endpoint.conditions?.ready !== false);
	return [...new Set(ready.flatMap((endpoint) => endpoint.addresses))];
}
