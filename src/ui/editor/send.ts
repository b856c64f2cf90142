import type { Document } from 'yaml';
import type { KubeObject } from '../../api/kubernetes.ts';
import { discoverResources, type ServedResource } from '../../client/discovery.ts';
import { withQuery, type Client } from '../../client/rest.ts';
import { StatusError } from '../../client/status.ts';
import { rangeOfPath, type Problem } from './check.ts';
import { readPath } from './schema.ts';

/** Whom the API server remembers as the owner of what is applied here. */
export const fieldManager = 'drydock-editor';

export interface Sent {
	/** `deployment.apps/web` */
	name: string;
	outcome: 'created' | 'changed' | 'unchanged';
	object: KubeObject;
}

/** A field that somebody else owns. */
export interface Conflict {
	field: string;
	/** `"kubectl-client-side-apply" using apps/v1` */
	manager: string;
}

export interface SendOptions {
	dryRun: boolean;
	/** Takes fields from their owners. */
	force: boolean;
	/** The object was opened from the cluster: it is replaced, if nobody changed it meanwhile. */
	replace: boolean;
}

/** Writes documents as `kubectl apply --server-side` and `kubectl edit` do. */
export class Sender {
	readonly #client: Client;
	#resources: Promise<ServedResource[]> | undefined;

	constructor(client: Client) {
		this.#client = client.as('drydock-editor');
	}
	/** The path of an object; throws when its kind is not served or it has no name. */
	async path(object: KubeObject): Promise<{ path: string; resource: ServedResource }> {
		this.#resources ??= discoverResources(this.#client);
		const { apiVersion, kind, metadata } = object;
		const resource = (await this.#resources).find(
			(one) =>
				one.kind === kind &&
				(one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion,
		);
		if (!resource) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
		const root = resource.group === '' ? '/api/v1' : `/apis/${resource.group}/${resource.version}`;
		const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
		return { path: `${root}${namespace}/${resource.resource}/${metadata.name}`, resource };
	}
	/** Kinds that the API server has: `apps/v1 Deployment`. */
	async kinds(): Promise<ReadonlySet<string>> {
		this.#resources ??= discoverResources(this.#client);
		return new Set(
			(await this.#resources).map(
				({ group, version, kind }) => `${group === '' ? version : `${group}/${version}`} ${kind}`,
			),
		);
	}
	/** As it is in the cluster now; undefined when it is not there. */
	async live(object: KubeObject): Promise<KubeObject | undefined> {
		const { path } = await this.path(object);
		try {
			return await this.#client.json<KubeObject>({ method: 'GET', path });
		} catch (error) {
			if (error instanceof StatusError && error.code === 404) return undefined;
			throw error;
		}
	}
	async send(object: KubeObject, options: SendOptions): Promise<Sent> {
		const { path, resource } = await this.path(object);
		const before = await this.live(object);
		const dryRun = options.dryRun ? 'All' : undefined;
		const sent = options.replace
			? await this.#client.write<KubeObject>(
					'PUT',
					path,
					{ dryRun, fieldManager: 'kubectl-edit', fieldValidation: 'Strict' },
					object,
				)
			: await this.#client.json<KubeObject>({
					method: 'PATCH',
					path: withQuery(path, {
						dryRun,
						fieldManager,
						fieldValidation: 'Strict',
						force: options.force || undefined,
					}),
					headers: { 'content-type': 'application/apply-patch+yaml' },
					body: JSON.stringify(object),
				});
		const same = before?.metadata.resourceVersion === sent.metadata.resourceVersion;
		const group = resource.group === '' ? '' : `.${resource.group}`;
		return {
			name: `${resource.singular}${group}/${object.metadata.name}`,
			outcome: before === undefined ? 'created' : same ? 'unchanged' : 'changed',
			object: sent,
		};
	}
}

/** Fields that others own, when that is what the server refused for. */
export function conflictsOf(error: unknown): Conflict[] {
	if (!(error instanceof StatusError) || error.code !== 409) return [];
	return (error.status.details?.causes ?? [])
		.filter((cause) => cause.reason === 'FieldManagerConflict')
		.map(({ field = '', message = '' }) => ({
			field: field.replace(/^\./, ''),
			manager: message.replace(/^conflict with /, ''),
		}));
}

/** The causes of a refusal at the lines they are about; one without a field stands at the kind. */
export function serverProblems(error: unknown, document: Document.Parsed): Problem[] {
	const status = error instanceof StatusError ? error.status : undefined;
	const causes = status?.details?.causes ?? [];
	const said =
		causes.length > 0
			? causes
			: [{ field: '', message: error instanceof Error ? error.message : String(error) }];
	return said.map(({ field = '', message = '' }) => {
		const path = readPath(field.replace(/^\./, ''));
		const range = rangeOfPath(document, path.length > 0 ? path : ['kind']);
		return { ...range, severity: 'error', source: 'server', message };
	});
}
