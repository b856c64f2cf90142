import type { KubeObject, ObjectMeta } from '../../api/kubernetes.ts';
import { Informer } from '../../client/informer.ts';
import { apiVersionOf, resources, type Resource } from '../../client/resources.ts';
import type { Client, ResourceClient } from '../../client/rest.ts';
import type { Clock } from '../../util/clock.ts';
import { controllerOf } from './controller-ref.ts';

type Indexers<T> = Record<string, (object: T) => string[]>;

const byController: Indexers<KubeObject> = {
	controller: (object) => [controllerOf(object)?.uid ?? ''],
	namespace: (object) => [object.metadata.namespace ?? ''],
};

/** The service a slice belongs to. */
function serviceKey({ namespace, labels }: ObjectMeta): string {
	return `${namespace}/${labels?.['kubernetes.io/service-name'] ?? ''}`;
}

/** The local copies that all controllers share. */
export type Informers = ReturnType<typeof createInformers>;

/** Informers that are not started yet. */
export function createInformers(
	client: Client,
	clock: Clock,
	onError: (error: unknown) => void = () => undefined,
) {
	const extra = new Map<string, Informer<KubeObject>>();
	const make = <T extends KubeObject>(
		resource: ResourceClient<T>,
		indexers: Indexers<T> = {},
	): Informer<T> => new Informer({ client: resource, clock, indexers, onError });
	const known = {
		pods: make(client.pods(), { ...byController, node: (pod) => [pod.spec.nodeName ?? ''] }),
		deployments: make(client.deployments()),
		replicasets: make(client.replicasets(), byController),
		services: make(client.services()),
		endpointslices: make(client.endpointslices(), {
			service: ({ metadata }) => [serviceKey(metadata)],
		}),
		endpoints: make(client.endpoints()),
		nodes: make(client.nodes()),
		namespaces: make(client.namespaces()),
		leases: make(client.leases()),
		configmaps: make(client.configmaps()),
		serviceaccounts: make(client.serviceaccounts()),
	};
	return {
		...known,
		/** The informer of any resource, shared with the ones above. */
		of(resource: Resource): Informer<KubeObject> {
			const own = Object.entries(known).find(([name]) => {
				const { group } = resources[name as keyof typeof known];
				return name === resource.resource && group === resource.group;
			});
			if (own) return own[1] as unknown as Informer<KubeObject>;
			const key = `${apiVersionOf(resource)}/${resource.resource}`;
			const made = extra.get(key) ?? make(client.on<KubeObject>(resource));
			extra.set(key, made);
			return made;
		},
		/** Starts the informers above and waits for their first lists. */
		async start(signal: AbortSignal): Promise<void> {
			const all = Object.values(known) as unknown as Informer<KubeObject>[];
			for (const each of all) each.start(signal);
			await Promise.all(all.map((each) => each.synced));
		},
	};
}
