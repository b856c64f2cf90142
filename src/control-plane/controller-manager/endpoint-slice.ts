import type { EndpointSlice, Service } from '../../api/kubernetes.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../client/status.ts';
import { splitKey } from '../../client/store.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { queueFor, work, type Controller, type ControllerContext } from './context.ts';
import { canBeEndpoint, endpointOf, endpointPorts, isHeadless, selects } from './endpoint-pods.ts';
import { portsKey, type PortGroup } from './endpoint-slice-plan.ts';
import { EndpointSliceReconciler } from './endpoint-slice-reconciler.ts';
import { onServiceChange, podsOfService } from './service-pods.ts';

const headless = 'service.kubernetes.io/headless';

/** Writes the addresses behind each service. After pkg/controller/endpointslice, k8s.io/endpointslice */
export class EndpointSliceController implements Controller {
	static readonly controllerName = 'endpointslice-controller';
	readonly name = EndpointSliceController.controllerName;
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;
	readonly #slices: EndpointSliceReconciler;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		this.#slices = new EndpointSliceReconciler(context, 'endpointslice-controller.k8s.io');
		onServiceChange(context.informers, (key) => this.#queue.add(key));
		const changed = (slice: EndpointSlice) => {
			const service = this.#slices.serviceOf(slice);
			if (service !== undefined) this.#queue.add(service);
		};
		context.informers.endpointslices.subscribe({
			updated: (_old, slice) => changed(slice),
			deleted: changed,
		});
	}
	run(): void {
		work(this.#context, this.name, this.#queue, 5, (key) => this.#sync(key));
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
			await this.#slices.reconcile(namespace, name, {
				owner: { ...service, apiVersion: 'v1', kind: 'Service' },
				labels: sliceLabels(service),
				groups: this.#groups(service),
			});
		} catch (error) {
			if (isConflict(error) || isNotFound(error) || isAlreadyExists(error))
				this.#queue.addAfter(key, 5);
			else throw error;
		}
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
}

/** The service's labels. After endpointslice/utils.go: setEndpointSliceLabels */
function sliceLabels(service: Service): Record<string, string> {
	const copied = { ...service.metadata.labels };
	delete copied[headless];
	return { ...copied, ...(isHeadless(service) ? { [headless]: '' } : {}) };
}
