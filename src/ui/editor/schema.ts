import type { Client } from '../../client/rest.ts';

/** The part of an OpenAPI v3 schema that is read here. */
export interface Schema {
	type?: string;
	format?: string;
	description?: string;
	enum?: unknown[];
	required?: string[];
	properties?: Record<string, Schema>;
	items?: Schema;
	additionalProperties?: Schema;
	allOf?: Schema[];
	oneOf?: Schema[];
	$ref?: string;
	'x-kubernetes-preserve-unknown-fields'?: boolean;
	'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

interface OpenApiDocument {
	components: { schemas: Record<string, Schema> };
}

/** A way into an object: names of fields and indexes of lists. */
export type FieldPath = readonly (string | number)[];

/** What the API server says about the kinds it serves, loaded group by group when it is needed. */
export class ApiSchemas {
	readonly #client: Client;
	readonly #documents = new Map<string, Promise<OpenApiDocument | undefined>>();

	constructor(client: Client) {
		this.#client = client;
	}
	/** The root of a kind; undefined when the server does not serve it. */
	async kind(apiVersion: string, kind: string): Promise<KindSchema | undefined> {
		const [version = '', group = ''] = apiVersion.split('/').reverse();
		const document = await this.#document(group === '' ? `api/${version}` : `apis/${apiVersion}`);
		const found = Object.entries(document?.components.schemas ?? {}).find(([, schema]) =>
			schema['x-kubernetes-group-version-kind']?.some(
				(one) => one.group === group && one.version === version && one.kind === kind,
			),
		);
		return document && found && new KindSchema(document.components.schemas, found[1]);
	}
	/** `apiVersion` and kind of everything that can be written. */
	async kinds(): Promise<{ apiVersion: string; kind: string }[]> {
		const index = await this.#client.json<{ paths: Record<string, unknown> }>({
			method: 'GET',
			path: '/openapi/v3',
		});
		const documents = await Promise.all(
			Object.keys(index.paths).map((group) => this.#document(group)),
		);
		return documents.flatMap((document) =>
			Object.values(document?.components.schemas ?? {}).flatMap((schema) =>
				(schema['x-kubernetes-group-version-kind'] ?? [])
					.filter(({ kind }) => !kind.endsWith('List'))
					.map(({ group, version, kind }) => ({
						apiVersion: group === '' ? version : `${group}/${version}`,
						kind,
					})),
			),
		);
	}
	#document(group: string): Promise<OpenApiDocument | undefined> {
		const known = this.#documents.get(group);
		if (known) return known;
		const request = { method: 'GET', path: `/openapi/v3/${group}` };
		const loading = this.#client.json<OpenApiDocument>(request).catch(() => undefined);
		this.#documents.set(group, loading);
		return loading;
	}
}

/** One kind with the definitions that it refers to. */
export class KindSchema {
	readonly root: Schema;
	readonly #all: Record<string, Schema>;

	constructor(all: Record<string, Schema>, root: Schema) {
		this.#all = all;
		this.root = root;
	}
	/** References followed; what stands beside a reference (its description) goes before. */
	resolve(schema: Schema): Schema {
		const [only] = schema.allOf ?? [];
		const ref = schema.$ref ?? only?.$ref;
		if (ref === undefined) return schema;
		const target = this.#all[ref.slice(ref.lastIndexOf('/') + 1)];
		if (!target) return schema;
		const description = schema.description ?? target.description;
		return { ...this.resolve(target), ...(description === undefined ? {} : { description }) };
	}
	/** The schema of a field; undefined where the way leaves what is known. */
	at(path: FieldPath): Schema | undefined {
		let schema: Schema | undefined = this.resolve(this.root);
		for (const step of path) {
			const next: Schema | undefined =
				typeof step === 'number'
					? schema.items
					: (schema.properties?.[step] ?? schema.additionalProperties);
			if (!next) return undefined;
			schema = this.resolve(next);
		}
		return schema;
	}
}

/** `spec.template.spec.containers[0].image`, as the API server writes fields. */
export function showPath(path: FieldPath): string {
	return path
		.map((step, index) =>
			typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`,
		)
		.join('');
}

/** The reverse of {@link showPath}; `metadata.labels[app]` is a key, too. */
export function readPath(text: string): FieldPath {
	return [...text.matchAll(/([^.[\]]+)|\[([^[\]]*)\]/g)].map(([, name, index]) =>
		name !== undefined ? name : /^\d+$/.test(index ?? '') ? Number(index) : (index ?? ''),
	);
}
