import type { Condition, KubeObject, LabelSelector, Namespace, Pod } from '../../api/kubernetes.ts';
import type { HttpResponse } from '../../api/transport.ts';
import type { Resource } from '../../client/resources.ts';
import { labelSelectorToString } from '../../client/selectors.ts';
import {
	badRequest,
	conflict,
	forbidden,
	invalid,
	methodNotSupported,
	type GroupResource,
	unsupportedMediaType,
} from '../../client/status.ts';
import { rfc3339 } from '../../client/time.ts';
import { decodeObject } from './decode-object.ts';
import { decode, DecodeError } from './decode.ts';
import { checked, isDryRun } from './delete-options.ts';
import { pageNotFound } from './discovery.ts';
import { invalidValue, required } from './field-error.ts';
import { asDict, isDict, type Dict } from './json-value.ts';
import type { KubeletProxy } from './kubelet-proxy.ts';
import { applyTo, patchTypes } from './patch.ts';
import type { WriteOptions } from './registry.ts';
import { jsonResponse } from './rendering.ts';
import { bodyText, contentType, parseBody, parsePatch } from './request-body.ts';
import type { Call, ResourceHandler } from './resource-handler.ts';
import type { Context } from './strategy.ts';

type Handler = (call: Call) => HttpResponse | Promise<HttpResponse>;

/** The parts of objects that have their own paths and rules. */
export class Subresources {
	readonly #resources: ResourceHandler;
	readonly #context: Context;
	readonly #handlers: Map<string, Handler>;

	constructor(resources: ResourceHandler, context: Context, kubelets: KubeletProxy) {
		this.#resources = resources;
		this.#context = context;
		this.#handlers = new Map(
			Object.entries<Handler>({
				scale: (call) => this.#scale(call),
				binding: (call) => this.#binding(call),
				eviction: (call) => this.#eviction(call),
				finalize: (call) => this.#finalize(call),
				log: (call) => kubelets.log(call),
				exec: refuseWithoutUpgrade,
				attach: refuseWithoutUpgrade,
				portforward: refuseWithoutUpgrade,
				proxy: refuse(
					'proxying to it through the API server is not supported by this cluster; use port-forward',
				),
				token: refuse(
					'service account tokens are not issued by this cluster: requests are not authenticated',
				),
				ephemeralcontainers: (call) => this.#ephemeral(call),
			}),
		);
	}

	async handle(call: Call): Promise<HttpResponse> {
		const { subresource, served } = call;
		const handler = this.#handlers.get(subresource);
		if (!handler || !served.resource.subresources.includes(subresource)) return pageNotFound();
		return handler(call);
	}

	#options(call: Call): WriteOptions {
		const { subresource, info } = call;
		return {
			dryRun: isDryRun(info),
			ownership: this.#resources.ownership(call),
			subresource,
		};
	}

	// After k/k pkg/registry/core/pod/storage: BindingREST
	#binding(call: Call): HttpResponse {
		if (call.info.method !== 'POST')
			throw methodNotSupported(call.served.resource, call.info.method.toLowerCase());
		const target = asDict(asDict(parseBody(call.request)).target);
		const node = typeof target.name === 'string' ? target.name : '';
		if (node === '')
			throw invalid({ group: '', kind: 'Binding' }, call.name, [required('target.name')]);
		const now = rfc3339(this.#context.clock.now());
		call.served.registry.update(
			call.namespace,
			call.name,
			(old) => bound(old as Pod, node, now, call),
			this.#options(call),
		);
		return jsonResponse(201, success(201));
	}

	// After k/k pkg/registry/core/pod/storage/eviction.go; there are no disruption budgets.
	#eviction(call: Call): HttpResponse {
		if (call.info.method !== 'POST')
			throw methodNotSupported(call.served.resource, call.info.method.toLowerCase());
		const body = asDict(parseBody(call.request));
		const { name } = asDict(body.metadata);
		if (typeof name === 'string' && name !== call.name)
			throw badRequest(
				`name in URL does not match name in Eviction object: ${call.name} != ${name}`,
			);
		const options = checked(asDict(body.deleteOptions), isDryRun(call.info));
		call.served.registry.delete(call.namespace, call.name, options);
		return jsonResponse(201, success(201));
	}

	// After k/k pkg/registry/core/namespace/storage: FinalizeREST
	#finalize(call: Call): HttpResponse {
		if (call.info.method !== 'PUT')
			throw methodNotSupported(call.served.resource, call.info.method.toLowerCase());
		const { spec, metadata } = this.#resources.decode(call, parseBody(call.request)) as Namespace;
		const { finalizers = [] } = spec;
		const { resourceVersion } = metadata;
		const stored = call.served.registry.update(
			'',
			call.name,
			(old) => ({
				...(old as Namespace),
				metadata: withVersion(old, resourceVersion),
				spec: finalizers.length > 0 ? { finalizers } : {},
			}),
			this.#options(call),
		);
		return this.#resources.respond(call, 200, stored);
	}

	// After k/k pkg/registry/apps/deployment/storage: ScaleREST
	#scale(call: Call): HttpResponse {
		const { served, namespace, name, info } = call;
		if (info.method === 'GET')
			return jsonResponse(200, scaleOf(served.registry.get(namespace, name)));
		if (info.method !== 'PUT' && info.method !== 'PATCH')
			throw methodNotSupported(served.resource, info.method.toLowerCase());
		const produce = (old: KubeObject) =>
			rescaled(old, this.#newScale(call, scaleOf(old)), served.resource);
		const stored = served.registry.update(namespace, name, produce, this.#options(call));
		return jsonResponse(200, scaleOf(stored));
	}

	#newScale(call: Call, current: Dict): Dict {
		if (call.info.method === 'PATCH')
			return this.#patchedScale(contentType(call.request), bodyText(call.request), current);
		return decodeObject(scale, 'Scale', parseBody(call.request), 'Ignore', []) as unknown as Dict;
	}

	// Unlike Kubernetes: a scale takes no apply configuration.
	#patchedScale(type: string, text: string, current: Dict): Dict {
		const accepted = patchTypes.filter((known) => known !== 'application/apply-patch+yaml');
		if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
		const patched = applyTo(type, 'Scale', current, parsePatch(text));
		try {
			const { value } = decode('Scale', patched);
			if (value.kind === current.kind && value.apiVersion === current.apiVersion) return value;
		} catch (error) {
			if (!(error instanceof DecodeError)) throw error;
			throw invalid({ group: '', kind: '' }, '', [
				invalidValue('patch', JSON.stringify(patched), error.message),
			]);
		}
		throw badRequest(`the object provided is unrecognized (must be of type Scale)`);
	}

	#ephemeral(call: Call): HttpResponse {
		if (call.info.method === 'GET')
			return this.#resources.respond(
				call,
				200,
				call.served.registry.get(call.namespace, call.name),
			);
		throw forbidden(
			call.served.resource,
			call.name,
			'ephemeral containers are not supported by this cluster',
		);
	}
}

function refuse(reason: string): Handler {
	return ({ served, subresource, name }) => {
		const { group, resource } = served.resource;
		throw forbidden({ group, resource: `${resource}/${subresource}` }, name, reason);
	};
}

function refuseWithoutUpgrade({ subresource }: Call): never {
	throw badRequest(`Upgrade request required: ${subresource} is a streaming connection`);
}

function withVersion(old: KubeObject, resourceVersion: unknown): KubeObject['metadata'] {
	return typeof resourceVersion === 'string' && resourceVersion !== ''
		? { ...old.metadata, resourceVersion }
		: { ...old.metadata };
}

function success(code: number): unknown {
	return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code };
}

function bound(pod: Pod, node: string, now: string, call: Call): Pod {
	const { resource } = call.served;
	if (pod.metadata.deletionTimestamp)
		throw conflict(
			resource,
			pod.metadata.name,
			`pod ${pod.metadata.name} is being deleted, cannot be assigned to a host`,
		);
	if (pod.spec.nodeName)
		throw conflict(
			resource,
			pod.metadata.name,
			`pod ${pod.metadata.name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`,
		);
	const scheduled: Condition = { type: 'PodScheduled', status: 'True', lastTransitionTime: now };
	const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
	return {
		...pod,
		metadata: { ...pod.metadata },
		spec: { ...pod.spec, nodeName: node },
		status: { ...pod.status, conditions: [...others, scheduled] },
	};
}

/** What the scale of any resource is read as. */
const scale: Resource = {
	group: 'autoscaling',
	version: 'v1',
	resource: 'scales',
	singular: 'scale',
	kind: 'Scale',
	namespaced: true,
	shortNames: [],
	categories: [],
	subresources: [],
};

interface Scalable extends KubeObject {
	spec: { replicas?: number; selector?: LabelSelector };
	status?: { replicas?: number };
}

function scaleOf(object: KubeObject): Dict {
	const { metadata, spec, status } = object as Scalable;
	const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
	const selector = spec.selector ? labelSelectorToString(spec.selector) : '';
	return {
		kind: 'Scale',
		apiVersion: 'autoscaling/v1',
		metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
		spec: spec.replicas ? { replicas: spec.replicas } : {},
		status: { replicas: status?.replicas ?? 0, ...(selector ? { selector } : {}) },
	};
}

function rescaled(old: KubeObject, wanted: Dict, resource: GroupResource): KubeObject {
	const replicas = Number(asDict(wanted.spec).replicas ?? 0);
	if (replicas < 0)
		throw invalid({ group: 'autoscaling', kind: 'Scale' }, old.metadata.name, [
			invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
		]);
	const { resourceVersion, uid } = asDict(wanted.metadata);
	const { spec } = old as Scalable;
	if (typeof uid === 'string' && uid !== '' && uid !== old.metadata.uid)
		throw conflict(
			{ group: resource.group, resource: `${resource.resource}/scale` },
			old.metadata.name,
			`Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
		);
	return {
		...old,
		metadata: withVersion(old, resourceVersion),
		spec: isDict(spec) ? { ...spec, replicas } : spec,
	} as KubeObject;
}
