import type { KubeObject } from '../../api/kubernetes.ts';
import { StatusError } from '../../client/status.ts';
import { pathOf, type ApiResource } from './discovery.ts';
import { CliError, throwCollected } from './errors.ts';
import { textAt, type Manifest } from './fields.ts';
import { checkTypeMeta, readManifests, type SourcedObject } from './manifest.ts';
import { filenames } from './options.ts';
import type { Query } from './rest.ts';
import type { Session } from './session.ts';

/** A resource type, or one object of it, as the command line names it. */
export interface Target {
	resource: ApiResource;
	namespace: string | undefined;
	/** Nothing means the whole collection. */
	name: string | undefined;
}

/** One object that a verb works on. After pkg/resource: Info. */
export interface Info {
	resource: ApiResource;
	namespace: string | undefined;
	name: string;
	object: Manifest;
	/** The file it came from. */
	source?: string;
}

export interface Found {
	infos: Info[];
	errors: unknown[];
}

const missingResource = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** The types and names of the positional arguments. After pkg/resource: Builder.ResourceTypeOrNameArgs. */
export async function parseTargets(session: Session, args: string[]): Promise<Target[]> {
	if (args.some((arg) => arg.includes('/'))) return slashTargets(session, args);
	const [types = '', ...names] = args;
	const resources = await expandTypes(session, types);
	const unique = [...new Set(names)];
	if (unique.length > 0 && resources.length > 1 && session.flags.has('watch'))
		throw new CliError('you may only specify a single resource type');
	return resources.flatMap((resource): Target[] => {
		const namespace = scopeOf(session, resource);
		if (unique.length === 0) return [{ resource, namespace, name: undefined }];
		return unique.map((name) => ({ resource, namespace, name }));
	});
}

function scopeOf(session: Session, resource: ApiResource): string | undefined {
	if (!resource.namespaced || session.flags.bool('all-namespaces')) return undefined;
	return session.namespace;
}

async function slashTargets(session: Session, args: string[]): Promise<Target[]> {
	const targets: Target[] = [];
	for (const arg of args) {
		const [type = '', name = '', ...more] = arg.split('/');
		if (!arg.includes('/'))
			throw new CliError(
				`there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'`,
			);
		if (more.length > 0)
			throw new CliError('arguments in resource/name form may not have more than one slash');
		if (type === '' || name === '')
			throw new CliError('arguments in resource/name form must have a single resource and name');
		const resource = await session.resource(type);
		targets.push({ resource, namespace: scopeOf(session, resource), name });
	}
	return targets;
}

/** The types of a comma list; a category such as `all` stands for its members. */
async function expandTypes(session: Session, types: string): Promise<ApiResource[]> {
	const found: ApiResource[] = [];
	for (const type of types.split(',').filter((part) => part !== '')) {
		const members = (await session.discovery()).category(type);
		const some = members.length > 0 ? members : [await session.resource(type)];
		for (const one of some) if (!found.includes(one)) found.push(one);
	}
	if (found.length === 0) throw new CliError(missingResource);
	return found;
}

export interface CollectOptions {
	args?: string[];
	/** Whether named objects and objects of files are read from the server. */
	fetch: boolean;
	/** Whether a type without names means all of its objects, even with no selector. */
	collections?: boolean;
}

/** All objects that the arguments, selectors and files name. After pkg/resource: Builder.Do. */
export async function collect(session: Session, options: CollectOptions): Promise<Found> {
	const args = options.args ?? session.args;
	const files = filenames(session);
	if (files.length > 0) {
		if (args.length > 0)
			throw new CliError(
				'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
			);
		return collectFiles(session, files, options.fetch);
	}
	if (args.length === 0) throw new CliError(missingResource);
	return collectArgs(session, args, options);
}

async function collectArgs(
	session: Session,
	args: string[],
	options: CollectOptions,
): Promise<Found> {
	const { flags } = session;
	const selected = flags.text('selector') !== '' || flags.text('field-selector') !== '';
	const targets = await parseTargets(session, args);
	checkTargets(session, targets, selected, options);
	const found: Found = { infos: [], errors: [] };
	for (const target of targets) {
		try {
			found.infos.push(...(await load(session, target, options)));
		} catch (error) {
			found.errors.push(error);
		}
	}
	return found;
}

function checkTargets(
	session: Session,
	targets: Target[],
	selected: boolean,
	options: CollectOptions,
): void {
	const named = targets.some(({ name }) => name !== undefined);
	if (named && (session.flags.text('selector') !== '' || session.flags.bool('all')))
		throw new CliError('name cannot be provided when a selector is specified');
	if (named && session.flags.bool('all-namespaces'))
		throw new CliError('a resource cannot be retrieved by name across all namespaces');
	if (named || selected || session.flags.bool('all') || options.collections) return;
	throw new CliError('resource(s) were provided, but no name was specified');
}

async function load(session: Session, target: Target, options: CollectOptions): Promise<Info[]> {
	const { resource, namespace, name } = target;
	if (name === undefined) {
		const items = await listAll(session, target, selectors(session));
		return items.map((object) => infoOf(resource, object));
	}
	if (!options.fetch)
		return [{ resource, namespace, name, object: blank(resource, namespace, name) }];
	const object = await session.rest.get(pathOf(resource, namespace, name));
	return [infoOf(resource, object)];
}

function blank(resource: ApiResource, namespace: string | undefined, name: string): Manifest {
	const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version;
	const metadata = { name, ...(namespace ? { namespace } : {}) };
	return { apiVersion, kind: resource.kind, metadata } as Manifest;
}

/** The selectors of the flags as a query. */
export function selectors(session: Session): Query {
	return {
		labelSelector: session.flags.text('selector') || undefined,
		fieldSelector: session.flags.text('field-selector') || undefined,
	};
}

export function infoOf(resource: ApiResource, object: Manifest): Info {
	const { name, namespace } = object.metadata;
	return { resource, namespace, name, object };
}

/** Every object of a collection, page by page; each carries its apiVersion and kind. */
export async function listAll(
	session: Session,
	target: Pick<Target, 'resource' | 'namespace'>,
	query: Query,
): Promise<Manifest[]> {
	const { resource, namespace } = target;
	const path = pathOf(resource, namespace);
	const items: Manifest[] = [];
	let next: string | undefined;
	do {
		const page = await session.rest
			.get<{
				apiVersion: string;
				metadata: { continue?: string };
				items: KubeObject[] | null;
			}>(path, { ...query, limit: 500, continue: next })
			.catch((error: unknown) => {
				throw listError(resource, query, error);
			});
		const type = { apiVersion: page.apiVersion, kind: resource.kind };
		for (const item of page.items ?? []) items.push({ ...type, ...item });
		next = page.metadata.continue;
	} while (next);
	return items;
}

/** Says what was listed when the server refuses a list. After pkg/resource: Selector.Visit. */
export function listError(resource: ApiResource, query: Query, error: unknown): unknown {
	if (!(error instanceof StatusError) || !['BadRequest', 'NotFound'].includes(error.reason))
		return error;
	const { labelSelector = '', fieldSelector = '' } = query;
	const what = `"${resource.group}/${resource.version}, Resource=${resource.name}"`;
	const head =
		labelSelector || fieldSelector
			? `Unable to find ${what} that match label selector "${String(labelSelector)}", field selector "${String(fieldSelector)}"`
			: `Unable to list ${what}`;
	return new StatusError({ ...error.status, message: `${head}: ${error.message}` });
}

async function collectFiles(session: Session, files: string[], fetch: boolean): Promise<Found> {
	const found = await fileInfos(session, files);
	if (!fetch) return found;
	const infos: Info[] = [];
	for (const info of found.infos) {
		try {
			const path = pathOf(info.resource, info.namespace, info.name);
			infos.push({ ...info, object: await session.rest.get(path) });
		} catch (error) {
			found.errors.push(error);
		}
	}
	return { infos, errors: found.errors };
}

/** The objects of files with their resource types and namespaces. */
export async function fileInfos(session: Session, files: string[]): Promise<Found> {
	const sourced = await readManifests(session.io, files, session.flags.bool('recursive'));
	const found: Found = { infos: [], errors: [] };
	for (const one of sourced) {
		try {
			found.infos.push(await fileInfo(session, one));
		} catch (error) {
			found.errors.push(error);
		}
	}
	return found;
}

async function fileInfo(session: Session, sourced: SourcedObject): Promise<Info> {
	const object = checkTypeMeta(sourced);
	const { source } = sourced;
	const { apiVersion, kind, metadata } = object;
	const resource = await session.resourceOfKind(apiVersion, kind);
	if (!resource)
		throw new CliError(
			`resource mapping not found for name: "${metadata.name ?? ''}" namespace: "${metadata.namespace ?? ''}" from "${source}": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
		);
	const namespace = resource.namespaced ? fileNamespace(session, object) : undefined;
	return { resource, namespace, name: textAt(object, 'metadata', 'name'), object, source };
}

function fileNamespace(session: Session, object: Manifest): string {
	const own = object.metadata.namespace;
	if (!own) {
		object.metadata.namespace = session.namespace;
		return session.namespace;
	}
	if (session.namespaceGiven && own !== session.namespace)
		throw new CliError(
			`the namespace from the provided object "${own}" does not match the namespace "${session.namespace}". You must pass '--namespace=${own}' to perform this operation.`,
		);
	return own;
}

/** Runs a step for each object, going on after failures, and throws what failed at the end. */
export async function forEach(found: Found, step: (info: Info) => Promise<void>): Promise<void> {
	const errors: unknown[] = [];
	for (const info of found.infos) {
		try {
			await step(info);
		} catch (error) {
			errors.push(error);
		}
	}
	throwCollected([...errors, ...found.errors]);
}
