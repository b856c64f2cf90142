import type { Condition, Node, Pod, Taint, Toleration } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import { isNotFound } from '../../client/status.ts';
import { keyOf, splitKey } from '../../client/store.ts';
import { rfc3339 } from '../../client/time.ts';
import { tolerates } from '../../client/tolerations.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { withCondition } from './conditions.ts';
import { queueFor, recorderFor, work, type Controller, type ControllerContext } from './context.ts';

/**
 * How long a pod may stay on a node with these taints, in milliseconds: 0 not at all, Infinity for
 * ever. After pkg/controller/tainteviction: getMinTolerationTime
 */
export function tolerationTime(taints: Taint[], tolerations: Toleration[]): number {
	const used = taints.map((taint) => tolerations.find((each) => tolerates(each, taint)));
	if (used.some((toleration) => toleration === undefined)) return 0;
	const limits = used.flatMap((toleration) => toleration?.tolerationSeconds ?? []);
	return limits.length ? Math.max(0, Math.min(...limits)) * 1000 : Infinity;
}

/** Deletes pods that do not tolerate their node's NoExecute taints. After pkg/controller/tainteviction/taint_eviction.go */
export class TaintEvictionController implements Controller {
	static readonly controllerName = 'taint-eviction-controller';
	readonly name = TaintEvictionController.controllerName;
	readonly #context: ControllerContext;
	readonly #recorder: EventRecorder;
	readonly #queue: WorkQueue;
	/** When each pod's node was first seen tainted; the toleration counts from there. */
	readonly #since = new Map<string, number>();

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#recorder = recorderFor(context, this.name);
		this.#queue = queueFor(context, this.name);
		const { nodes, pods } = context.informers;
		nodes.subscribe({
			added: (node) => this.#nodeChanged(node),
			updated: (old, node) => {
				if (!deepEqual(noExecute(old), noExecute(node))) this.#nodeChanged(node);
			},
		});
		pods.subscribe({
			added: (pod) => this.#add(pod),
			updated: (old, pod) => {
				const changed = old.spec.nodeName !== pod.spec.nodeName;
				if (changed || !deepEqual(old.spec.tolerations, pod.spec.tolerations)) this.#add(pod);
			},
			deleted: ({ metadata }) => this.#since.delete(keyOf(metadata.namespace, metadata.name)),
		});
	}
	run(): void {
		work(this.#context, this.name, this.#queue, 4, (key) => this.#sync(key));
	}
	snapshot() {
		return { queue: this.#queue.snapshot(), since: Object.fromEntries(this.#since) };
	}
	#nodeChanged({ metadata }: Node): void {
		for (const pod of this.#context.informers.pods.byIndex('node', metadata.name)) this.#add(pod);
	}
	#add({ metadata, spec }: Pod): void {
		if (spec.nodeName) this.#queue.add(keyOf(metadata.namespace, metadata.name));
	}
	async #sync(key: string): Promise<void> {
		const { informers, clock } = this.#context;
		const { namespace, name } = splitKey(key);
		const pod = informers.pods.get(namespace, name);
		if (!pod || pod.metadata.deletionTimestamp !== undefined) return;
		const node = informers.nodes.get(undefined, pod.spec.nodeName ?? '');
		const taints = node ? noExecute(node) : [];
		if (taints.length === 0) return this.#cancel(key, pod);
		const time = tolerationTime(taints, pod.spec.tolerations ?? []);
		if (time === Infinity) return this.#cancel(key, pod);
		const now = clock.now();
		const since = this.#since.get(key) ?? now;
		this.#since.set(key, since);
		if (since + time > now) this.#queue.addAfter(key, since + time - now);
		else await this.#evict(pod);
	}
	#cancel(key: string, pod: Pod): void {
		if (!this.#since.delete(key)) return;
		const text = `Cancelling deletion of Pod ${key}`;
		this.#recorder.event(pod, 'Normal', 'TaintManagerEviction', text);
	}
	async #evict(pod: Pod): Promise<void> {
		const { client, clock } = this.#context;
		const { namespace, name, uid } = pod.metadata;
		const text = `Marking for deletion Pod ${namespace}/${name}`;
		this.#recorder.event(pod, 'Normal', 'TaintManagerEviction', text);
		const condition: Condition = {
			type: 'DisruptionTarget',
			status: 'True',
			reason: 'DeletionByTaintManager',
			message: 'Taint manager: deleting due to NoExecute taint',
			lastTransitionTime: rfc3339(clock.now()),
		};
		try {
			const fresh = await client.pods(namespace).get(name);
			if (fresh.metadata.uid !== uid) return;
			const conditions = withCondition(fresh.status.conditions, condition);
			const next = { ...fresh, status: { ...fresh.status, conditions } };
			await client.pods(namespace).updateStatus(next);
			await client.pods(namespace).delete(name, { preconditions: { uid } });
		} catch (error) {
			if (!isNotFound(error)) throw error;
		}
	}
}

function noExecute(node: Node): Taint[] {
	return (node.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}
