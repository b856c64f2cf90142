import type { KubeObject, Pod, PodTemplateSpec } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import type { Client, Draft } from '../../client/rest.ts';
import { isNamespaceTerminating, isNotFound } from '../../client/status.ts';
import { controllerRefTo } from './controller-ref.ts';

/** A pod as its template wants it, owned by its controller. After pkg/controller: GetPodFromTemplate */
function podFromTemplate(template: PodTemplateSpec, owner: KubeObject): Draft<Pod> {
	const { labels, annotations, finalizers } = template.metadata ?? {};
	const { name, namespace } = owner.metadata;
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			generateName: `${name}-`,
			...(namespace ? { namespace } : {}),
			...(labels ? { labels } : {}),
			...(annotations ? { annotations } : {}),
			...(finalizers ? { finalizers } : {}),
			ownerReferences: [controllerRefTo(owner)],
		},
		spec: template.spec,
	};
}

/** Creates and deletes the pods of a controller, and says so in events. After pkg/controller: RealPodControl */
export class PodControl {
	readonly #client: Client;
	readonly #recorder: EventRecorder;

	constructor(client: Client, recorder: EventRecorder) {
		this.#client = client;
		this.#recorder = recorder;
	}
	async create(template: PodTemplateSpec, owner: KubeObject): Promise<void> {
		try {
			const draft = podFromTemplate(template, owner);
			const pod = await this.#client.pods(owner.metadata.namespace).create(draft);
			const text = `Created pod: ${pod.metadata.name}`;
			this.#recorder.event(owner, 'Normal', 'SuccessfulCreate', text);
		} catch (error) {
			if (!isNamespaceTerminating(error))
				this.#recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${textOf(error)}`);
			throw error;
		}
	}
	/** A pod that is gone already counts as deleted. */
	async delete(pod: Pod, owner: KubeObject): Promise<boolean> {
		const { name, namespace } = pod.metadata;
		try {
			await this.#client.pods(namespace).delete(name);
			this.#recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
			return true;
		} catch (error) {
			if (isNotFound(error)) return false;
			this.#recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${textOf(error)}`);
			throw error;
		}
	}
}

function textOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/**
 * Calls `fn` up to `count` times in batches that double from one, and stops after a batch with a
 * failure, so that a quota is not run into `count` times. Returns how many succeeded.
 * After pkg/controller/replicaset: slowStartBatch
 */
export async function slowStartBatch(
	count: number,
	fn: () => Promise<void>,
): Promise<{ successes: number; error?: unknown }> {
	let successes = 0;
	for (let size = 1, left = count; left > 0; size *= 2) {
		const batch = Math.min(size, left);
		const results = await Promise.allSettled(Array.from({ length: batch }, fn));
		const failed = results.filter((result) => result.status === 'rejected');
		successes += batch - failed.length;
		left -= batch;
		if (failed[0]) return { successes, error: failed[0].reason };
	}
	return { successes };
}
