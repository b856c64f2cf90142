import type {
	ConfigMap,
	Container,
	KubeObject,
	Pod,
	Secret,
	Volume,
} from '../../api/kubernetes.ts';
import { Informer } from '../../client/informer.ts';
import { resources } from '../../client/resources.ts';
import { logged } from '../../util/log.ts';
import type { KubeletDeps } from './config.ts';
import { allContainers, namespaceOf } from './pod-ref.ts';

type Kind = 'configmaps' | 'secrets';

interface Watched {
	informer: Informer<KubeObject>;
	stop: AbortController;
	pods: Set<string>;
}

type References = { configMap?: { name: string }; secret?: { name: string } }[];

/** `configmaps/ns/name` and `secrets/ns/name` of all a pod refers to. */
export function referencedObjects(pod: Pod): Set<string> {
	const namespace = namespaceOf(pod);
	const all = [
		...allContainers(pod).flatMap(ofContainer),
		...(pod.spec.volumes ?? []).flatMap(sourcesOf),
	];
	return new Set(
		all.flatMap(({ configMap, secret }) => [
			...(configMap ? [`configmaps/${namespace}/${configMap.name}`] : []),
			...(secret ? [`secrets/${namespace}/${secret.name}`] : []),
		]),
	);
}

function reference(configMap?: { name: string }, secret?: { name: string }): References[number] {
	return { ...(configMap ? { configMap } : {}), ...(secret ? { secret } : {}) };
}

function ofContainer({ envFrom = [], env = [] }: Container): References {
	return [
		...envFrom.map(({ configMapRef, secretRef }) => reference(configMapRef, secretRef)),
		...env.map(({ valueFrom }) => reference(valueFrom?.configMapKeyRef, valueFrom?.secretKeyRef)),
	];
}

function sourcesOf({ configMap, secret, projected }: Volume): References {
	return [
		...(configMap ? [{ configMap }] : []),
		...(secret ? [{ secret: { name: secret.secretName } }] : []),
		...((projected?.sources ?? []) as References),
	];
}

/**
 * The ConfigMaps and Secrets that this node's pods refer to, each watched by itself, as a node may read no others.
 * After pkg/kubelet/util/manager/watch_based_manager.go
 */
export class ObjectCache {
	readonly #deps: KubeletDeps;
	readonly #onChange: (podUid: string) => void;
	readonly #watched = new Map<string, Watched>();

	constructor(deps: KubeletDeps, onChange: (podUid: string) => void) {
		this.#deps = deps;
		this.#onChange = onChange;
	}
	register(pod: Pod): void {
		const wanted = referencedObjects(pod);
		for (const key of wanted) this.#watch(key).pods.add(pod.metadata.uid);
	}
	unregister(uid: string): void {
		for (const [key, watched] of this.#watched) {
			watched.pods.delete(uid);
			if (watched.pods.size > 0) continue;
			watched.stop.abort(new Error('no pod refers to it any more'));
			this.#watched.delete(key);
		}
	}
	async configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
		return this.#get<ConfigMap>('configmaps', namespace, name);
	}
	async secret(namespace: string, name: string): Promise<Secret | undefined> {
		return this.#get<Secret>('secrets', namespace, name);
	}
	stop(): void {
		for (const { stop } of this.#watched.values()) stop.abort(new Error('the kubelet has stopped'));
		this.#watched.clear();
	}
	snapshot(): Record<string, string[]> {
		return Object.fromEntries([...this.#watched].map(([key, { pods }]) => [key, [...pods]]));
	}
	async #get<T extends KubeObject>(
		kind: Kind,
		namespace: string,
		name: string,
	): Promise<T | undefined> {
		const { informer } = this.#watch(`${kind}/${namespace}/${name}`);
		await informer.synced;
		return informer.get(namespace, name) as T | undefined;
	}
	#watch(key: string): Watched {
		const known = this.#watched.get(key);
		if (known) return known;
		const [kind = '', namespace = '', name = ''] = key.split('/');
		const { client, clock, log } = this.#deps;
		const informer = new Informer<KubeObject>({
			client: client.on(resources[kind as Kind], namespace),
			clock,
			fieldSelector: `metadata.name=${name}`,
			onError: logged(log, 'kubelet', `watching ${key}`),
		});
		const watched: Watched = { informer, stop: new AbortController(), pods: new Set() };
		this.#watched.set(key, watched);
		const changed = () => watched.pods.forEach((uid) => this.#onChange(uid));
		informer.subscribe({ added: changed, updated: changed, deleted: changed });
		informer.start(watched.stop.signal);
		return watched;
	}
}
