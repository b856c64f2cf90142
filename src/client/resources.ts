/** What discovery says of one resource. */
export interface Resource {
	group: string;
	version: string;
	/** The plural, as paths have it. */
	resource: string;
	singular: string;
	kind: string;
	namespaced: boolean;
	shortNames: string[];
	categories: string[];
	subresources: string[];
}

function core(
	kind: string,
	resource: string,
	rest: Partial<Omit<Resource, 'kind' | 'resource'>> = {},
): Resource {
	return {
		group: '',
		version: 'v1',
		resource,
		singular: kind.toLowerCase(),
		kind,
		namespaced: true,
		shortNames: [],
		categories: [],
		subresources: [],
		...rest,
	};
}

/** The resources that components name in code; the API server may serve more. */
export const resources = {
	pods: core('Pod', 'pods', {
		shortNames: ['po'],
		categories: ['all'],
		subresources: [
			'status',
			'log',
			'exec',
			'attach',
			'portforward',
			'proxy',
			'binding',
			'eviction',
			'ephemeralcontainers',
		],
	}),
	deployments: core('Deployment', 'deployments', {
		group: 'apps',
		shortNames: ['deploy'],
		categories: ['all'],
		subresources: ['status', 'scale'],
	}),
	replicasets: core('ReplicaSet', 'replicasets', {
		group: 'apps',
		shortNames: ['rs'],
		categories: ['all'],
		subresources: ['status', 'scale'],
	}),
	services: core('Service', 'services', {
		shortNames: ['svc'],
		categories: ['all'],
		subresources: ['status', 'proxy'],
	}),
	endpointslices: core('EndpointSlice', 'endpointslices', { group: 'discovery.k8s.io' }),
	endpoints: core('Endpoints', 'endpoints', { shortNames: ['ep'] }),
	nodes: core('Node', 'nodes', {
		namespaced: false,
		shortNames: ['no'],
		subresources: ['status', 'proxy'],
	}),
	namespaces: core('Namespace', 'namespaces', {
		namespaced: false,
		shortNames: ['ns'],
		subresources: ['status', 'finalize'],
	}),
	configmaps: core('ConfigMap', 'configmaps', { shortNames: ['cm'] }),
	secrets: core('Secret', 'secrets'),
	events: core('Event', 'events', { shortNames: ['ev'] }),
	leases: core('Lease', 'leases', { group: 'coordination.k8s.io' }),
	serviceaccounts: core('ServiceAccount', 'serviceaccounts', {
		shortNames: ['sa'],
		subresources: ['token'],
	}),
} satisfies Record<string, Resource>;

/** `v1` or `apps/v1`. */
export function apiVersionOf(resource: Pick<Resource, 'group' | 'version'>): string {
	return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** The path of a resource, an object or a subresource, without a query. */
export function resourcePath(
	resource: Resource,
	namespace?: string,
	name?: string,
	subresource?: string,
): string {
	const root = resource.group === '' ? '/api/v1' : `/apis/${apiVersionOf(resource)}`;
	const scope =
		resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
	const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
	return `${root}${scope}/${resource.resource}${object}${subresource ? `/${subresource}` : ''}`;
}

/** The resource of an object's `apiVersion` and `kind`, when it is one of {@link resources}. */
export function resourceForKind(apiVersion: string, kind: string): Resource | undefined {
	return Object.values(resources).find(
		(resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion,
	);
}
