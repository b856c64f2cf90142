import type { Connection, HttpRequest, HttpResponse, Transport } from '../../api/transport.ts';
import { StatusError, toStatus } from '../../client/status.ts';
import type { Clock } from '../../util/clock.ts';
import type { Rng } from '../../util/rng.ts';
import type { Etcd } from '../etcd/etcd.ts';
import { newAdmission } from './admission.ts';
import { AuditLog } from './audit.ts';
import { BootstrapController } from './bootstrap-controller.ts';
import { bootstrapObjects } from './bootstrap.ts';
import { Codec } from './codec.ts';
import { Discovery, pageNotFound } from './discovery.ts';
import { answerHealth, type HealthCheck } from './health.ts';
import { KubeletProxy } from './kubelet-proxy.ts';
import { wantsYaml } from './negotiation.ts';
import { OpenApi } from './openapi.ts';
import { Registry } from './registry.ts';
import { indented, inYaml, isPretty, jsonResponse } from './rendering.ts';
import { parseRequest, type RequestInfo } from './request-info.ts';
import { ResourceHandler, type Call } from './resource-handler.ts';
import { servedKinds } from './served-kinds.ts';
import type { Served } from './served.ts';
import type { ApiServerOptions, Context } from './strategy.ts';
import { Subresources } from './subresources.ts';
import { version } from './version.ts';
import { answerReview, virtualResources } from './virtual-resources.ts';
import { warningHeader } from './warnings.ts';

export interface ApiServerParts {
	store: Etcd;
	clock: Clock;
	rng: Rng;
	/** The kubelet of a node, when it can be reached. */
	nodes: (name: string) => Transport | undefined;
	options?: Partial<ApiServerOptions>;
}

const defaults: ApiServerOptions = {
	serviceClusterIpRange: '10.96.0.0/16',
	nodePortRange: [30_000, 32_767],
	defaultNotReadyTolerationSeconds: 300,
	defaultUnreachableTolerationSeconds: 300,
	advertiseAddress: '172.30.0.1',
	advertisePort: 6443,
	watchHistory: 10_000,
	watchHistorySize: 16 * 2 ** 20,
};

/** The cluster's REST protocol over a store: validates, defaults, stores, and tells watchers. */
export class ApiServer implements Transport {
	readonly audit: AuditLog;
	readonly #served = new Map<string, Served>();
	readonly #etcd: Etcd;
	readonly #context: Context;
	readonly #resources: ResourceHandler;
	readonly #subresources: Subresources;
	readonly #kubelets: KubeletProxy;
	readonly #discovery: Discovery;
	readonly #openApi: OpenApi;
	readonly #health: HealthCheck[];

	constructor({ store, clock, rng, nodes, options }: ApiServerParts) {
		this.#etcd = store;
		this.audit = new AuditLog(clock);
		this.#context = {
			clock,
			rng,
			options: { ...defaults, ...options },
			list: (resource) => this.#registry(resource)?.all() ?? [],
			get: (resource, namespace, name) => {
				const registry = this.#registry(resource);
				const kv = registry?.find(namespace, name);
				return kv && registry ? registry.codec.object(kv) : undefined;
			},
		};
		this.#install();
		const stored = servedKinds.map(({ resource }) => resource);
		const { advertiseAddress, advertisePort } = this.#context.options;
		this.#discovery = new Discovery(
			stored,
			virtualResources,
			`${advertiseAddress}:${advertisePort}`,
		);
		this.#openApi = new OpenApi(servedKinds);
		this.#resources = new ResourceHandler(store, this.#context);
		this.#kubelets = new KubeletProxy(this.#context, nodes);
		this.#subresources = new Subresources(this.#resources, this.#context, this.#kubelets);
		this.#bootstrap();
		this.#health = [
			{ name: 'ping', check: () => undefined },
			{ name: 'etcd', check: () => void store.get('health') },
		];
		store.watch('/', store.revision + 1, () => this.#compact());
	}

	async request(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
		signal?.throwIfAborted();
		let info: RequestInfo;
		try {
			info = parseRequest(request);
		} catch (error) {
			return errorResponse(error);
		}
		const audited = this.audit.begin(request, info);
		const response = await this.#answer(request, info, signal);
		audited?.(response.status, response.body);
		return response;
	}

	async upgrade(request: HttpRequest, signal?: AbortSignal): Promise<Connection> {
		signal?.throwIfAborted();
		const info = parseRequest(request);
		const call = this.#callOf(request, info, [], signal);
		if (!call) throw new StatusError(statusOfPage());
		const audited = this.audit.begin(request, info, 'create');
		try {
			const connection = await this.#kubelets.upgrade(call);
			audited?.(101);
			return connection;
		} catch (error) {
			audited?.(toStatus(error).code ?? 500);
			throw error;
		}
	}

	async #answer(
		request: HttpRequest,
		info: RequestInfo,
		signal: AbortSignal | undefined,
	): Promise<HttpResponse> {
		const warnings: string[] = [];
		try {
			const response = await this.#route(request, info, warnings, signal);
			const warning = warnings.length > 0 ? warningHeader(warnings) : '';
			if (warning !== '') response.headers.warning = warning;
			return asAccepted(response, request, info);
		} catch (error) {
			if (signal?.aborted) throw error;
			return asAccepted(errorResponse(error), request, info);
		}
	}

	#install(): void {
		const registries = new Map<string, Registry>();
		const admit = newAdmission(() => this.#context);
		for (const entry of servedKinds) {
			const { resource, path } = entry;
			const prefix = `/registry/${path}/`;
			const parts = { ...entry, prefix, etcd: this.#etcd, context: this.#context, admit };
			const registry = registries.get(path) ?? new Registry(parts);
			registries.set(path, registry);
			this.#served.set(servedId(resource.group, resource.version, resource.resource), {
				...entry,
				registry,
				codec: entry.conversion ? new Codec(entry.conversion) : registry.codec,
			});
		}
	}

	#registry(resource: string): Registry | undefined {
		for (const served of this.#served.values())
			if (served.resource.resource === resource) return served.registry;
		return undefined;
	}

	#bootstrap(): void {
		const objects = bootstrapObjects(this.#context.options).flatMap(([resource, object]) => {
			const registry = this.#registry(resource);
			return registry ? [{ registry, object }] : [];
		});
		new BootstrapController(objects, this.#context.clock).start(this.#etcd);
	}

	/** Keeps the store's history between one and two lengths of what watches may need, in changes and in size. */
	#compact(): void {
		const { watchHistory, watchHistorySize } = this.#context.options;
		const etcd = this.#etcd;
		if (etcd.historyLength > 2 * watchHistory) etcd.compact(etcd.revision - watchHistory);
		if (etcd.historySize > 2 * watchHistorySize)
			etcd.compact(etcd.revisionWithin(watchHistorySize));
	}

	async #route(
		request: HttpRequest,
		info: RequestInfo,
		warnings: string[],
		signal: AbortSignal | undefined,
	): Promise<HttpResponse> {
		const call = this.#callOf(request, info, warnings, signal);
		if (!call) return this.#page(request, info);
		if (call.served.resource.kind === 'Endpoints') warnings.push(endpointsWarning);
		if (call.subresource === '' || call.subresource === 'status') {
			if (call.subresource && !call.served.resource.subresources.includes('status'))
				return pageNotFound();
			return this.#resources.handle(call);
		}
		return this.#subresources.handle(call);
	}

	#callOf(
		request: HttpRequest,
		info: RequestInfo,
		warnings: string[],
		signal: AbortSignal | undefined,
	): Call | undefined {
		const { resource } = info;
		if (!resource) return undefined;
		const served = this.#served.get(servedId(resource.group, resource.version, resource.resource));
		if (!served || (!served.resource.namespaced && resource.namespace !== '')) return undefined;
		if (served.resource.namespaced && resource.namespace === '' && resource.name !== '')
			return undefined;
		const { namespace, name, subresource } = resource;
		return { request, info, served, namespace, name, subresource, warnings, signal };
	}

	/** Everything that is not an object. */
	#page(request: HttpRequest, info: RequestInfo): HttpResponse {
		const { resource, path } = info;
		if (resource) {
			const { group, version: wanted, resource: plural } = resource;
			const review = answerReview(request, group, wanted, plural);
			if (review) return review;
		}
		if (path === '/version') return jsonResponse(200, version);
		const headers = request.headers ?? {};
		return (
			answerHealth(path, info.query, this.#health) ??
			this.#openApi.answer(path, headers) ??
			this.#discovery.answer(path, headers) ??
			(path === '/' ? jsonResponse(200, { paths: rootPaths }) : pageNotFound())
		);
	}
}

const endpointsWarning =
	'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

const rootPaths = [
	'/api',
	'/apis',
	'/healthz',
	'/livez',
	'/openapi/v2',
	'/openapi/v3',
	'/readyz',
	'/version',
];

function servedId(group: string, wanted: string, resource: string): string {
	return `${group}/${wanted}/${resource}`;
}

/** An answer in JSON as the client wants to read it: in YAML, or with its lines indented. */
function asAccepted(response: HttpResponse, request: HttpRequest, info: RequestInfo): HttpResponse {
	const headers = request.headers ?? {};
	if (wantsYaml(headers)) return inYaml(response);
	return isPretty(headers, info.query) ? indented(response) : response;
}

function errorResponse(error: unknown): HttpResponse {
	const status = toStatus(error);
	const retry = status.details?.retryAfterSeconds;
	return jsonResponse(status.code ?? 500, status, retry ? { 'retry-after': String(retry) } : {});
}

function statusOfPage(): ConstructorParameters<typeof StatusError>[0] {
	return {
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message: 'the server could not find the requested resource',
		reason: 'NotFound',
		details: {},
		code: 404,
	};
}
