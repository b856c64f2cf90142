import type { EndpointSlice, Service } from '../../api/kubernetes.ts';
import type { Draft } from '../../client/rest.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../client/status.ts';
import { keyOf, splitKey } from '../../client/store.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { queueFor, type Controller, type ControllerContext } from './context.ts';
import { controllerRefTo } from './controller-ref.ts';
import { canBeEndpoint, endpointOf, endpointPorts, isHeadless, selects } from './endpoint-pods.ts';
import { planSlices, portsKey, type PortGroup } from './endpoint-slice-plan.ts';
import { onServiceChange, podsOfService } from './service-pods.ts';

const managedBy = 'endpointslice.kubernetes.io/managed-by';
const serviceName = 'kubernetes.io/service-name';
const headless = 'service.kubernetes.io/headless';
const controllerName = 'endpointslice-controller.k8s.io';

/** Writes the addresses behind each service. After pkg/controller/endpointslice, k8s.io/endpointslice */
export class EndpointSliceController implements Controller {
	readonly name = 'endpointslice-controller';
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		onServiceChange(context.informers, (key) => this.#queue.add(key));
		const changed = (slice: EndpointSlice) => {
			const { labels, namespace } = slice.metadata;
			if (labels?.[managedBy] === controllerName)
				this.#queue.add(keyOf(namespace, labels[serviceName] ?? ''));
		};
		context.informers.endpointslices.subscribe({
			updated: (_old, slice) => changed(slice),
			deleted: changed,
		});
	}
	run(): void {
		void this.#queue.run(5, (key) => this.#sync(key), this.#context.signal);
	}
	snapshot() {
		return { queue: this.#queue.snapshot() };
	}
	async #sync(key: string): Promise<void> {
		const { namespace, name } = splitKey(key);
		const service = this.#context.informers.services.get(namespace, name);
		// The garbage collector takes the slices of a deleted service.
		if (!service || !selects(service) || service.metadata.deletionTimestamp !== undefined) return;
		try {
			await this.#reconcile(service);
		} catch (error) {
			if (isConflict(error) || isNotFound(error) || isAlreadyExists(error))
				this.#queue.addAfter(key, 5);
			else throw error;
		}
	}
	async #reconcile(service: Service): Promise<void> {
		const { informers, client, options } = this.#context;
		const { namespace, name } = service.metadata;
		const slices = informers.endpointslices
			.byIndex('service', keyOf(namespace, name))
			.filter(({ metadata }) => metadata.labels?.[managedBy] === controllerName);
		const plan = planSlices(slices, this.#groups(service), options.maxEndpointsPerSlice);
		const labels = sliceLabels(service);
		const api = client.endpointslices(namespace);
		const updated = new Set(plan.update.map(({ slice }) => slice));
		for (const slice of slices) {
			if (updated.has(slice) || plan.delete.includes(slice)) continue;
			if (!deepEqual(slice.metadata.labels, labels))
				plan.update.push({ slice, endpoints: slice.endpoints ?? [] });
		}
		for (const group of plan.create) await api.create(this.#draft(service, labels, group));
		for (const { slice, endpoints } of plan.update)
			await api.update({ ...slice, endpoints, metadata: { ...slice.metadata, labels } });
		for (const slice of plan.delete) await api.delete(slice.metadata.name);
	}
	/** The wanted endpoints by the ports they serve; one empty group when there are none. */
	#groups(service: Service): PortGroup[] {
		const { informers } = this.#context;
		const groups = new Map<string, PortGroup>();
		for (const pod of podsOfService(informers, service)) {
			if (!canBeEndpoint(pod, true)) continue;
			const ports = endpointPorts(service, pod);
			const node = informers.nodes.get(undefined, pod.spec.nodeName ?? '');
			const endpoint = endpointOf(pod, service, node);
			const key = portsKey(ports);
			const group = groups.get(key) ?? { ports, endpoints: [] };
			group.endpoints.push(endpoint);
			groups.set(key, group);
		}
		return groups.size ? [...groups.values()] : [{ ports: [], endpoints: [] }];
	}
	#draft(
		service: Service,
		labels: Record<string, string>,
		{ ports, endpoints }: PortGroup,
	): Draft<EndpointSlice> {
		const { name, namespace } = service.metadata;
		return {
			apiVersion: 'discovery.k8s.io/v1',
			kind: 'EndpointSlice',
			metadata: {
				generateName: `${name}-`,
				...(namespace ? { namespace } : {}),
				labels,
				ownerReferences: [controllerRefTo({ ...service, apiVersion: 'v1', kind: 'Service' })],
			},
			addressType: 'IPv4',
			endpoints,
			ports,
		};
	}
}

/** The service's labels and our own. After endpointslice/utils.go: setEndpointSliceLabels */
function sliceLabels(service: Service): Record<string, string> {
	const { labels, name } = service.metadata;
	const copied = { ...labels };
	delete copied[headless];
	return {
		...copied,
		...(isHeadless(service) ? { [headless]: '' } : {}),
		[serviceName]: name,
		[managedBy]: controllerName,
	};
}
