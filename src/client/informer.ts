import type { KubeObject, WatchEvent } from '../api/kubernetes.ts';
import { Backoff } from '../util/backoff.ts';
import type { Clock } from '../util/clock.ts';
import { consoleLog, logged } from '../util/log.ts';
import type { ResourceClient } from './rest.ts';
import { isGone } from './status.ts';
import { Store, keyOf } from './store.ts';

export interface InformerOptions<T extends KubeObject> {
	client: ResourceClient<T>;
	clock: Clock;
	labelSelector?: string;
	fieldSelector?: string;
	indexers?: Record<string, (object: T) => string[]>;
	/** Told when a list or watch failed and will be tried again, and of listeners that threw. */
	onError?: (error: unknown) => void;
}

/** What throws here keeps nothing from the other listeners; nothing is told again. */
export interface InformerListener<T> {
	added?: (object: T) => void;
	updated?: (old: T, object: T) => void;
	deleted?: (object: T) => void;
}

function deepFreeze(value: unknown): void {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
	Object.freeze(value);
	for (const part of Object.values(value)) deepFreeze(part);
}

/**
 * A local copy of a collection, kept up to date by list and watch. Its objects are frozen and
 * shared: clone before changing one. After client-go/tools/cache: Reflector, sharedIndexInformer
 */
export class Informer<T extends KubeObject> {
	readonly synced: Promise<void>;
	readonly #options: InformerOptions<T>;
	readonly #store: Store<T>;
	readonly #listeners = new Set<InformerListener<T>>();
	readonly #backoff = new Backoff({ base: 100, max: 10_000 });
	#resourceVersion: string | undefined;
	#started = false;
	#hasSynced = false;
	#settle: { resolve: () => void; reject: (reason: unknown) => void };

	constructor(options: InformerOptions<T>) {
		this.#options = options;
		this.#store = new Store<T>(options.indexers ?? {});
		const { promise, resolve, reject } = withResolvers();
		this.synced = promise;
		this.#settle = { resolve, reject };
		// An informer stopped before its first list rejects `synced`, which nobody may be waiting for.
		promise.catch(() => undefined);
	}
	/** Lists and watches until the signal aborts. */
	start(parent: AbortSignal): void {
		if (this.#started) return;
		this.#started = true;
		// A signal of its own: many informers on one would look like a leak of listeners.
		const signal = AbortSignal.any([parent]);
		signal.addEventListener('abort', () => this.#settle.reject(signal.reason), { once: true });
		this.#run(signal).catch(logged(consoleLog, 'informer', 'it has stopped'));
	}
	get hasSynced(): boolean {
		return this.#hasSynced;
	}
	list(namespace?: string): T[] {
		const all = this.#store.list();
		return namespace === undefined
			? all
			: all.filter((object) => object.metadata.namespace === namespace);
	}
	get(namespace: string | undefined, name: string): T | undefined {
		return this.#store.get(keyOf(namespace, name));
	}
	byIndex(index: string, value: string): T[] {
		return this.#store.byIndex(index, value);
	}
	/** Listens; what is already known arrives as `added`. */
	subscribe(listener: InformerListener<T>): () => void {
		this.#listeners.add(listener);
		for (const object of this.#store.list()) this.#tell(() => listener.added?.(object));
		return () => this.#listeners.delete(listener);
	}
	snapshot(): { resourceVersion: string | undefined; keys: string[] } {
		return { resourceVersion: this.#resourceVersion, keys: this.#store.keys() };
	}
	async #run(signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			try {
				if (this.#resourceVersion === undefined) await this.#relist(signal);
				await this.#watch(signal);
			} catch (error) {
				if (signal.aborted) return;
				if (isGone(error)) this.#resourceVersion = undefined;
				else this.#options.onError?.(error);
				await this.#options.clock.sleep(this.#backoff.next(), signal).catch(() => undefined);
			}
		}
	}
	async #relist(signal: AbortSignal): Promise<void> {
		const { client, labelSelector, fieldSelector } = this.#options;
		const list = await client.list({ labelSelector, fieldSelector }, signal);
		this.#replace(list.items);
		this.#resourceVersion = list.metadata.resourceVersion;
		this.#hasSynced = true;
		this.#settle.resolve();
	}
	/** Brings the copy to what a list said, telling listeners the difference. */
	#replace(items: T[]): void {
		const { kind, group, version } = this.#options.client.resource;
		const apiVersion = group === '' ? version : `${group}/${version}`;
		const gone = new Set(this.#store.keys());
		for (const item of items) {
			const object = { ...item, apiVersion, kind };
			gone.delete(keyOf(object.metadata.namespace, object.metadata.name));
			this.#put(object);
		}
		for (const key of gone) this.#remove(key);
	}
	async #watch(signal: AbortSignal): Promise<void> {
		const { client, labelSelector, fieldSelector } = this.#options;
		const resourceVersion = this.#resourceVersion;
		const options = { labelSelector, fieldSelector, resourceVersion, allowWatchBookmarks: true };
		let events = 0;
		for await (const event of client.watch(options, signal)) {
			if (signal.aborted) return;
			if (events++ === 0) this.#backoff.reset();
			this.#apply(event);
		}
		// A watch that ends at once would otherwise be re-opened in a tight loop.
		if (events === 0) await this.#options.clock.sleep(this.#backoff.next(), signal);
	}
	#apply(event: WatchEvent<T>): void {
		const { namespace, name, resourceVersion } = event.object.metadata;
		if (event.type === 'DELETED') this.#remove(keyOf(namespace, name), event.object);
		else if (event.type !== 'BOOKMARK') this.#put(event.object);
		this.#resourceVersion = resourceVersion;
	}
	#put(object: T): void {
		const key = keyOf(object.metadata.namespace, object.metadata.name);
		const old = this.#store.get(key);
		if (old?.metadata.resourceVersion === object.metadata.resourceVersion) return;
		deepFreeze(object);
		// Another object of the same name took this one's place while nobody watched.
		if (old && old.metadata.uid !== object.metadata.uid) {
			this.#remove(key);
			return this.#put(object);
		}
		this.#store.put(key, object);
		for (const listener of this.#listeners)
			this.#tell(() => {
				if (old) listener.updated?.(old, object);
				else listener.added?.(object);
			});
	}
	#remove(key: string, last?: T): void {
		const old = this.#store.get(key);
		if (!old) return;
		deepFreeze(last);
		this.#store.delete(key);
		for (const listener of this.#listeners) this.#tell(() => listener.deleted?.(last ?? old));
	}
	#tell(listener: () => void): void {
		try {
			listener();
		} catch (error) {
			this.#options.onError?.(error);
		}
	}
}

function withResolvers(): {
	promise: Promise<void>;
	resolve: () => void;
	reject: (reason: unknown) => void;
} {
	let resolve: () => void = () => undefined;
	let reject: (reason: unknown) => void = () => undefined;
	const promise = new Promise<void>((yes, no) => {
		resolve = yes;
		reject = no;
	});
	return { promise, resolve, reject };
}
