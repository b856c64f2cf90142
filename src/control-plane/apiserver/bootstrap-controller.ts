import type { KubeObject } from '../../api/kubernetes.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import { consoleLog } from '../../util/log.ts';
import type { Etcd } from '../etcd/etcd.ts';
import { cloneJson, equalJson } from './json-value.ts';
import type { Registry } from './registry.ts';

const interval = 10_000;

/** What the server keeps as it wants it; of a Service or a Namespace only that it is there. */
const kept = ['subsets', 'endpoints', 'ports'];

export interface BootstrapObject {
	registry: Registry;
	object: KubeObject;
}

/**
 * Sees to it that the `kubernetes` Service with its endpoints and the system namespaces are there: makes them at the start,
 * and again when somebody takes them away. Unlike Kubernetes: it looks when one of them changes, not all the time.
 * After k/k pkg/controlplane/controller: kubernetesservice, systemnamespaces
 */
export class BootstrapController {
	readonly #objects: BootstrapObject[];
	readonly #clock: Clock;
	readonly #keys: Set<string>;
	#timer: Timer | undefined;
	#busy = false;

	constructor(objects: BootstrapObject[], clock: Clock) {
		this.#objects = objects;
		this.#clock = clock;
		this.#keys = new Set(
			objects.map(({ registry, object: { metadata } }) =>
				registry.key(metadata.namespace ?? '', metadata.name),
			),
		);
	}

	/** Makes what is missing and watches over it from then on. */
	start(store: Etcd): void {
		this.#reconcile();
		store.watch('/registry/', store.revision + 1, ({ key }) => {
			if (this.#keys.has(key) && !this.#busy) this.#later();
		});
	}

	/** What was taken away stays away for a moment, as upstream's loop comes by every ten seconds. */
	#later(): void {
		this.#timer ??= this.#clock.after(interval, () => {
			this.#timer = undefined;
			this.#reconcile();
		});
	}

	#reconcile(): void {
		this.#busy = true;
		for (const { registry, object } of this.#objects) {
			try {
				ensure(registry, object);
			} catch (error) {
				const what = `${registry.resource.resource} ${object.metadata.name} not made`;
				consoleLog.warn('kube-apiserver', what, error);
				this.#later();
			}
		}
		this.#busy = false;
	}
}

function ensure(registry: Registry, object: KubeObject): void {
	const { name, namespace = '' } = object.metadata;
	const options = { dryRun: false, subresource: '' };
	const kv = registry.find(namespace, name);
	if (!kv) {
		registry.create(cloneJson(object), options);
		return;
	}
	const wanted = parts(object);
	const live = registry.codec.object(kv);
	if (equalJson(wanted, parts(live))) return;
	registry.update(namespace, name, (old) => ({ ...cloneJson(old), ...cloneJson(wanted) }), options);
}

function parts(object: KubeObject): object {
	return Object.fromEntries(Object.entries(object).filter(([field]) => kept.includes(field)));
}
