import type { KubeObject, Status } from '../../api/kubernetes.ts';
import type { HttpRequest, HttpResponse } from '../../api/transport.ts';
import { apiVersionOf } from '../../client/resources.ts';
import { booleanQuery } from '../../client/query.ts';
import { badRequest, isNotFound, methodNotSupported } from '../../client/status.ts';
import type { Etcd } from '../etcd/etcd.ts';
import { decodeObject, fieldValidationOf } from './decode-object.ts';
import { deleteOptionsOf, isDryRun } from './delete-options.ts';
import { checkListOptions, listPage, selectionOf } from './list.ts';
import { managerOf, ManagedFields } from './managed-fields.ts';
import { wantsYaml } from './negotiation.ts';
import { patchObject } from './patch.ts';
import { jsonResponse, notAcceptable, Rendering } from './rendering.ts';
import { parseBody } from './request-body.ts';
import type { RequestInfo } from './request-info.ts';
import type { Served } from './served.ts';
import type { Context } from './strategy.ts';
import { checkWatchOptions, Watch } from './watch.ts';

/** One request on its way through the server. */
export interface Call {
	request: HttpRequest;
	info: RequestInfo;
	served: Served;
	namespace: string;
	name: string;
	subresource: string;
	/** Texts for Warning headers. */
	warnings: string[];
	signal: AbortSignal | undefined;
}

/**
 * The verbs every resource has. A call's subresource is empty or `status`.
 * After apiserver/pkg/endpoints/handlers
 */
export class ResourceHandler {
	readonly #etcd: Etcd;
	readonly #context: Context;

	constructor(etcd: Etcd, context: Context) {
		this.#etcd = etcd;
		this.#context = context;
	}

	handle(call: Call): HttpResponse {
		const { method, query } = call.info;
		if (call.name === '') {
			if (method === 'GET')
				return booleanQuery(query, 'watch') ? this.#watch(call) : this.#list(call);
			if (method === 'POST') return this.#create(call);
			if (method === 'DELETE') return this.#deleteCollection(call);
		} else {
			if (method === 'GET')
				return booleanQuery(query, 'watch') ? this.#watch(call) : this.#get(call);
			if (method === 'PUT') return this.#update(call);
			if (method === 'PATCH') return this.#patch(call);
			if (method === 'DELETE') return this.#delete(call);
		}
		throw methodNotSupported(call.served.resource, method.toLowerCase());
	}

	/** A body as an object of the call's resource, in stored form and with the URL's namespace. */
	decode(call: Call, body: unknown, fill = true): KubeObject {
		const { served, info, warnings } = call;
		const validation = fieldValidationOf(info.query);
		const object = decodeObject(served.resource, served.schema, body, validation, warnings, fill);
		if (served.resource.namespaced) {
			const { namespace } = object.metadata;
			if (namespace && namespace !== call.namespace) {
				throw badRequest(
					'the namespace of the provided object does not match the namespace sent on the request',
				);
			}
			object.metadata.namespace = call.namespace;
		}
		return served.conversion ? served.conversion.fromWire(object) : object;
	}

	/** A stored object as this version shows it. */
	wire(served: Served, object: KubeObject): KubeObject {
		return served.conversion ? served.conversion.toWire(object) : object;
	}

	respond(call: Call, status: number, object: KubeObject): HttpResponse {
		const rendering = this.#rendering(call);
		return jsonResponse(status, rendering.object(this.wire(call.served, object)));
	}

	ownership(call: Call, operation: 'Update' | 'Apply' = 'Update'): ManagedFields {
		return new ManagedFields({
			schema: call.served.registry.resource.kind,
			apiVersion: apiVersionOf(call.served.resource),
			manager: managerOf(call.request, call.info.query),
			operation,
			now: this.#context.clock.now(),
		});
	}

	#rendering(call: Call): Rendering {
		const now = this.#context.clock.now();
		return new Rendering(call.served, call.request.headers ?? {}, call.info.query, now);
	}

	#get(call: Call): HttpResponse {
		const { served, namespace, name } = call;
		const kv = served.registry.kv(namespace, name);
		return jsonResponse(200, this.#rendering(call).object(served.codec.object(kv)));
	}

	#list(call: Call): HttpResponse {
		const { served, namespace, info } = call;
		checkListOptions(info.query);
		const selection = selectionOf(served, info.query);
		const page = listPage(
			this.#etcd,
			served.registry,
			served.codec,
			namespace,
			info.query,
			selection,
		);
		return jsonResponse(200, this.#rendering(call).list(page));
	}

	#watch(call: Call): HttpResponse {
		const { served, namespace, info, signal, name } = call;
		checkWatchOptions(info.query);
		if (wantsYaml(call.request.headers ?? {})) throw notAcceptable('application/json;stream=watch');
		const { clock } = this.#context;
		const watch = new Watch(this.#etcd, this.#context, {
			served,
			namespace,
			query: info.query,
			selection: selectionOf(served, info.query, name || undefined),
			write: this.#rendering(call).lineWriter(() => clock.now()),
			signal,
		});
		const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
		return { status: 200, headers, body: watch.start().lines };
	}

	#create(call: Call): HttpResponse {
		const { served, info } = call;
		if (served.resource.namespaced && call.namespace === '')
			throw badRequest('an empty namespace may not be set during creation');
		const object = this.decode(call, parseBody(call.request));
		const stored = served.registry.create(object, {
			dryRun: isDryRun(info),
			ownership: this.ownership(call),
			subresource: '',
		});
		this.#warn(call, stored);
		return this.respond(call, 201, stored);
	}

	#update(call: Call): HttpResponse {
		const { served, namespace, name, info } = call;
		const object = this.decode(call, parseBody(call.request));
		object.metadata.name ||= name;
		if (object.metadata.name !== name) {
			throw badRequest(
				`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`,
			);
		}
		const options = {
			dryRun: isDryRun(info),
			ownership: this.ownership(call),
			subresource: call.subresource,
		};
		try {
			const produce = (old: KubeObject) => {
				served.registry.checkUid(object.metadata.uid, old);
				return object;
			};
			const stored = served.registry.update(namespace, name, produce, options);
			this.#warn(call, stored);
			return this.respond(call, 200, stored);
		} catch (error) {
			if (!isNotFound(error) || !served.registry.strategy.createOnUpdate) throw error;
			served.registry.checkUid(object.metadata.uid, {
				...object,
				metadata: { ...object.metadata, uid: '' },
			});
			object.metadata.resourceVersion = '';
			return this.respond(call, 201, served.registry.create(object, options));
		}
	}

	#patch(call: Call): HttpResponse {
		const { object, created } = patchObject(call, this);
		this.#warn(call, object);
		return this.respond(call, created ? 201 : 200, object);
	}

	#delete(call: Call): HttpResponse {
		const { served, namespace, name } = call;
		const options = deleteOptionsOf(call.request, call.info.query);
		const { object, gone } = served.registry.delete(namespace, name, options);
		if (!gone || served.registry.strategy.returnDeleted) return this.respond(call, 200, object);
		return jsonResponse(200, deletedStatus(served, object));
	}

	#deleteCollection(call: Call): HttpResponse {
		const { served, namespace, info } = call;
		const options = deleteOptionsOf(call.request, info.query);
		checkListOptions(info.query);
		const selection = selectionOf(served, info.query);
		const page = listPage(
			this.#etcd,
			served.registry,
			served.codec,
			namespace,
			info.query,
			selection,
		);
		for (const kv of page.kvs) {
			const { metadata } = served.codec.object(kv);
			try {
				served.registry.delete(metadata.namespace ?? '', metadata.name, options);
			} catch (error) {
				if (!isNotFound(error)) throw error;
			}
		}
		return jsonResponse(200, this.#rendering(call).list(page));
	}

	#warn(call: Call, object: KubeObject): void {
		call.warnings.push(...(call.served.registry.strategy.warnings?.(object) ?? []));
	}
}

/** What a finished delete answers where the object itself is not returned. */
function deletedStatus(served: Served, object: KubeObject): Status {
	const { group, resource } = served.resource;
	const { name, uid } = object.metadata;
	return {
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Success',
		details: { name, ...(group ? { group } : {}), kind: resource, uid },
	};
}
