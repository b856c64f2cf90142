import type { EndpointSlice, KubeObject } from '../../api/kubernetes.ts';
import { keyOf } from '../../client/store.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { ControllerContext } from './context.ts';
import { controllerRefTo } from './controller-ref.ts';
import { planSlices, type PortGroup, type SlicePlan } from './endpoint-slice-plan.ts';

const managedBy = 'endpointslice.kubernetes.io/managed-by';
const serviceName = 'kubernetes.io/service-name';

export interface WantedSlices {
	/** The Service, or the Endpoints that are mirrored; of the same name. */
	owner: KubeObject;
	/** Labels beside those that say whose the slices are. */
	labels: Record<string, string>;
	groups: PortGroup[];
}

/** One controller's slices: several may keep slices of one service. After k8s.io/endpointslice/reconciler.go */
export class EndpointSliceReconciler {
	readonly #context: ControllerContext;
	readonly #controller: string;

	/** `controller` is the value of the label `managed-by`. */
	constructor(context: ControllerContext, controller: string) {
		this.#context = context;
		this.#controller = controller;
	}
	/** The key of the service whose slice this is; undefined for slices of others. */
	serviceOf({ metadata: { labels, namespace } }: EndpointSlice): string | undefined {
		if (labels?.[managedBy] !== this.#controller) return undefined;
		return keyOf(namespace, labels[serviceName] ?? '');
	}
	/** Makes the slices of a service hold what is wanted; when nothing is, there are none. */
	async reconcile(
		namespace: string | undefined,
		name: string,
		wanted: WantedSlices | undefined,
	): Promise<void> {
		const { client, options } = this.#context;
		const slices = this.#slices(keyOf(namespace, name));
		const plan = planSlices(slices, wanted?.groups ?? [], options.maxEndpointsPerSlice);
		if (wanted) await this.#write(namespace, name, slices, plan, wanted);
		const api = client.endpointslices(namespace);
		for (const slice of plan.delete) await api.delete(slice.metadata.name);
	}
	async #write(
		namespace: string | undefined,
		name: string,
		slices: EndpointSlice[],
		plan: SlicePlan,
		wanted: WantedSlices,
	): Promise<void> {
		const api = this.#context.client.endpointslices(namespace);
		const labels = { ...wanted.labels, [serviceName]: name, [managedBy]: this.#controller };
		const draft = {
			generateName: `${name}-`,
			...(namespace ? { namespace } : {}),
			labels,
			ownerReferences: [controllerRefTo(wanted.owner)],
		};
		const kind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
		for (const group of plan.create)
			await api.create({ ...kind, metadata: draft, addressType: 'IPv4', ...group });
		for (const { slice, endpoints } of [...plan.update, ...relabelled(slices, plan, labels)])
			await api.update({ ...slice, endpoints, metadata: { ...slice.metadata, labels } });
	}
	#slices(service: string): EndpointSlice[] {
		return this.#context.informers.endpointslices
			.byIndex('service', service)
			.filter((slice) => this.serviceOf(slice) === service);
	}
}

/** Slices that keep their endpoints, and whose labels have changed. */
function relabelled(
	slices: EndpointSlice[],
	plan: SlicePlan,
	labels: Record<string, string>,
): SlicePlan['update'] {
	const touched = new Set([...plan.update.map(({ slice }) => slice), ...plan.delete]);
	return slices
		.filter((slice) => !touched.has(slice) && !deepEqual(slice.metadata.labels, labels))
		.map((slice) => ({ slice, endpoints: slice.endpoints ?? [] }));
}
