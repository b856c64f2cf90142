import type { Condition, KubeObject, Namespace } from '../../api/kubernetes.ts';
import { discoverResources, type ServedResource } from '../../client/discovery.ts';
import { resources } from '../../client/resources.ts';
import { isConflict, isNotFound } from '../../client/status.ts';
import { rfc3339 } from '../../client/time.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { withCondition } from './conditions.ts';
import { queueFor, work, type Controller, type ControllerContext } from './context.ts';

/** What is left of one resource in a namespace that is going away. */
interface Remaining {
	resource: ServedResource;
	objects: KubeObject[];
}

/** Pause before content that nobody tells about is looked at again. */
const recheckMs = 2000;

/**
 * Empties namespaces that are being deleted, then lets them go.
 * After pkg/controller/namespace/deletion/namespaced_resources_deleter.go
 */
export class NamespaceController implements Controller {
	static readonly controllerName = 'namespace-controller';
	readonly name = NamespaceController.controllerName;
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		const { namespaces, pods } = context.informers;
		const add = ({ metadata }: Namespace) => {
			if (metadata.deletionTimestamp !== undefined) this.#queue.add(metadata.name);
		};
		namespaces.subscribe({ added: add, updated: (_old, namespace) => add(namespace) });
		pods.subscribe({
			deleted: ({ metadata }) => {
				const namespace = namespaces.get(undefined, metadata.namespace ?? '');
				if (namespace) add(namespace);
			},
		});
	}
	run(): void {
		work(this.#context, this.name, this.#queue, 2, (key) => this.#sync(key));
	}
	snapshot() {
		return { queue: this.#queue.snapshot() };
	}
	async #sync(name: string): Promise<void> {
		const { client } = this.#context;
		try {
			const namespace = await client.namespaces().get(name);
			if (namespace.metadata.deletionTimestamp === undefined) return;
			if (!namespace.spec.finalizers?.includes('kubernetes')) return;
			const { remaining, failures } = await this.#deleteContent(name);
			const current = await this.#writeConditions(namespace, remaining, failures);
			if (failures.length > 0) throw failures[0] as Error;
			if (remaining.length === 0) await this.#finalize(current);
			else this.#queue.addAfter(name, recheckMs);
		} catch (error) {
			if (isNotFound(error)) return;
			if (isConflict(error)) this.#queue.addAfter(name, 5);
			else throw error;
		}
	}
	/** One resource that cannot be emptied keeps no other one. */
	async #deleteContent(
		namespace: string,
	): Promise<{ remaining: Remaining[]; failures: unknown[] }> {
		const { client } = this.#context;
		const served = await discoverResources(client);
		const deletable = served.filter(
			({ namespaced, verbs }) => namespaced && verbs.includes('delete') && verbs.includes('list'),
		);
		const results = await Promise.allSettled(
			deletable.map((resource) => this.#deleteAll(resource, namespace)),
		);
		const left = results.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
		const failures = results.flatMap((each) =>
			each.status === 'rejected' ? [each.reason as unknown] : [],
		);
		return { remaining: left.filter(({ objects }) => objects.length > 0), failures };
	}
	async #deleteAll(resource: ServedResource, namespace: string): Promise<Remaining> {
		const api = this.#context.client.on(resource, namespace);
		const { items } = await api.list();
		if (items.length === 0) return { resource, objects: [] };
		if (resource.verbs.includes('deletecollection'))
			await api.deleteCollection({}, { propagationPolicy: 'Background' });
		else
			await Promise.all(
				items.map(({ metadata }) => api.delete(metadata.name).catch(unlessNotFound)),
			);
		return { resource, objects: (await api.list()).items };
	}
	async #writeConditions(
		namespace: Namespace,
		remaining: Remaining[],
		failures: unknown[],
	): Promise<Namespace> {
		const time = rfc3339(this.#context.clock.now());
		const conditions = deletionConditions(remaining, failures).reduce<Condition[]>(
			(all, condition) => withCondition(all, { ...condition, lastTransitionTime: time }),
			namespace.status.conditions ?? [],
		);
		const status: Namespace['status'] = { ...namespace.status, phase: 'Terminating', conditions };
		if (deepEqual(status, namespace.status)) return namespace;
		return this.#context.client.namespaces().updateStatus({ ...namespace, status });
	}
	async #finalize(namespace: Namespace): Promise<void> {
		const finalizers = (namespace.spec.finalizers ?? []).filter((name) => name !== 'kubernetes');
		const next: Namespace = { ...namespace, spec: { ...namespace.spec, finalizers } };
		await this.#context.client.on<Namespace>(resources.namespaces).update(next, 'finalize');
	}
}

/** What `kubectl describe ns` shows of a deletion. After deletion/status_condition_utils.go */
function deletionConditions(remaining: Remaining[], failures: unknown[]): Condition[] {
	const counts = remaining
		.map(
			({ resource, objects }) =>
				`${qualifiedName(resource)} has ${objects.length} resource instances`,
		)
		.sort();
	const finalizers = new Map<string, number>();
	for (const { objects } of remaining)
		for (const { metadata } of objects)
			for (const name of metadata.finalizers ?? [])
				finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
	const waiting = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
	return [
		fine(
			'NamespaceDeletionDiscoveryFailure',
			'ResourcesDiscovered',
			'All resources successfully discovered',
		),
		fine(
			'NamespaceDeletionGroupVersionParsingFailure',
			'ParsedGroupVersions',
			'All legacy kube types successfully parsed',
		),
		contentCondition(failures),
		counts.length
			? {
					type: 'NamespaceContentRemaining',
					status: 'True',
					reason: 'SomeResourcesRemain',
					message: `Some resources are remaining: ${counts.join(', ')}`,
				}
			: fine('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'),
		waiting.length
			? {
					type: 'NamespaceFinalizersRemaining',
					status: 'True',
					reason: 'SomeFinalizersRemain',
					message: `Some content in the namespace has finalizers remaining: ${waiting.sort().join(', ')}`,
				}
			: fine(
					'NamespaceFinalizersRemaining',
					'ContentHasNoFinalizers',
					'All content-preserving finalizers finished',
				),
	];
}

function contentCondition(failures: unknown[]): Condition {
	const type = 'NamespaceDeletionContentFailure';
	if (failures.length === 0)
		return fine(
			type,
			'ContentDeleted',
			'All content successfully deleted, may be waiting on finalization',
		);
	const texts = failures.map((error) => (error instanceof Error ? error.message : String(error)));
	return {
		type,
		status: 'True',
		reason: 'ContentDeletionFailed',
		message: `Failed to delete all resource types, ${texts.length} remaining: ${texts.sort().join(', ')}`,
	};
}

function fine(type: string, reason: string, message: string): Condition {
	return { type, status: 'False', reason, message };
}

function qualifiedName({ resource, group }: ServedResource): string {
	return `${resource}.${group}`;
}

function unlessNotFound(error: unknown): void {
	if (!isNotFound(error)) throw error;
}
