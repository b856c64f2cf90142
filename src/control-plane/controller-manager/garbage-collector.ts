import type { KubeObject, OwnerReference } from '../../api/kubernetes.ts';
import { discoverResources, type ServedResource } from '../../client/discovery.ts';
import { apiVersionOf, type Resource } from '../../client/resources.ts';
import type { DeleteOptions, ResourceClient } from '../../client/rest.ts';
import { isConflict, isNotFound } from '../../client/status.ts';
import { Backoff } from '../../util/backoff.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { queueFor, type Controller, type ControllerContext } from './context.ts';
import { GcGraph, waitsForDependents, waitsForOrphaning, type GcNode } from './gc-graph.ts';

/** Events come and go in numbers and own nothing. */
const ignored = new Set(['events']);

interface Owners {
	solid: OwnerReference[];
	dangling: OwnerReference[];
	/** Owners that are to be deleted after their dependents. */
	waiting: OwnerReference[];
}

/**
 * Deletes what has lost its owners, holds owners back until their dependents are gone (foreground)
 * or set free (orphan). After pkg/controller/garbagecollector/{garbagecollector,graph_builder}.go
 */
export class GarbageCollector implements Controller {
	static readonly controllerName = 'garbage-collector-controller';
	readonly name = GarbageCollector.controllerName;
	readonly #context: ControllerContext;
	readonly #graph = new GcGraph();
	readonly #queue: WorkQueue;
	#resources: Resource[] = [];

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
	}
	run(): void {
		const { signal } = this.#context;
		this.#watchAll()
			.then(() => this.#queue.run(5, (uid) => this.#sync(uid), signal))
			.catch((error: unknown) => {
				if (!signal.aborted) this.#context.onError(this.name, 'start', error);
			});
	}
	snapshot() {
		return { queue: this.#queue.snapshot(), graph: this.#graph.snapshot() };
	}
	/** Follows every resource that can be deleted; nothing is judged before all have been listed. */
	async #watchAll(): Promise<void> {
		const { informers, signal } = this.#context;
		const served = await this.#discover();
		this.#resources = served.filter(
			({ resource, verbs }) =>
				!ignored.has(resource) && ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb)),
		);
		const synced = this.#resources.map((resource) => {
			const informer = informers.of(resource);
			informer.subscribe({
				added: (object) => this.#changed(resource, object),
				updated: (_old, object) => this.#changed(resource, object),
				deleted: (object) => this.#deleted(object),
			});
			informer.start(signal);
			return informer.synced;
		});
		await Promise.all(synced);
	}
	/** What the server serves, asked again until it answers. */
	async #discover(): Promise<ServedResource[]> {
		const { client, clock, signal, onError } = this.#context;
		const backoff = new Backoff({ base: 100, max: 10_000 });
		for (;;) {
			try {
				return await discoverResources(client);
			} catch (error) {
				signal.throwIfAborted();
				onError(this.name, 'discovery', error);
				await clock.sleep(backoff.next(), signal);
			}
		}
	}
	#changed(resource: Resource, object: KubeObject): void {
		const node = this.#graph.put(resource, object);
		const unknownOwner = node.owners.some(({ uid }) => !this.#graph.get(uid));
		const waitingOwner = node.owners.some(({ uid }) => {
			const owner = this.#graph.get(uid);
			return owner && waitsForDependents(owner);
		});
		const waits = waitsForDependents(node) || waitsForOrphaning(node);
		if (unknownOwner || waitingOwner || waits) this.#queue.add(node.uid);
	}
	#deleted({ metadata }: KubeObject): void {
		const owners = this.#graph.get(metadata.uid)?.owners ?? [];
		this.#graph.remove(metadata.uid);
		for (const dependent of this.#graph.dependentsOf(metadata.uid)) this.#queue.add(dependent.uid);
		for (const { uid } of owners) {
			const owner = this.#graph.get(uid);
			if (owner && waitsForDependents(owner)) this.#queue.add(uid);
		}
	}
	async #sync(uid: string): Promise<void> {
		const node = this.#graph.get(uid);
		if (!node) return;
		try {
			if (waitsForOrphaning(node)) await this.#orphanDependents(node);
			else if (waitsForDependents(node)) await this.#finishForeground(node);
			else if (!node.beingDeleted) await this.#judge(node);
		} catch (error) {
			if (isNotFound(error)) return;
			if (isConflict(error)) this.#queue.addAfter(uid, 5);
			else throw error;
		}
	}
	#api(node: GcNode): ResourceClient<KubeObject> {
		return this.#context.client.on(node.resource, node.namespace);
	}
	/** Deletes an object whose owners are gone. After garbagecollector.go: attemptToDeleteItem */
	async #judge(node: GcNode): Promise<void> {
		if (node.owners.length === 0) return;
		const latest = await this.#api(node).get(node.name);
		if (latest.metadata.uid !== node.uid) return;
		const owners = await this.#classify(node, latest.metadata.ownerReferences ?? []);
		const lost = owners.dangling.length + owners.waiting.length;
		if (lost === 0) return;
		if (owners.solid.length > 0) return this.#keepOwners(latest, node, owners.solid);
		const dependents = this.#graph.dependentsOf(node.uid);
		if (owners.waiting.length > 0 && dependents.length > 0) {
			if (dependents.some(waitsForDependents)) await this.#unblock(latest, node);
			return this.#delete(node, latest, 'Foreground');
		}
		const finalizers = latest.metadata.finalizers ?? [];
		if (finalizers.includes('orphan')) return this.#delete(node, latest, 'Orphan');
		const foreground = finalizers.includes('foregroundDeletion');
		return this.#delete(node, latest, foreground ? 'Foreground' : 'Background');
	}
	async #classify(node: GcNode, references: OwnerReference[]): Promise<Owners> {
		const owners: Owners = { solid: [], dangling: [], waiting: [] };
		for (const reference of references) {
			const known = this.#graph.get(reference.uid);
			if (known) (waitsForDependents(known) ? owners.waiting : owners.solid).push(reference);
			else if (await this.#exists(node, reference)) owners.solid.push(reference);
			else owners.dangling.push(reference);
		}
		return owners;
	}
	/** Asks the server for an owner that no watch has shown. */
	async #exists(node: GcNode, { apiVersion, kind, name, uid }: OwnerReference): Promise<boolean> {
		const resource = this.#resources.find(
			(each) => each.kind === kind && apiVersionOf(each) === apiVersion,
		);
		// Of a kind the server does not serve nothing can be said: what it owns stays.
		if (!resource) return true;
		if (resource.namespaced && node.namespace === undefined) return true;
		try {
			const owner = await this.#context.client.on(resource, node.namespace).get(name);
			return owner.metadata.uid === uid;
		} catch (error) {
			if (isNotFound(error)) return false;
			throw error;
		}
	}
	async #keepOwners(latest: KubeObject, node: GcNode, owners: OwnerReference[]): Promise<void> {
		const { uid, resourceVersion } = latest.metadata;
		const ownerReferences = owners.length > 0 ? owners : null;
		const patch = { metadata: { uid, resourceVersion, ownerReferences } };
		await this.#api(node).patch(node.name, patch, 'merge');
	}
	/** Two objects that block each other's deletion would wait for ever. */
	async #unblock(latest: KubeObject, node: GcNode): Promise<void> {
		const owners = (latest.metadata.ownerReferences ?? []).map((owner) => ({
			...owner,
			blockOwnerDeletion: false,
		}));
		await this.#keepOwners(latest, node, owners);
	}
	async #delete(
		node: GcNode,
		latest: KubeObject,
		propagationPolicy: NonNullable<DeleteOptions['propagationPolicy']>,
	): Promise<void> {
		const preconditions = { uid: latest.metadata.uid };
		await this.#api(node).delete(node.name, { propagationPolicy, preconditions });
	}
	/** Lets an owner go once nothing blocks it. After garbagecollector.go: processDeletingDependentsItem */
	async #finishForeground(node: GcNode): Promise<void> {
		const blocking = this.#graph
			.dependentsOf(node.uid)
			.filter(({ owners }) =>
				owners.some(({ uid, blockOwnerDeletion }) => uid === node.uid && blockOwnerDeletion),
			);
		if (blocking.length === 0) return this.#removeFinalizer(node, 'foregroundDeletion');
		for (const dependent of blocking)
			if (!waitsForDependents(dependent)) this.#queue.add(dependent.uid);
	}
	async #orphanDependents(node: GcNode): Promise<void> {
		for (const dependent of this.#graph.dependentsOf(node.uid)) {
			try {
				const latest = await this.#api(dependent).get(dependent.name);
				const owners = latest.metadata.ownerReferences ?? [];
				const kept = owners.filter(({ uid }) => uid !== node.uid);
				if (kept.length !== owners.length) await this.#keepOwners(latest, dependent, kept);
			} catch (error) {
				if (!isNotFound(error)) throw error;
			}
		}
		await this.#removeFinalizer(node, 'orphan');
	}
	async #removeFinalizer(node: GcNode, finalizer: string): Promise<void> {
		const { metadata } = await this.#api(node).get(node.name);
		if (metadata.uid !== node.uid || !metadata.finalizers?.includes(finalizer)) return;
		const finalizers = metadata.finalizers.filter((name) => name !== finalizer);
		const { resourceVersion } = metadata;
		const patch = {
			metadata: { resourceVersion, finalizers: finalizers.length ? finalizers : null },
		};
		await this.#api(node).patch(node.name, patch, 'merge');
	}
}
