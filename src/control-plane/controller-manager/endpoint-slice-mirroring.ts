import type { Endpoint, EndpointAddress, Endpoints, KubeObject } from '../../api/kubernetes.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../client/status.ts';
import { keyOf, splitKey } from '../../client/store.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { queueFor, work, type Controller, type ControllerContext } from './context.ts';
import { selects } from './endpoint-pods.ts';
import { portsKey, type PortGroup } from './endpoint-slice-plan.ts';
import { EndpointSliceReconciler, type WantedSlices } from './endpoint-slice-reconciler.ts';

const skipMirror = 'endpointslice.kubernetes.io/skip-mirror';
const leader = 'control-plane.alpha.kubernetes.io/leader';

/**
 * Copies Endpoints that somebody wrote by hand, for a service without a selector, into slices: those are what
 * kube-proxy reads. After pkg/controller/endpointslicemirroring
 */
export class EndpointSliceMirroringController implements Controller {
	static readonly controllerName = 'endpointslicemirroring-controller';
	readonly name = EndpointSliceMirroringController.controllerName;
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;
	readonly #slices: EndpointSliceReconciler;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		this.#slices = new EndpointSliceReconciler(context, 'endpointslicemirroring-controller.k8s.io');
		const changed = ({ metadata }: KubeObject) =>
			this.#queue.add(keyOf(metadata.namespace, metadata.name));
		const listener = {
			added: changed,
			updated: (_old: unknown, object: KubeObject) => changed(object),
			deleted: changed,
		};
		context.informers.endpoints.subscribe(listener);
		context.informers.services.subscribe(listener);
		context.informers.endpointslices.subscribe({
			deleted: (slice) => {
				const service = this.#slices.serviceOf(slice);
				if (service !== undefined) this.#queue.add(service);
			},
		});
	}
	run(): void {
		work(this.#context, this.name, this.#queue, 2, (key) => this.#sync(key));
	}
	snapshot() {
		return { queue: this.#queue.snapshot() };
	}
	async #sync(key: string): Promise<void> {
		const { namespace, name } = splitKey(key);
		const { informers } = this.#context;
		const endpoints = informers.endpoints.get(namespace, name);
		const service = informers.services.get(namespace, name);
		const isMirrored = endpoints && service && !selects(service) && shouldMirror(endpoints);
		try {
			await this.#slices.reconcile(namespace, name, isMirrored ? wantedFor(endpoints) : undefined);
		} catch (error) {
			if (isConflict(error) || isNotFound(error) || isAlreadyExists(error))
				this.#queue.addAfter(key, 5);
			else throw error;
		}
	}
}

function wantedFor(endpoints: Endpoints): WantedSlices {
	return {
		owner: { ...endpoints, apiVersion: 'v1', kind: 'Endpoints' },
		labels: endpoints.metadata.labels ?? {},
		groups: groupsOf(endpoints),
	};
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
