import type { KubeObject } from '../api/kubernetes.ts';

/** `namespace/name`, or the name alone. After client-go/tools/cache: MetaNamespaceKeyFunc */
export function keyOf(namespace: string | undefined, name: string): string {
	return namespace ? `${namespace}/${name}` : name;
}

/** The inverse of {@link keyOf}. */
export function splitKey(key: string): { namespace: string | undefined; name: string } {
	const slash = key.indexOf('/');
	return slash < 0
		? { namespace: undefined, name: key }
		: { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Objects by key, and by the values that index functions give them. */
export class Store<T extends KubeObject> {
	readonly #objects = new Map<string, T>();
	readonly #indexers: Record<string, (object: T) => string[]>;
	readonly #indices = new Map<string, Map<string, Set<string>>>();

	constructor(indexers: Record<string, (object: T) => string[]>) {
		this.#indexers = indexers;
		for (const name of Object.keys(indexers)) this.#indices.set(name, new Map());
	}
	get(key: string): T | undefined {
		return this.#objects.get(key);
	}
	list(): T[] {
		return [...this.#objects.values()];
	}
	keys(): string[] {
		return [...this.#objects.keys()];
	}
	put(key: string, object: T): void {
		this.#unindex(key);
		this.#objects.set(key, object);
		for (const [name, values] of this.#indices)
			for (const value of this.#indexers[name]?.(object) ?? []) {
				const keys = values.get(value);
				if (keys) keys.add(key);
				else values.set(value, new Set([key]));
			}
	}
	delete(key: string): void {
		this.#unindex(key);
		this.#objects.delete(key);
	}
	byIndex(index: string, value: string): T[] {
		const values = this.#indices.get(index);
		if (!values) throw new Error(`no index ${index}`);
		return [...(values.get(value) ?? [])].flatMap((key) => this.#objects.get(key) ?? []);
	}
	#unindex(key: string): void {
		const old = this.#objects.get(key);
		if (!old) return;
		for (const [name, values] of this.#indices)
			for (const value of this.#indexers[name]?.(old) ?? []) {
				const keys = values.get(value);
				keys?.delete(key);
				if (keys?.size === 0) values.delete(value);
			}
	}
}
