import type {
	ConfigMap,
	Deployment,
	Endpoints,
	EndpointSlice,
	Event,
	KubeList,
	KubeObject,
	Lease,
	Namespace,
	Node,
	ObjectMeta,
	Pod,
	ReplicaSet,
	Secret,
	Service,
	ServiceAccount,
	Status,
	WatchEvent,
} from '../api/kubernetes.ts';
import type { HttpRequest, HttpResponse, Transport } from '../api/transport.ts';
import { bodyLines, bodyText } from './body.ts';
import { resourcePath, resources, type Resource } from './resources.ts';
import { isStatus, StatusError } from './status.ts';

/** An object that is to be sent: what the server fills in may be absent. */
export type Draft<T extends KubeObject> = Omit<T, 'metadata' | 'status'> & {
	metadata: Partial<ObjectMeta>;
	status?: unknown;
};

export type PatchType = 'merge' | 'strategic' | 'json' | 'apply';

const patchTypes: Record<PatchType, string> = {
	merge: 'application/merge-patch+json',
	strategic: 'application/strategic-merge-patch+json',
	json: 'application/json-patch+json',
	apply: 'application/apply-patch+yaml',
};

export type Query = Record<string, string | number | boolean | undefined>;

export interface ListOptions {
	labelSelector?: string | undefined;
	fieldSelector?: string | undefined;
	resourceVersion?: string | undefined;
	limit?: number | undefined;
	continue?: string | undefined;
}

export interface WatchOptions {
	resourceVersion?: string | undefined;
	labelSelector?: string | undefined;
	fieldSelector?: string | undefined;
	allowWatchBookmarks?: boolean | undefined;
	timeoutSeconds?: number | undefined;
}

export interface DeleteOptions {
	gracePeriodSeconds?: number;
	propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
	preconditions?: { uid?: string; resourceVersion?: string };
}

export interface ClientOptions {
	userAgent?: string;
	/** Written to `managedFields`; sent with every write. */
	fieldManager?: string;
}

/** Path and query; absent values are left out. */
export function withQuery(path: string, query: Query): string {
	const parts = Object.entries(query)
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
	return parts.length ? `${path}?${parts.join('&')}` : path;
}

/** Requests to one API server. */
export class Client {
	readonly transport: Transport;
	readonly #options: ClientOptions;

	constructor(transport: Transport, options: ClientOptions = {}) {
		this.transport = transport;
		this.#options = options;
	}
	/** The same requests under another name. */
	as(userAgent: string): Client {
		return new Client(this.transport, { ...this.#options, userAgent });
	}
	/** Requests on one resource; without a namespace on all of them. */
	on<T extends KubeObject>(resource: Resource, namespace?: string): ResourceClient<T> {
		return new ResourceClient<T>(this, resource, namespace);
	}
	pods = (namespace?: string) => this.on<Pod>(resources.pods, namespace);
	deployments = (namespace?: string) => this.on<Deployment>(resources.deployments, namespace);
	replicasets = (namespace?: string) => this.on<ReplicaSet>(resources.replicasets, namespace);
	services = (namespace?: string) => this.on<Service>(resources.services, namespace);
	endpointslices = (namespace?: string) =>
		this.on<EndpointSlice>(resources.endpointslices, namespace);
	endpoints = (namespace?: string) => this.on<Endpoints>(resources.endpoints, namespace);
	nodes = () => this.on<Node>(resources.nodes);
	namespaces = () => this.on<Namespace>(resources.namespaces);
	configmaps = (namespace?: string) => this.on<ConfigMap>(resources.configmaps, namespace);
	secrets = (namespace?: string) => this.on<Secret>(resources.secrets, namespace);
	events = (namespace?: string) => this.on<Event>(resources.events, namespace);
	leases = (namespace?: string) => this.on<Lease>(resources.leases, namespace);
	serviceaccounts = (namespace?: string) =>
		this.on<ServiceAccount>(resources.serviceaccounts, namespace);

	/** Any request, with this client's headers; never rejects for a status code. */
	raw(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
		const { userAgent } = this.#options;
		const headers = {
			accept: 'application/json',
			...(userAgent ? { 'user-agent': userAgent } : {}),
			...request.headers,
		};
		return this.transport.request({ ...request, headers }, signal);
	}
	/** The decoded answer; throws a {@link StatusError} for a failure. */
	async json<R>(request: HttpRequest, signal?: AbortSignal): Promise<R> {
		const response = await this.raw(request, signal);
		const text = await bodyText(response.body);
		if (response.status >= 400) throw errorOf(response.status, text);
		return JSON.parse(text) as R;
	}
	/** A write: carries the field manager, and the body as JSON. */
	write<R>(
		method: string,
		path: string,
		query: Query,
		body: unknown,
		contentType = 'application/json',
	): Promise<R> {
		const { fieldManager } = this.#options;
		const request: HttpRequest = {
			method,
			path: withQuery(path, {
				fieldManager: method === 'DELETE' ? undefined : fieldManager,
				...query,
			}),
		};
		if (body !== undefined) {
			request.headers = { 'content-type': contentType };
			request.body = JSON.stringify(body);
		}
		return this.json<R>(request);
	}
}

/** What a failed answer says. */
export function errorOf(status: number, text: string): StatusError {
	try {
		const body: unknown = JSON.parse(text);
		if (isStatus(body)) return new StatusError(body);
	} catch {
		// Not JSON: the text itself is the message.
	}
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message: text.trim() || `the server answered with status ${status}`,
		reason: status === 410 ? 'Gone' : status === 404 ? 'NotFound' : 'Unknown',
		code: status,
	});
}

/** Requests on one resource; every method throws a {@link StatusError} for a failure. */
export class ResourceClient<T extends KubeObject> {
	readonly resource: Resource;
	readonly namespace: string | undefined;
	readonly #client: Client;

	constructor(client: Client, resource: Resource, namespace?: string) {
		this.#client = client;
		this.resource = resource;
		this.namespace = namespace;
	}
	get(name: string, subresource?: string): Promise<T> {
		return this.#client.json<T>({ method: 'GET', path: this.#object(name, subresource) });
	}
	list(options: ListOptions = {}, signal?: AbortSignal): Promise<KubeList<T>> {
		const path = withQuery(this.#collection(), { ...options });
		return this.#client.json<KubeList<T>>({ method: 'GET', path }, signal);
	}
	create(object: Draft<T>, query: Query = {}): Promise<T> {
		const path = this.#collection(this.#namespaceOf(object));
		return this.#client.write<T>('POST', path, query, object);
	}
	/** POST to a subresource: `binding`, `eviction`, `token`. */
	post<R = Status>(name: string, subresource: string, body: unknown): Promise<R> {
		return this.#client.write<R>('POST', this.#object(name, subresource), {}, body);
	}
	update(object: Draft<T>, subresource?: string): Promise<T> {
		const { name = '' } = object.metadata;
		const path = this.#object(name, subresource, this.#namespaceOf(object));
		return this.#client.write<T>('PUT', path, {}, object);
	}
	updateStatus(object: T): Promise<T> {
		return this.update(object, 'status');
	}
	patch(
		name: string,
		body: unknown,
		type: PatchType,
		options: { subresource?: string; query?: Query } = {},
	): Promise<T> {
		const path = this.#object(name, options.subresource);
		return this.#client.write<T>('PATCH', path, options.query ?? {}, body, patchTypes[type]);
	}
	/** The object while it terminates, or a Status of success. */
	delete(name: string, options?: DeleteOptions): Promise<T | Status> {
		return this.#client.write<T | Status>('DELETE', this.#object(name), {}, deleteBody(options));
	}
	deleteCollection(options: ListOptions = {}, deletion?: DeleteOptions): Promise<unknown> {
		const query = { ...options };
		return this.#client.write('DELETE', this.#collection(), query, deleteBody(deletion));
	}
	/** Events until the server ends the watch or the signal aborts; an ERROR event is thrown. */
	async *watch(options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
		const path = withQuery(this.#collection(), { watch: true, ...options });
		const response = await this.#client.raw({ method: 'GET', path }, signal);
		if (response.status >= 400) throw errorOf(response.status, await bodyText(response.body));
		for await (const line of bodyLines(response.body)) {
			const event = JSON.parse(line) as WatchEvent<T>;
			if (event.type === 'ERROR') throw new StatusError(event.object as unknown as Status);
			yield event;
		}
	}
	#namespaceOf(object: { metadata: Partial<ObjectMeta> }): string | undefined {
		return this.namespace ?? object.metadata.namespace;
	}
	#collection(namespace = this.namespace): string {
		return resourcePath(this.resource, namespace);
	}
	#object(name: string, subresource?: string, namespace = this.namespace): string {
		if (this.resource.namespaced && !namespace)
			throw new Error(`${this.resource.resource} "${name}": a namespace is needed`);
		return resourcePath(this.resource, namespace, name, subresource);
	}
}

function deleteBody(options: DeleteOptions | undefined): unknown {
	return options && { kind: 'DeleteOptions', apiVersion: 'v1', ...options };
}
