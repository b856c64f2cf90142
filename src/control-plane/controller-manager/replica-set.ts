import type { Pod, ReplicaSet } from '../../api/kubernetes.ts';
import { keyOf, splitKey } from '../../client/store.ts';
import { matchLabels } from '../../client/selectors.ts';
import { isConflict, isNamespaceTerminating, isNotFound } from '../../client/status.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { isPodActive } from './conditions.ts';
import { queueFor, recorderFor, work, type Controller, type ControllerContext } from './context.ts';
import { controllerOf, ControllerRefManager } from './controller-ref.ts';
import { Expectations } from './expectations.ts';
import { PodControl, slowStartBatch } from './pod-control.ts';
import { podsToDelete } from './pod-ranking.ts';
import { nextAvailability, replicaSetStatus } from './replica-set-status.ts';

/** Keeps as many pods as each ReplicaSet wants. After pkg/controller/replicaset/replica_set.go */
export class ReplicaSetController implements Controller {
	static readonly controllerName = 'replicaset-controller';
	readonly name = ReplicaSetController.controllerName;
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;
	readonly #expectations: Expectations;
	readonly #podControl: PodControl;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		this.#expectations = new Expectations(context.clock);
		this.#podControl = new PodControl(context.client, recorderFor(context, this.name));
		const { replicasets, pods } = context.informers;
		replicasets.subscribe({
			added: (set) => this.#enqueue(set),
			updated: (old, set) => this.#replicaSetUpdated(old, set),
			deleted: (set) => this.#replicaSetDeleted(set),
		});
		pods.subscribe({
			added: (pod) => this.#podAdded(pod),
			updated: (old, pod) => this.#podUpdated(old, pod),
			deleted: (pod) => this.#podDeleted(pod),
		});
	}
	run(): void {
		work(this.#context, this.name, this.#queue, 5, (key) => this.#sync(key));
	}
	snapshot() {
		return { queue: this.#queue.snapshot(), expectations: this.#expectations.snapshot() };
	}
	#enqueue({ metadata }: ReplicaSet): void {
		this.#queue.add(keyOf(metadata.namespace, metadata.name));
	}
	#replicaSetUpdated(old: ReplicaSet, set: ReplicaSet): void {
		if (old.metadata.uid !== set.metadata.uid) this.#replicaSetDeleted(old);
		this.#enqueue(set);
	}
	#replicaSetDeleted(set: ReplicaSet): void {
		this.#expectations.forget(keyOf(set.metadata.namespace, set.metadata.name));
		this.#enqueue(set);
	}
	/** The ReplicaSet that controls a pod, if it is the one it means. */
	#ownerOf(pod: Pod): ReplicaSet | undefined {
		const owner = controllerOf(pod);
		if (owner?.kind !== 'ReplicaSet') return undefined;
		const set = this.#context.informers.replicasets.get(pod.metadata.namespace, owner.name);
		return set?.metadata.uid === owner.uid ? set : undefined;
	}
	#enqueueMatching(pod: Pod): void {
		for (const set of this.#context.informers.replicasets.list(pod.metadata.namespace))
			if (matchLabels(set.spec.selector, pod.metadata.labels)) this.#enqueue(set);
	}
	#podAdded(pod: Pod): void {
		if (pod.metadata.deletionTimestamp !== undefined) return this.#podDeleted(pod);
		if (!controllerOf(pod)) return this.#enqueueMatching(pod);
		const set = this.#ownerOf(pod);
		if (!set) return;
		this.#expectations.creationObserved(keyOf(set.metadata.namespace, set.metadata.name));
		this.#enqueue(set);
	}
	#podUpdated(old: Pod, pod: Pod): void {
		if (pod.metadata.deletionTimestamp !== undefined) return this.#podDeleted(pod);
		const oldOwner = controllerOf(old);
		const owner = controllerOf(pod);
		if (oldOwner && oldOwner.uid !== owner?.uid) {
			const set = this.#ownerOf(old);
			if (set) this.#enqueue(set);
		}
		if (owner) {
			const set = this.#ownerOf(pod);
			if (set) this.#enqueue(set);
		} else if (oldOwner || !deepEqual(old.metadata.labels, pod.metadata.labels))
			this.#enqueueMatching(pod);
	}
	#podDeleted(pod: Pod): void {
		const set = this.#ownerOf(pod);
		if (!set) return;
		const key = keyOf(set.metadata.namespace, set.metadata.name);
		this.#expectations.deletionObserved(key, podKey(pod));
		this.#queue.add(key);
	}
	async #sync(key: string): Promise<void> {
		try {
			await this.#syncSet(key);
		} catch (error) {
			// A write met a newer object: the watch is about to bring it.
			if (isConflict(error)) this.#queue.addAfter(key, 5);
			else throw error;
		}
	}
	async #syncSet(key: string): Promise<void> {
		const { informers, clock } = this.#context;
		const { namespace, name } = splitKey(key);
		const set = informers.replicasets.get(namespace, name);
		if (!set) return this.#expectations.forget(key);
		const needsSync = this.#expectations.satisfied(key);
		const pods = await this.#claim(set);
		let failure: unknown;
		if (needsSync && set.metadata.deletionTimestamp === undefined)
			failure = await this.#manageReplicas(key, set, pods);
		await this.#updateStatus(set, pods, failure);
		if (failure !== undefined) throw failure as Error;
		const wait = nextAvailability(pods, set.spec.minReadySeconds ?? 0, clock.now());
		if (wait !== undefined) this.#queue.addAfter(key, wait);
	}
	async #claim(set: ReplicaSet): Promise<Pod[]> {
		const { client, informers } = this.#context;
		const { namespace, name, uid } = set.metadata;
		const active = informers.pods.byIndex('namespace', namespace ?? '').filter(isPodActive);
		const canAdopt = async () => {
			const fresh = await client.replicasets(namespace).get(name);
			return fresh.metadata.uid === uid && fresh.metadata.deletionTimestamp === undefined;
		};
		const pods = client.pods(namespace);
		return new ControllerRefManager(pods, set, set.spec.selector, canAdopt).claim(active);
	}
	/** Creates or deletes the difference; returns what went wrong. */
	async #manageReplicas(key: string, set: ReplicaSet, pods: Pod[]): Promise<unknown> {
		const wanted = set.spec.replicas ?? 1;
		const burst = this.#context.options.burstReplicas;
		if (pods.length < wanted) return this.#create(key, set, Math.min(wanted - pods.length, burst));
		if (pods.length > wanted)
			return this.#delete(key, set, pods, Math.min(pods.length - wanted, burst));
		return undefined;
	}
	async #create(key: string, set: ReplicaSet, count: number): Promise<unknown> {
		this.#expectations.expectCreations(key, count);
		const { successes, error } = await slowStartBatch(count, async () => {
			try {
				await this.#podControl.create(set.spec.template, set);
			} catch (failure) {
				if (!isNamespaceTerminating(failure)) throw failure;
				this.#expectations.creationObserved(key);
			}
		});
		for (let missing = count - successes; missing > 0; missing--)
			this.#expectations.creationObserved(key);
		return error;
	}
	async #delete(key: string, set: ReplicaSet, pods: Pod[], count: number): Promise<unknown> {
		const related = this.#relatedPods(set);
		const doomed = podsToDelete(pods, related, count, this.#context.clock.now());
		this.#expectations.expectDeletions(key, doomed.map(podKey));
		const results = await Promise.allSettled(
			doomed.map(async (pod) => {
				try {
					const found = await this.#podControl.delete(pod, set);
					if (!found) this.#expectations.deletionObserved(key, podKey(pod));
				} catch (error) {
					this.#expectations.deletionObserved(key, podKey(pod));
					throw error;
				}
			}),
		);
		return results.find((result) => result.status === 'rejected')?.reason;
	}
	/** The pods of all ReplicaSets with the same controller: a rollout's old and new ones. */
	#relatedPods(set: ReplicaSet): Pod[] {
		const { replicasets, pods } = this.#context.informers;
		const owner = controllerOf(set);
		const sets = owner ? replicasets.byIndex('controller', owner.uid) : [set];
		return sets.flatMap(({ metadata }) => pods.byIndex('controller', metadata.uid));
	}
	async #updateStatus(set: ReplicaSet, pods: Pod[], failure: unknown): Promise<void> {
		const { client, clock } = this.#context;
		const status = replicaSetStatus(set, pods, failure, clock.now());
		const { generation = 1, namespace } = set.metadata;
		const observed = set.status.observedGeneration === generation;
		if (observed && deepEqual(status, set.status)) return;
		try {
			const next = { ...set, status: { ...status, observedGeneration: generation } };
			await client.replicasets(namespace).updateStatus(next);
		} catch (error) {
			// It was deleted, and its deletion is on the way.
			if (!isNotFound(error)) throw error;
		}
	}
}

function podKey({ metadata }: Pod): string {
	return `${metadata.namespace}/${metadata.name}/${metadata.uid}`;
}
