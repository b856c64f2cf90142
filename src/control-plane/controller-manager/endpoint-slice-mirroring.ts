import type { Endpoint, EndpointAddress, Endpoints, EndpointSlice } from '../../api/kubernetes.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../client/status.ts';
import { keyOf, splitKey } from '../../client/store.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { queueFor, type Controller, type ControllerContext } from './context.ts';
import { selects } from './endpoint-pods.ts';
import { planSlices, portsKey, type PortGroup } from './endpoint-slice-plan.ts';

const managedBy = 'endpointslice.kubernetes.io/managed-by';
const serviceName = 'kubernetes.io/service-name';
const skipMirror = 'endpointslice.kubernetes.io/skip-mirror';
const leader = 'control-plane.alpha.kubernetes.io/leader';
const controllerName = 'endpointslicemirroring-controller.k8s.io';

/**
 * Copies Endpoints that somebody wrote by hand, for a service without a selector, into slices: those are what
 * kube-proxy reads. After pkg/controller/endpointslicemirroring
 */
export class EndpointSliceMirroringController implements Controller {
	readonly name = 'endpointslicemirroring-controller';
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		const { endpoints, services, endpointslices } = context.informers;
		const changed = ({ metadata }: { metadata: { namespace?: string; name: string } }) =>
			this.#queue.add(keyOf(metadata.namespace, metadata.name));
		const listener = {
			added: changed,
			updated: (_old: unknown, object: Endpoints) => changed(object),
			deleted: changed,
		};
		endpoints.subscribe(listener);
		services.subscribe({
			added: changed,
			updated: (_old, service) => changed(service),
			deleted: changed,
		});
		endpointslices.subscribe({
			deleted: ({ metadata: { labels, namespace } }) => {
				if (labels?.[managedBy] === controllerName)
					this.#queue.add(keyOf(namespace, labels[serviceName] ?? ''));
			},
		});
	}
	run(): void {
		void this.#queue.run(2, (key) => this.#sync(key), this.#context.signal);
	}
	snapshot() {
		return { queue: this.#queue.snapshot() };
	}
	async #sync(key: string): Promise<void> {
		const { namespace, name } = splitKey(key);
		const { informers } = this.#context;
		const endpoints = informers.endpoints.get(namespace, name);
		const service = informers.services.get(namespace, name);
		const slices = informers.endpointslices
			.byIndex('service', key)
			.filter(({ metadata }) => metadata.labels?.[managedBy] === controllerName);
		const mirrored = endpoints && service && !selects(service) && shouldMirror(endpoints);
		try {
			await this.#write(namespace, slices, mirrored ? endpoints : undefined);
		} catch (error) {
			if (isConflict(error) || isNotFound(error) || isAlreadyExists(error))
				this.#queue.addAfter(key, 5);
			else throw error;
		}
	}
	async #write(
		namespace: string | undefined,
		slices: EndpointSlice[],
		endpoints: Endpoints | undefined,
	): Promise<void> {
		const { client, options } = this.#context;
		const api = client.endpointslices(namespace);
		const groups = endpoints ? groupsOf(endpoints) : [];
		const plan = planSlices(slices, groups, options.maxEndpointsPerSlice);
		for (const { ports, endpoints: list } of plan.create) {
			if (!endpoints) break;
			const { name, uid, labels } = endpoints.metadata;
			await api.create({
				apiVersion: 'discovery.k8s.io/v1',
				kind: 'EndpointSlice',
				metadata: {
					generateName: `${name}-`,
					...(namespace ? { namespace } : {}),
					labels: { ...labels, [serviceName]: name, [managedBy]: controllerName },
					ownerReferences: [
						{
							apiVersion: 'v1',
							kind: 'Endpoints',
							name,
							uid,
							controller: true,
							blockOwnerDeletion: true,
						},
					],
				},
				addressType: 'IPv4',
				endpoints: list,
				ports,
			});
		}
		for (const { slice, endpoints: list } of plan.update)
			await api.update({ ...slice, endpoints: list });
		for (const slice of plan.delete) await api.delete(slice.metadata.name);
	}
}

function shouldMirror({ metadata }: Endpoints): boolean {
	return metadata.labels?.[skipMirror] !== 'true' && metadata.annotations?.[leader] === undefined;
}

function groupsOf(endpoints: Endpoints): PortGroup[] {
	const groups = new Map<string, PortGroup>();
	for (const { addresses = [], notReadyAddresses = [], ports = [] } of endpoints.subsets ?? []) {
		const named = ports.map((port) => ({ name: '', ...port }));
		const key = portsKey(named);
		const group = groups.get(key) ?? { ports: named, endpoints: [] };
		group.endpoints.push(...addresses.map((address) => endpointOf(address, true)));
		group.endpoints.push(...notReadyAddresses.map((address) => endpointOf(address, false)));
		groups.set(key, group);
	}
	return [...groups.values()].filter((group) => group.endpoints.length > 0);
}

function endpointOf(
	{ ip, hostname, nodeName, targetRef }: EndpointAddress,
	ready: boolean,
): Endpoint {
	return {
		addresses: [ip],
		conditions: { ready },
		...(hostname ? { hostname } : {}),
		...(nodeName ? { nodeName } : {}),
		...(targetRef ? { targetRef } : {}),
	};
}
