import type { KubeObject, WatchEvent } from '../api/kubernetes.ts';
import type { Connection, HttpRequest, HttpResponse, Transport } from '../api/transport.ts';
import type { Clock } from '../util/clock.ts';
import { randomSuffix, uuid, type Rng } from '../util/rng.ts';
import { own, setOwn } from '../util/own.ts';
import { Inbox } from './flow.ts';
import { booleanQuery } from './query.ts';
import { resources, type Resource } from './resources.ts';
import { matchFields, matchLabels, parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { alreadyExists, badRequest, conflict, expired, notFound, toStatus } from './status.ts';
import { rfc3339 } from './time.ts';

type Json = Record<string, unknown>;
type Stored = KubeObject & { spec?: Json; status?: Json };

interface Target {
	resource: Resource;
	namespace: string | undefined;
	name: string | undefined;
	subresource: string | undefined;
	query: URLSearchParams;
}

interface Watcher {
	target: Target;
	inbox: Inbox<string>;
}

function parsePath(path: string): Target {
	const url = new URL(path, 'http://api');
	const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
	const group = parts[0] === 'api' ? '' : parts[1];
	const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
	const namespace = rest[0] === 'namespaces' && rest.length > 2 ? rest[1] : undefined;
	const isNamespaced = namespace !== undefined && !['finalize', 'status'].includes(rest[2] ?? '');
	const [plural, name, subresource] = isNamespaced ? rest.slice(2) : rest;
	const resource = Object.values<Resource>(resources).find(
		(known) => known.resource === plural && known.group === group,
	);
	if (!resource) throw notFound({ group: '', resource: 'resource' }, path);
	const query = url.searchParams;
	return { resource, namespace: isNamespaced ? namespace : undefined, name, subresource, query };
}

/** Whether nothing holds back an object that is being deleted. */
function isFinished({ kind, metadata, spec }: Stored): boolean {
	const held = spec?.['finalizers'] as string[] | undefined;
	const waiting = [...(metadata.finalizers ?? []), ...(held ?? [])].length > 0;
	return metadata.deletionTimestamp !== undefined && !waiting && kind !== 'Pod';
}

/** Discovery documents of the resources known here. */
function discovery(path: string): unknown {
	const all = Object.values<Resource>(resources);
	if (path === '/apis') {
		const groups = [...new Set(all.map(({ group }) => group))].filter(Boolean);
		return {
			groups: groups.map((name) => ({ name, preferredVersion: { groupVersion: `${name}/v1` } })),
		};
	}
	const group = path === '/api/v1' ? '' : /^\/apis\/([^/]+)\/v1$/.exec(path)?.[1];
	if (group === undefined) return undefined;
	const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
	return {
		groupVersion: group === '' ? 'v1' : `${group}/v1`,
		resources: all
			.filter((resource) => resource.group === group)
			.map(({ resource, singular, ...rest }) => ({
				...rest,
				name: resource,
				singularName: singular,
				verbs,
			})),
	};
}

function mergePatch(target: unknown, patch: unknown): unknown {
	if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
	const merged: Json = { ...(typeof target === 'object' ? (target as Json) : {}) };
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete merged[key];
		else setOwn(merged, key, mergePatch(own(merged, key), value));
	}
	return merged;
}

function fieldOf(object: KubeObject, path: string): string | undefined {
	const value = path
		.split('.')
		.reduce<unknown>((at, key) => (at as Json | undefined)?.[key], object);
	return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * The least that answers the REST protocol from memory, for tests of what speaks to an API server:
 * no defaults, no validation, no admission, merge patches only. The real one is
 * src/control-plane/apiserver.
 */
export class MemoryTransport implements Transport {
	readonly requests: HttpRequest[] = [];
	/** Throws to fail a request before it is answered. */
	fault: ((request: HttpRequest) => void) | undefined;
	/** Pods bound to a node stay until deleted with grace 0, as a kubelet does. */
	graceful = true;
	readonly #clock: Clock;
	readonly #rng: Rng;
	readonly #objects = new Map<string, Stored>();
	readonly #watchers = new Set<Watcher>();
	readonly #history: { key: string; resource: Resource; event: WatchEvent; revision: number }[] =
		[];
	#revision = 1;
	#compacted = 0;

	constructor(clock: Clock, rng: Rng) {
		this.#clock = clock;
		this.#rng = rng;
	}
	async request(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
		signal?.throwIfAborted();
		this.requests.push(request);
		this.fault?.(request);
		try {
			const discovered = discovery(request.path);
			if (discovered) return json(200, discovered);
			const target = parsePath(request.path);
			if (booleanQuery(target.query, 'watch')) return this.#watch(target, signal);
			return json(200, this.#answer(request, target));
		} catch (error) {
			const status = toStatus(error);
			return json(status.code ?? 500, status);
		}
	}
	upgrade(): Promise<Connection> {
		return Promise.reject(badRequest('no upgrades here'));
	}
	/** Ends every watch, as a lost connection does. */
	dropWatches(): void {
		for (const { inbox } of this.#watchers) inbox.fail(new Error('connection lost'));
		this.#watchers.clear();
	}
	/** Forgets all history: watches from an older revision are told that it expired. */
	compact(): void {
		this.#compacted = this.#revision;
	}
	#answer(request: HttpRequest, target: Target): unknown {
		const body =
			request.body === undefined ? undefined : (JSON.parse(String(request.body)) as Json);
		if (request.method === 'GET') return target.name ? this.#find(target) : this.#list(target);
		if (request.method === 'POST') return this.#post(target, body ?? {});
		if (request.method === 'DELETE' && !target.name)
			return this.#deleteCollection(target, body ?? {});
		if (request.method === 'DELETE') return this.#delete(target, body ?? {});
		const old = this.#find(target);
		const next = request.method === 'PATCH' ? mergePatch(old, body) : body;
		return this.#update(target, old, next as Stored);
	}
	#key({ resource, namespace, name }: Target): string {
		return `${resource.resource}.${resource.group}/${namespace ?? ''}/${name ?? ''}`;
	}
	#find(target: Target): Stored {
		const object = this.#objects.get(this.#key(target));
		if (!object) throw notFound(target.resource, target.name ?? '');
		return object;
	}
	#matches({ resource, namespace, query }: Target, of: Resource, object: KubeObject): boolean {
		if (of !== resource || (namespace && object.metadata.namespace !== namespace)) return false;
		const labels = parseLabelSelector(query.get('labelSelector') ?? '');
		const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
		return (
			matchLabels(labels, object.metadata.labels) &&
			matchFields(fields, (path) => fieldOf(object, path))
		);
	}
	#list(target: Target): unknown {
		const prefix = `${target.resource.resource}.${target.resource.group}/`;
		const items = [...this.#objects]
			.filter(([key]) => key.startsWith(prefix))
			.map(([, object]) => object)
			.filter((object) => this.#matches(target, target.resource, object));
		const metadata = { resourceVersion: String(this.#revision) };
		return { kind: `${target.resource.kind}List`, apiVersion: 'v1', metadata, items };
	}
	#post(target: Target, body: Json): unknown {
		if (target.subresource === 'binding') {
			const old = this.#find(target);
			const nodeName = (body['target'] as { name: string }).name;
			this.#put(target, { ...old, spec: { ...old.spec, nodeName } }, 'MODIFIED');
			return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
		}
		const object = body as unknown as Stored;
		const { generateName } = object.metadata;
		const name = object.metadata.name || `${generateName}${randomSuffix(this.#rng, 5)}`;
		const at = { ...target, name };
		if (this.#objects.has(this.#key(at))) throw alreadyExists(target.resource, name);
		const metadata = {
			...object.metadata,
			...(target.namespace ? { namespace: target.namespace } : {}),
			name,
			uid: uuid(this.#rng),
			generation: 1,
			creationTimestamp: rfc3339(this.#clock.now()),
		};
		return this.#put(at, { status: {}, ...object, metadata }, 'ADDED');
	}
	#update(target: Target, old: Stored, next: Stored): unknown {
		const { resourceVersion } = next.metadata;
		if (resourceVersion && resourceVersion !== old.metadata.resourceVersion)
			throw conflict(target.resource, target.name ?? '');
		const merged: Stored =
			target.subresource === 'status'
				? { ...old, status: next.status ?? {} }
				: { ...next, ...(old.status ? { status: old.status } : {}) };
		const changed = JSON.stringify(merged.spec) !== JSON.stringify(old.spec);
		const generation = (old.metadata.generation ?? 1) + (changed ? 1 : 0);
		const { uid, creationTimestamp } = old.metadata;
		merged.metadata = { ...merged.metadata, uid, creationTimestamp, generation };
		if (isFinished(merged)) return this.#remove(target, merged);
		if (JSON.stringify(merged) === JSON.stringify(old)) return old;
		return this.#put(target, merged, 'MODIFIED');
	}
	#delete(target: Target, options: Json): unknown {
		const old = this.#find(target);
		const uid = (options['preconditions'] as { uid?: string } | undefined)?.uid;
		if (uid && uid !== old.metadata.uid) throw conflict(target.resource, target.name ?? '');
		const finalizers = new Set(old.metadata.finalizers);
		if (options['propagationPolicy'] === 'Foreground') finalizers.add('foregroundDeletion');
		if (options['propagationPolicy'] === 'Orphan') finalizers.add('orphan');
		const held = finalizers.size > 0 || this.#lingers(old, options);
		if (!held) return this.#remove(target, old);
		const deletionTimestamp = old.metadata.deletionTimestamp ?? rfc3339(this.#clock.now());
		const metadata = { ...old.metadata, deletionTimestamp, finalizers: [...finalizers] };
		return this.#put(target, { ...old, metadata }, 'MODIFIED');
	}
	/** Bound pods wait for their kubelet, namespaces for their finalizers. */
	#lingers({ kind, spec }: Stored, options: Json): boolean {
		const graceful = options['gracePeriodSeconds'] !== 0 && this.graceful;
		if (kind === 'Pod') return graceful && spec?.['nodeName'] !== undefined;
		return kind === 'Namespace' && spec?.['finalizers'] !== undefined;
	}
	#deleteCollection(target: Target, options: Json): unknown {
		const list = this.#list(target) as { items: Stored[] };
		for (const { metadata } of list.items) {
			const { name, namespace } = metadata;
			this.#delete({ ...target, name, namespace }, options);
		}
		return list;
	}
	#put(target: Target, object: Stored, type: 'ADDED' | 'MODIFIED'): Stored {
		const resourceVersion = String(++this.#revision);
		const stored = { ...object, metadata: { ...object.metadata, resourceVersion } };
		this.#objects.set(this.#key(target), stored);
		this.#publish(target.resource, { type, object: stored });
		return stored;
	}
	#remove(target: Target, object: Stored): Stored {
		this.#objects.delete(this.#key(target));
		const metadata = { ...object.metadata, resourceVersion: String(++this.#revision) };
		const last = { ...object, metadata };
		this.#publish(target.resource, { type: 'DELETED', object: last });
		return last;
	}
	#publish(resource: Resource, event: WatchEvent): void {
		this.#history.push({ key: '', resource, event, revision: this.#revision });
		for (const { target, inbox } of this.#watchers)
			if (this.#matches(target, resource, event.object)) inbox.push(`${JSON.stringify(event)}\n`);
	}
	#watch(target: Target, signal: AbortSignal | undefined): HttpResponse {
		const from = Number(target.query.get('resourceVersion') ?? this.#revision);
		if (from < this.#compacted)
			throw expired(`too old resource version: ${from} (${this.#compacted})`);
		const watcher: Watcher = {
			target,
			inbox: new Inbox<string>(
				() => undefined,
				() => this.#watchers.delete(watcher),
			),
		};
		for (const { resource, event, revision } of this.#history)
			if (revision > from && this.#matches(target, resource, event.object))
				watcher.inbox.push(`${JSON.stringify(event)}\n`);
		this.#watchers.add(watcher);
		const abort = () => {
			this.#watchers.delete(watcher);
			watcher.inbox.fail(signal?.reason as Error);
		};
		signal?.addEventListener('abort', abort, { once: true });
		return { status: 200, headers: { 'content-type': 'application/json' }, body: watcher.inbox };
	}
}

function json(status: number, body: unknown): HttpResponse {
	return {
		status,
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	};
}
