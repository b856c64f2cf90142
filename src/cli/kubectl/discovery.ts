import type { Transport } from '../../api/transport.ts';
import { CliError } from './errors.ts';
import { dig, listAt, textAt, textsAt, type Json } from './fields.ts';
import type { Rest } from './rest.ts';

/** A resource type as discovery tells it. */
export interface ApiResource {
	group: string;
	version: string;
	/** Plural. */
	name: string;
	singular: string;
	kind: string;
	namespaced: boolean;
	shortNames: string[];
	categories: string[];
	verbs: string[];
	subresources: string[];
}

const aggregated = ['v2', 'v2beta1']
	.map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
	.concat('application/json')
	.join(',');

const known = new WeakMap<Transport, Promise<Discovery>>();

/** The resource types of an API server; asked for once per transport, and again when a name is unknown. */
export class Discovery {
	/** In the server's order of preference. */
	readonly resources: ApiResource[];

	constructor(resources: ApiResource[]) {
		this.resources = resources;
	}

	static cached(transport: Transport, rest: Rest): Promise<Discovery> {
		const found = known.get(transport);
		return found ?? Discovery.fresh(transport, rest);
	}

	static fresh(transport: Transport, rest: Rest): Promise<Discovery> {
		const promise = discover(rest).then((resources) => new Discovery(resources));
		known.set(transport, promise);
		promise.catch(() => known.delete(transport));
		return promise;
	}

	/** The resource meant by `pods`, `po`, `deployment.apps`, `deployments.v1.apps` or a kind. */
	find(name: string): ApiResource | undefined {
		const wanted = name.toLowerCase();
		const [first = '', ...rest] = wanted.split('.');
		return (
			this.#match(wanted, () => true) ??
			this.#match(first, ({ group }) => group === rest.join('.')) ??
			this.#match(
				first,
				({ group, version }) => version === rest[0] && group === rest.slice(1).join('.'),
			)
		);
	}

	findKind(apiVersion: string, kind: string): ApiResource | undefined {
		return this.resources.find(
			(resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion,
		);
	}

	/** Every resource once, in the version that its group prefers. */
	preferred(): Discovery {
		const seen = new Set<string>();
		return new Discovery(
			this.resources.filter((resource) => {
				const name = qualifiedName(resource);
				return !seen.has(name) && seen.add(name);
			}),
		);
	}

	category(name: string): ApiResource[] {
		return this.preferred().resources.filter(({ categories }) => categories.includes(name));
	}

	#match(name: string, also: (resource: ApiResource) => boolean): ApiResource | undefined {
		const fits = this.resources.filter(also);
		return (
			fits.find((one) => one.name === name || one.singular === name) ??
			fits.find((one) => one.kind.toLowerCase() === name) ??
			fits.find((one) => one.shortNames.includes(name))
		);
	}
}

/** `v1` or `apps/v1`. */
export function apiVersionOf({ group, version }: { group: string; version: string }): string {
	return group === '' ? version : `${group}/${version}`;
}

/** `pods` or `deployments.apps`. */
export function qualifiedName({ group, name }: { group: string; name: string }): string {
	return group === '' ? name : `${name}.${group}`;
}

/** `deployment.apps`, as kubectl names one object: `deployment.apps/web`. */
export function singularName({ group, singular, kind }: ApiResource): string {
	const name = singular || kind.toLowerCase();
	return group === '' ? name : `${name}.${group}`;
}

/** The path of a collection, an object or a subresource. */
export function pathOf(
	resource: ApiResource,
	namespace?: string,
	name?: string,
	subresource?: string,
): string {
	// An empty shell variable must not turn one object into all of them. After client-go/rest: Request.Name.
	if (name === '') throw new CliError('resource name may not be empty');
	const root = resource.group === '' ? '/api' : `/apis/${resource.group}`;
	const scope = resource.namespaced && namespace ? `/namespaces/${namespace}` : '';
	const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
	const below = subresource ? `/${subresource}` : '';
	return `${root}/${resource.version}${scope}/${resource.name}${object}${below}`;
}

async function discover(rest: Rest): Promise<ApiResource[]> {
	const [core, groups] = await Promise.all(
		['/api', '/apis'].map((path) => rest.get<Json>(path, {}, aggregated)),
	);
	if (dig(core, 'kind') === 'APIGroupDiscoveryList')
		return [...fromAggregated(core), ...fromAggregated(groups)];
	return unaggregated(rest, core, groups);
}

function fromAggregated(list: unknown): ApiResource[] {
	return listAt(list, 'items').flatMap((group) =>
		listAt(group, 'versions').flatMap((version) =>
			listAt(version, 'resources').map((resource) => ({
				group: textAt(group, 'metadata', 'name'),
				version: textAt(version, 'version'),
				name: textAt(resource, 'resource'),
				singular: textAt(resource, 'singularResource'),
				kind: textAt(resource, 'responseKind', 'kind'),
				namespaced: dig(resource, 'scope') === 'Namespaced',
				shortNames: textsAt(resource, 'shortNames'),
				categories: textsAt(resource, 'categories'),
				verbs: textsAt(resource, 'verbs'),
				subresources: listAt(resource, 'subresources').map((sub) => textAt(sub, 'subresource')),
			})),
		),
	);
}

async function unaggregated(rest: Rest, core: unknown, groups: unknown): Promise<ApiResource[]> {
	const versions = [
		...textsAt(core, 'versions').map((version) => ({ group: '', version })),
		...listAt(groups, 'groups').flatMap((group) =>
			listAt(group, 'versions').map((version) => ({
				group: textAt(group, 'name'),
				version: textAt(version, 'version'),
			})),
		),
	];
	const lists = await Promise.all(
		versions.map(async (gv) => {
			const root = gv.group === '' ? '/api' : `/apis/${gv.group}`;
			return fromList(gv, await rest.get<Json>(`${root}/${gv.version}`));
		}),
	);
	return lists.flat();
}

function fromList(gv: { group: string; version: string }, list: unknown): ApiResource[] {
	const entries = listAt(list, 'resources');
	return entries
		.filter((entry) => !textAt(entry, 'name').includes('/'))
		.map((entry) => ({
			...gv,
			name: textAt(entry, 'name'),
			singular: textAt(entry, 'singularName'),
			kind: textAt(entry, 'kind'),
			namespaced: dig(entry, 'namespaced') === true,
			shortNames: textsAt(entry, 'shortNames'),
			categories: textsAt(entry, 'categories'),
			verbs: textsAt(entry, 'verbs'),
			subresources: entries.flatMap((other) => {
				const [name, sub] = textAt(other, 'name').split('/');
				return sub && name === entry['name'] ? [sub] : [];
			}),
		}));
}

/** The error for a name that discovery does not know. */
export function unknownResource(name: string): CliError {
	return new CliError(`the server doesn't have a resource type "${name.split('.')[0]}"`);
}
