import type { ConfigMap, Namespace, ServiceAccount } from '../../api/kubernetes.ts';
import type { Draft } from '../../client/rest.ts';
import {
	isAlreadyExists,
	isConflict,
	isNamespaceTerminating,
	isNotFound,
} from '../../client/status.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { queueFor, work, type Controller, type ControllerContext } from './context.ts';

const rootCaName = 'kube-root-ca.crt';
const rootCaDescription =
	'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/**
 * Gives every namespace its default ServiceAccount and the root certificate's ConfigMap.
 * After pkg/controller/serviceaccount/serviceaccounts_controller.go,
 * pkg/controller/certificates/rootcacertpublisher/publisher.go
 */
export class NamespaceContentsController implements Controller {
	static readonly controllerName = 'namespace-contents-controller';
	readonly name = NamespaceContentsController.controllerName;
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		const { namespaces, serviceaccounts, configmaps } = context.informers;
		const add = ({ metadata }: Namespace) => this.#queue.add(metadata.name);
		namespaces.subscribe({ added: add, updated: (_old, namespace) => add(namespace) });
		serviceaccounts.subscribe({
			deleted: ({ metadata }) => {
				if (metadata.name === 'default') this.#queue.add(metadata.namespace ?? '');
			},
		});
		const changed = ({ metadata }: ConfigMap) => {
			if (metadata.name === rootCaName) this.#queue.add(metadata.namespace ?? '');
		};
		configmaps.subscribe({ updated: (_old, map) => changed(map), deleted: changed });
	}
	run(): void {
		work(this.#context, this.name, this.#queue, 2, (key) => this.#sync(key));
	}
	snapshot() {
		return { queue: this.#queue.snapshot() };
	}
	async #sync(name: string): Promise<void> {
		const namespace = this.#context.informers.namespaces.get(undefined, name);
		if (!namespace || namespace.status?.phase === 'Terminating') return;
		if (namespace.metadata.deletionTimestamp !== undefined) return;
		try {
			await this.#serviceAccount(name);
			await this.#rootCa(name);
		} catch (error) {
			if (isConflict(error)) this.#queue.addAfter(name, 5);
			else if (!isHarmless(error)) throw error;
		}
	}
	async #serviceAccount(namespace: string): Promise<void> {
		const { client, informers } = this.#context;
		if (informers.serviceaccounts.get(namespace, 'default')) return;
		const draft: Draft<ServiceAccount> = {
			apiVersion: 'v1',
			kind: 'ServiceAccount',
			metadata: { name: 'default', namespace },
		};
		await client.serviceaccounts(namespace).create(draft).catch(unlessExists);
	}
	async #rootCa(namespace: string): Promise<void> {
		const { client, informers, options } = this.#context;
		const present = informers.configmaps.get(namespace, rootCaName);
		const data = { 'ca.crt': options.rootCa };
		if (present?.data?.['ca.crt'] === options.rootCa) return;
		if (present) {
			await client.configmaps(namespace).update({ ...present, data });
			return;
		}
		const annotations = { 'kubernetes.io/description': rootCaDescription };
		const metadata = { name: rootCaName, namespace, annotations };
		const draft: Draft<ConfigMap> = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
		await client.configmaps(namespace).create(draft).catch(unlessExists);
	}
}

function unlessExists(error: unknown): void {
	if (!isAlreadyExists(error)) throw error;
}

/** The namespace went away meanwhile. */
function isHarmless(error: unknown): boolean {
	return isNotFound(error) || isNamespaceTerminating(error);
}
