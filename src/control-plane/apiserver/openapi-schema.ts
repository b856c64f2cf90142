import { apiVersionOf } from '../../client/resources.ts';
import type { Dict } from './json-value.ts';
import {
	structOf,
	typeNamed,
	type Field,
	type Scalar,
	type TypeDefinition,
	type TypeRef,
} from './schema.ts';
import type { ServedKind } from './served-kinds.ts';

const apimachinery = 'io.k8s.apimachinery.pkg';

/** Scalars that upstream publishes as types of their own. */
const named: Partial<Record<Scalar, [name: string, schema: Dict]>> = {
	Time: [`${apimachinery}.apis.meta.v1.Time`, { type: 'string', format: 'date-time' }],
	MicroTime: [`${apimachinery}.apis.meta.v1.MicroTime`, { type: 'string', format: 'date-time' }],
	Quantity: [
		`${apimachinery}.api.resource.Quantity`,
		{
			description: 'A number with an optional suffix, such as 250m or 64Mi.',
			oneOf: [{ type: 'string' }, { type: 'number' }],
		},
	],
	IntOrString: [
		`${apimachinery}.util.intstr.IntOrString`,
		{ format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
	],
	FieldsV1: [`${apimachinery}.apis.meta.v1.FieldsV1`, { type: 'object' }],
};

const plain: Partial<Record<Scalar, Dict>> = {
	string: { type: 'string' },
	int32: { type: 'integer', format: 'int32' },
	int64: { type: 'integer', format: 'int64' },
	bool: { type: 'boolean' },
	double: { type: 'number', format: 'double' },
	bytes: { type: 'string', format: 'byte' },
	any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

/** Collects the schemas of a document while they are referred to. After kube-openapi/pkg/builder3 */
export class SchemaCollector {
	readonly schemas: Record<string, Dict> = {};

	/** Adds a kind with its list, under its group, version and kind. */
	addKind({ resource, schema }: ServedKind): string {
		const type = typeNamed(schema);
		this.#addStruct(type);
		const { group, version, kind } = resource;
		const entry = this.schemas[type.openApiName] as Dict;
		entry['x-kubernetes-group-version-kind'] = [{ group, version, kind }];
		const meta = typeNamed('ListMeta');
		this.#addStruct(meta);
		this.schemas[`${type.openApiName}List`] = {
			description: `A list of ${kind} objects.`,
			type: 'object',
			required: ['items'],
			properties: {
				apiVersion: { type: 'string', description: apiVersionOf(resource) },
				kind: { type: 'string', description: `${kind}List` },
				metadata: reference(meta.openApiName),
				items: { type: 'array', items: reference(type.openApiName) },
			},
			'x-kubernetes-group-version-kind': [{ group, version, kind: `${kind}List` }],
		};
		return type.openApiName;
	}

	#addStruct(type: TypeDefinition): void {
		if (this.schemas[type.openApiName]) return;
		const schema: Dict = { description: type.description, type: 'object' };
		this.schemas[type.openApiName] = schema;
		const required: string[] = [];
		const properties: Dict = {};
		for (const field of type.fields.values()) {
			properties[field.name] = this.#property(field);
			if (field.always && field.type.is !== 'struct') required.push(field.name);
		}
		if (required.length > 0) schema.required = required;
		schema.properties = properties;
		if (type.atomic) schema['x-kubernetes-map-type'] = 'atomic';
	}

	#property(field: Field): Dict {
		const schema = this.#schemaOf(field.type);
		return { description: field.description, ...schema, ...extensions(field) };
	}

	#schemaOf(type: TypeRef): Dict {
		if (type.is === 'list') return { type: 'array', items: this.#schemaOf(type.of) };
		if (type.is === 'map') return { type: 'object', additionalProperties: this.#schemaOf(type.of) };
		if (type.is === 'scalar') return this.#scalar(type.scalar);
		const struct = structOf(type) as TypeDefinition;
		this.#addStruct(struct);
		return reference(struct.openApiName);
	}

	#scalar(scalar: Scalar): Dict {
		const own = named[scalar];
		if (!own) return { ...plain[scalar] };
		const [name, schema] = own;
		this.schemas[name] ??= schema;
		return { allOf: [{ $ref: `#/components/schemas/${name}` }] };
	}
}

function reference(name: string): Dict {
	return { allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} };
}

function extensions(field: Field): Dict {
	const out: Dict = {};
	if (field.type.is === 'map' && field.atomic) out['x-kubernetes-map-type'] = 'atomic';
	if (field.type.is === 'list') {
		out['x-kubernetes-list-type'] = field.set ? 'set' : field.listKeys ? 'map' : 'atomic';
		if (field.listKeys) out['x-kubernetes-list-map-keys'] = field.listKeys;
	}
	if (field.mergeKey) out['x-kubernetes-patch-merge-key'] = field.mergeKey;
	const strategies = [
		...(field.mergeKey || field.set ? ['merge'] : []),
		...(field.retainKeys ? ['retainKeys'] : []),
	];
	if (strategies.length > 0) out['x-kubernetes-patch-strategy'] = strategies.join(',');
	return out;
}
