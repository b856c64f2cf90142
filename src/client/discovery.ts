import type { Client } from './rest.ts';
import type { Resource } from './resources.ts';

/** One resource of the server, with what may be done to it. */
export interface ServedResource extends Resource {
	verbs: string[];
}

interface ResourceList {
	groupVersion: string;
	resources: {
		name: string;
		singularName: string;
		namespaced: boolean;
		kind: string;
		verbs: string[];
		shortNames?: string[];
		categories?: string[];
	}[];
}

interface GroupList {
	groups: { name: string; preferredVersion: { groupVersion: string } }[];
}

/** Everything the server serves in its preferred versions. After client-go/discovery: ServerPreferredResources */
export async function discoverResources(client: Client): Promise<ServedResource[]> {
	const { groups } = await client.json<GroupList>({ method: 'GET', path: '/apis' });
	const paths = groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`);
	const lists = await Promise.all(
		['/api/v1', ...paths].map((path) => client.json<ResourceList>({ method: 'GET', path })),
	);
	return lists.flatMap(resourcesOf);
}

function resourcesOf(list: ResourceList): ServedResource[] {
	const [version = 'v1', group = ''] = list.groupVersion.split('/').reverse();
	const subresources = (name: string) =>
		list.resources.flatMap((entry) =>
			entry.name.startsWith(`${name}/`) ? [entry.name.slice(name.length + 1)] : [],
		);
	return list.resources
		.filter(({ name }) => !name.includes('/'))
		.map(({ name, singularName, kind, namespaced, verbs, shortNames, categories }) => ({
			group,
			version,
			resource: name,
			singular: singularName || kind.toLowerCase(),
			kind,
			namespaced,
			verbs,
			shortNames: shortNames ?? [],
			categories: categories ?? [],
			subresources: subresources(name),
		}));
}
