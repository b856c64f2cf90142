import { affinityTypes } from './schema-affinity.ts';
import { appsTypes } from './schema-apps.ts';
import { coreTypes } from './schema-core.ts';
import { metaTypes } from './schema-meta.ts';
import { networkTypes } from './schema-network.ts';
import { podTypes } from './schema-pod.ts';
import { statusTypes } from './schema-status.ts';
import { volumeTypes } from './schema-volume.ts';

/**
 * The kinds as a table: `field: 'type flags - description'`. It is the one source for strict decoding, patch keys, field
 * ownership and the published OpenAPI.
 *
 * Types: `string int32 int64 bool double bytes any Time MicroTime Quantity IntOrString FieldsV1`, `[]T`, `map[T]`, or a name
 * of this table. A trailing `?` keeps a zero value (a Go pointer), a trailing `!` says the field is always written.
 * Flags: `merge=k` list merged by key k, `key=a,b` identity for field ownership when it differs, `set` list of unique
 * scalars, `atomic` replaced as a whole, `retainKeys` a patch drops what it does not name.
 */
export interface TypeSource {
	/** Go package of the type, `core/v1`. */
	package: string;
	description?: string;
	/** Owned and replaced as a whole. */
	atomic?: boolean;
	/** Kind name when the table's key has to differ from it. */
	kind?: string;
	fields: Record<string, string>;
}

const scalars = [
	'string',
	'int32',
	'int64',
	'bool',
	'double',
	'bytes',
	'any',
	'Time',
	'MicroTime',
	'Quantity',
	'IntOrString',
	'FieldsV1',
] as const;

export type Scalar = (typeof scalars)[number];

export type TypeRef =
	| { is: 'scalar'; scalar: Scalar }
	| { is: 'list'; of: TypeRef }
	| { is: 'map'; of: TypeRef }
	| { is: 'struct'; name: string };

export interface Field {
	name: string;
	type: TypeRef;
	/** Written even when zero. */
	always: boolean;
	pointer: boolean;
	/** Key by which a strategic merge patch finds an item. */
	mergeKey?: string;
	/** Keys by which field ownership finds an item. */
	listKeys?: string[];
	set: boolean;
	atomic: boolean;
	retainKeys: boolean;
	description: string;
}

export interface TypeDefinition {
	name: string;
	/** `io.k8s.api.core.v1.Pod` */
	openApiName: string;
	/** `v1.PodSpec`, as Go prints the type. */
	goName: string;
	description: string;
	atomic: boolean;
	fields: Map<string, Field>;
	/** The fields that Go always writes, with what they hold when nobody has set them; a struct is filled in turn. */
	written: { field: Field; zero?: unknown }[];
}

const sources: Record<string, TypeSource> = {
	...metaTypes,
	...podTypes,
	...affinityTypes,
	...volumeTypes,
	...statusTypes,
	...coreTypes,
	...appsTypes,
	...networkTypes,
};

const parsed = new Map<string, TypeDefinition>();

/** A type of the table; throws for a name that is not in it. */
export function typeNamed(name: string): TypeDefinition {
	const known = parsed.get(name);
	if (known) return known;
	const source = sources[name];
	if (!source) throw new Error(`no type ${name} in the schema table`);
	const definition = parseType(name, source);
	parsed.set(name, definition);
	return definition;
}

function parseType(name: string, source: TypeSource): TypeDefinition {
	const kind = source.kind ?? name;
	const [group = '', version = ''] = source.package.split('/');
	const root = group === 'meta' ? 'io.k8s.apimachinery.pkg.apis.meta' : `io.k8s.api.${group}`;
	const fields = Object.entries(source.fields).map(([field, text]) => parseField(field, text));
	return {
		name,
		openApiName: `${root}.${version}.${kind}`,
		goName: `v1.${kind}`,
		description: source.description ?? '',
		atomic: source.atomic ?? false,
		fields: new Map(fields.map((field) => [field.name, field])),
		written: fields.filter(({ always }) => always).flatMap(writtenField),
	};
}

/** Lists, maps and times without a value are left out, where Go writes `null`. */
function writtenField(field: Field): { field: Field; zero?: unknown }[] {
	if (field.type.is === 'struct') return [{ field }];
	const zero = zeroOf(field.type);
	return zero === undefined ? [] : [{ field, zero }];
}

/** What Go holds in a scalar that nobody has set; `undefined` for a type that has no such value in JSON. */
export function zeroOf(type: TypeRef): unknown {
	return type.is === 'scalar' ? zeros[type.scalar] : undefined;
}

const zeros: Partial<Record<Scalar, unknown>> = {
	string: '',
	int32: 0,
	int64: 0,
	bool: false,
	double: 0,
	bytes: '',
	Quantity: '0',
	IntOrString: 0,
};

function parseField(name: string, text: string): Field {
	const cut = text.indexOf(' - ');
	const [typeText = '', ...flags] = (cut < 0 ? text : text.slice(0, cut)).split(' ');
	const field: Field = {
		name,
		type: parseRef(typeText.replace(/[?!]$/, '')),
		always: typeText.endsWith('!'),
		pointer: typeText.endsWith('?'),
		set: flags.includes('set'),
		atomic: flags.includes('atomic'),
		retainKeys: flags.includes('retainKeys'),
		description: cut < 0 ? '' : text.slice(cut + 3),
	};
	for (const flag of flags) {
		if (flag.startsWith('merge=')) field.mergeKey = flag.slice(6);
		if (flag.startsWith('key=')) field.listKeys = flag.slice(4).split(',');
	}
	if (field.mergeKey && !field.listKeys) field.listKeys = [field.mergeKey];
	return field;
}

function parseRef(text: string): TypeRef {
	if (text.startsWith('[]')) return { is: 'list', of: parseRef(text.slice(2)) };
	if (text.startsWith('map[')) return { is: 'map', of: parseRef(text.slice(4, -1)) };
	const scalar = scalars.find((name) => name === text);
	return scalar ? { is: 'scalar', scalar } : { is: 'struct', name: text };
}

/** The field's own type when it is a struct. */
export function structOf(type: TypeRef): TypeDefinition | undefined {
	return type.is === 'struct' ? typeNamed(type.name) : undefined;
}

/** The type as Go prints it. */
export function goType(type: TypeRef): string {
	if (type.is === 'list') return `[]${goType(type.of)}`;
	if (type.is === 'map') return `map[string]${goType(type.of)}`;
	if (type.is === 'struct') return typeNamed(type.name).goName;
	const names: Partial<Record<Scalar, string>> = {
		double: 'float64',
		bytes: '[]uint8',
		Time: 'v1.Time',
		MicroTime: 'v1.MicroTime',
		Quantity: 'resource.Quantity',
		IntOrString: 'intstr.IntOrString',
		any: 'map[string]interface {}',
	};
	return names[type.scalar] ?? type.scalar;
}
