import type { Headers, HttpResponse } from '../../api/transport.ts';
import { apiVersionOf, type Resource } from '../../client/resources.ts';
import { notFound } from '../../client/status.ts';
import { parseMediaTypes } from './negotiation.ts';
import { jsonResponse } from './rendering.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Kind, version and verbs of subresources that differ from their parent's. */
const subresourceKinds: Record<
	string,
	{ group: string; version: string; kind: string; verbs: string[] }
> = {
	scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
	eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
	binding: { group: '', version: 'v1', kind: 'Binding', verbs: ['create'] },
	token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
	log: { group: '', version: 'v1', kind: 'Pod', verbs: ['get'] },
	exec: { group: '', version: 'v1', kind: 'PodExecOptions', verbs: ['create', 'get'] },
	attach: { group: '', version: 'v1', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
	portforward: {
		group: '',
		version: 'v1',
		kind: 'PodPortForwardOptions',
		verbs: ['create', 'get'],
	},
	proxy: {
		group: '',
		version: 'v1',
		kind: '',
		verbs: ['create', 'delete', 'get', 'patch', 'update'],
	},
	finalize: { group: '', version: 'v1', kind: 'Namespace', verbs: ['update'] },
};

interface GroupVersion {
	group: string;
	version: string;
	resources: { resource: Resource; verbs: string[] }[];
}

interface Subresource {
	name: string;
	group: string;
	version: string;
	kind: string;
	verbs: string[];
}

function subresourcesOf(resource: Resource): Subresource[] {
	return [...resource.subresources].sort().map((name) => {
		const { group, version, kind } = resource;
		const special = subresourceKinds[name];
		const parentVerbs = ['get', 'patch', 'update'];
		if (!special) return { name, group, version, kind, verbs: parentVerbs };
		const proxyKind =
			kind === 'Service'
				? 'ServiceProxyOptions'
				: kind === 'Node'
					? 'NodeProxyOptions'
					: 'PodProxyOptions';
		return { name, ...special, kind: special.kind || proxyKind };
	});
}

/** What clients ask before anything else: which resources there are. After apiserver/pkg/endpoints/discovery */
export class Discovery {
	readonly #versions = new Map<string, GroupVersion>();
	readonly #serverAddress: string;

	constructor(stored: Resource[], virtual: Resource[], serverAddress: string) {
		this.#serverAddress = serverAddress;
		for (const resource of stored) this.#add(resource, verbs);
		for (const resource of virtual) this.#add(resource, ['create']);
	}

	/** `undefined` when the path is not one of discovery. */
	answer(path: string, headers: Headers): HttpResponse | undefined {
		if (path === '/api' || path === '/apis') {
			const core = path === '/api';
			const aggregated = aggregatedVersion(headers);
			if (aggregated) return this.#aggregated(core, aggregated);
			return jsonResponse(200, core ? this.#coreVersions() : this.#groupList());
		}
		const parts = path.slice(1).split('/');
		if (parts[0] === 'api' && parts.length === 2) return this.#resourceList('', parts[1] ?? '');
		if (parts[0] !== 'apis') return undefined;
		if (parts.length === 2) return this.#group(parts[1] ?? '');
		return parts.length === 3 ? this.#resourceList(parts[1] ?? '', parts[2] ?? '') : undefined;
	}

	groupVersions(): { group: string; version: string }[] {
		return [...this.#versions.values()];
	}

	#add(resource: Resource, resourceVerbs: string[]): void {
		const id = apiVersionOf(resource);
		let entry = this.#versions.get(id);
		if (!entry) {
			entry = { group: resource.group, version: resource.version, resources: [] };
			this.#versions.set(id, entry);
		}
		entry.resources.push({ resource, verbs: resourceVerbs });
	}

	#groups(): string[] {
		return [...new Set([...this.#versions.values()].map(({ group }) => group))];
	}

	#versionsOf(group: string): GroupVersion[] {
		return [...this.#versions.values()].filter((entry) => entry.group === group);
	}

	#coreVersions(): unknown {
		return {
			kind: 'APIVersions',
			versions: ['v1'],
			serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: this.#serverAddress }],
		};
	}

	#groupInfo(name: string): Record<string, unknown> {
		const versions = this.#versionsOf(name).map(({ group, version }) => ({
			groupVersion: `${group}/${version}`,
			version,
		}));
		return { name, versions, preferredVersion: versions[0] };
	}

	#groupList(): unknown {
		const groups = this.#groups().filter((group) => group !== '');
		return {
			kind: 'APIGroupList',
			apiVersion: 'v1',
			groups: groups.map((group) => this.#groupInfo(group)),
		};
	}

	#group(name: string): HttpResponse | undefined {
		if (this.#versionsOf(name).length === 0) return undefined;
		return jsonResponse(200, { kind: 'APIGroup', apiVersion: 'v1', ...this.#groupInfo(name) });
	}

	#resourceList(group: string, version: string): HttpResponse | undefined {
		const entry = this.#versionsOf(group).find((known) => known.version === version);
		if (!entry) return undefined;
		const resources = entry.resources.flatMap(({ resource, verbs: own }) => [
			{
				name: resource.resource,
				singularName: resource.singular,
				namespaced: resource.namespaced,
				kind: resource.kind,
				verbs: own,
				...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
				...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
			},
			...subresourcesOf(resource).map((sub) => ({
				name: `${resource.resource}/${sub.name}`,
				singularName: '',
				namespaced: resource.namespaced,
				...(sub.group === group && sub.version === version
					? {}
					: { group: sub.group, version: sub.version }),
				kind: sub.kind,
				verbs: sub.verbs,
			})),
		]);
		const groupVersion = group === '' ? version : `${group}/${version}`;
		return jsonResponse(200, { kind: 'APIResourceList', groupVersion, resources });
	}

	#aggregated(core: boolean, version: string): HttpResponse {
		const groups = this.#groups().filter((group) => (group === '') === core);
		const body = {
			kind: 'APIGroupDiscoveryList',
			apiVersion: `apidiscovery.k8s.io/${version}`,
			metadata: {},
			items: groups.map((group) => ({
				metadata:
					group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
				versions: this.#versionsOf(group).map((entry) => ({
					version: entry.version,
					resources: entry.resources.map(aggregatedResource),
					freshness: 'Current',
				})),
			})),
		};
		return jsonResponse(200, body, {
			'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
			vary: 'Accept',
		});
	}
}

function aggregatedResource({ resource, verbs: own }: GroupVersion['resources'][number]): unknown {
	const { group, version, kind } = resource;
	const subresources = subresourcesOf(resource).map((sub) => ({
		subresource: sub.name,
		responseKind: { group: sub.group, version: sub.version, kind: sub.kind },
		verbs: sub.verbs,
	}));
	return {
		resource: resource.resource,
		responseKind: { group, version, kind },
		scope: resource.namespaced ? 'Namespaced' : 'Cluster',
		singularResource: resource.singular,
		verbs: own,
		...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
		...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
		...(subresources.length > 0 ? { subresources } : {}),
	};
}

/** The version of aggregated discovery the client takes, when it comes before plain JSON. */
function aggregatedVersion(headers: Headers): string | undefined {
	for (const { params } of parseMediaTypes(headers.accept)) {
		if (params.as === 'APIGroupDiscoveryList' && params.g === 'apidiscovery.k8s.io')
			if (params.v === 'v2' || params.v === 'v2beta1') return params.v;
	}
	return undefined;
}

/** 404 for a path nobody serves. */
export function pageNotFound(): HttpResponse {
	const { status } = notFound({ group: '', resource: '' }, '');
	return jsonResponse(404, {
		...status,
		message: 'the server could not find the requested resource',
		details: {},
	});
}
