import type { EndpointAddress, Endpoints, Pod, Service } from '../../api/kubernetes.ts';
import type { Draft } from '../../client/rest.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../client/status.ts';
import { keyOf, splitKey } from '../../client/store.ts';
import { canonicalJson, deepEqual } from '../../util/deep-equal.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { isPodReady } from './conditions.ts';
import { queueFor, work, type Controller, type ControllerContext } from './context.ts';
import {
	canBeEndpoint,
	endpointPorts,
	isHeadless,
	podReference,
	publishedHostname,
	selects,
} from './endpoint-pods.ts';
import { portsKey } from './endpoint-slice-plan.ts';
import { onServiceChange, podsOfService } from './service-pods.ts';

const headless = 'service.kubernetes.io/headless';
const managedBy = 'endpoints.kubernetes.io/managed-by';
/** Addresses one Endpoints object holds. */
const capacity = 1000;

type Subset = NonNullable<Endpoints['subsets']>[number];

/** Writes the older form of a service's addresses. After pkg/controller/endpoint/endpoints_controller.go */
export class EndpointsController implements Controller {
	static readonly controllerName = 'endpoint-controller';
	readonly name = EndpointsController.controllerName;
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		onServiceChange(context.informers, (key) => this.#queue.add(key));
		context.informers.endpoints.subscribe({
			deleted: ({ metadata }) => this.#queue.add(keyOf(metadata.namespace, metadata.name)),
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
		const { informers, client } = this.#context;
		const service = informers.services.get(namespace, name);
		const present = informers.endpoints.get(namespace, name);
		try {
			if (!service) {
				// Endpoints have no owner reference: they share the service's fate by name.
				if (present?.metadata.labels?.[managedBy] === this.name)
					await client.endpoints(namespace).delete(name);
				return;
			}
			if (selects(service)) await this.#write(service, present);
		} catch (error) {
			if (isNotFound(error)) return;
			if (isConflict(error) || isAlreadyExists(error)) this.#queue.addAfter(key, 5);
			else throw error;
		}
	}
	async #write(service: Service, present: Endpoints | undefined): Promise<void> {
		const { informers, client } = this.#context;
		const { name, namespace, labels: own } = service.metadata;
		const subsets = repack(service, podsOfService(informers, service));
		const labels = {
			...own,
			...(isHeadless(service) ? { [headless]: '' } : {}),
			[managedBy]: this.name,
		};
		const api = client.endpoints(namespace);
		if (present) {
			if (deepEqual(present.subsets ?? [], subsets) && deepEqual(present.metadata.labels, labels))
				return;
			const metadata = { ...present.metadata, labels };
			const next: Endpoints = { ...present, metadata, subsets };
			if (subsets.length === 0) delete next.subsets;
			await api.update(next);
			return;
		}
		const draft: Draft<Endpoints> = {
			apiVersion: 'v1',
			kind: 'Endpoints',
			metadata: { name, ...(namespace ? { namespace } : {}), labels },
			...(subsets.length ? { subsets } : {}),
		};
		await api.create(draft);
	}
}

/** Groups addresses by the ports they serve. After pkg/api/v1/endpoints: RepackSubsets */
function repack(service: Service, pods: Pod[]): Subset[] {
	const subsets = new Map<string, Required<Subset>>();
	const tolerate = service.spec.publishNotReadyAddresses === true;
	const usable = pods.filter((pod) => canBeEndpoint(pod, tolerate)).slice(0, capacity);
	for (const pod of usable) {
		const ports = endpointPorts(service, pod).map(({ name, ...port }) =>
			name ? { name, ...port } : port,
		);
		if (ports.length === 0 && !isHeadless(service)) continue;
		const key = portsKey(ports);
		const subset = subsets.get(key) ?? { addresses: [], notReadyAddresses: [], ports };
		const ready = tolerate || isPodReady(pod);
		(ready ? subset.addresses : subset.notReadyAddresses).push(addressOf(pod, service));
		subsets.set(key, subset);
	}
	return [...subsets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subset]) => trimmed(subset));
}

function addressOf(pod: Pod, service: Service): EndpointAddress {
	const hostname = publishedHostname(pod, service);
	return {
		ip: pod.status.podIP ?? '',
		...(hostname ? { hostname } : {}),
		...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
		targetRef: podReference(pod),
	};
}

function trimmed({ addresses, notReadyAddresses, ports }: Required<Subset>): Subset {
	const sorted = (list: EndpointAddress[]) =>
		[...list].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
	return {
		...(addresses.length ? { addresses: sorted(addresses) } : {}),
		...(notReadyAddresses.length ? { notReadyAddresses: sorted(notReadyAddresses) } : {}),
		...(ports.length ? { ports } : {}),
	};
}
