import { formatQuantity, parseQuantity } from '../../client/quantity.ts';
import { setOwn } from '../../util/own.ts';
import { isDict, type Dict } from './json-value.ts';
import {
	goType,
	typeNamed,
	zeroOf,
	type Field,
	type Scalar,
	type TypeDefinition,
	type TypeRef,
} from './schema.ts';

/** A value that does not have its field's type; the message is that of Go's decoder. */
export class DecodeError extends Error {
	/** What upstream says where it decodes from a tree instead of text, as after a strategic merge. */
	readonly unstructured: string | undefined;

	constructor(message: string, unstructured?: string) {
		super(message);
		this.unstructured = unstructured;
	}
}

export interface Decoded {
	/** A fresh tree that holds known fields only, without zero values that Go would leave out. */
	value: Dict;
	/** Paths of fields the schema does not know. */
	unknown: string[];
}

/** Where the decoder is: for messages with indexes, and for Go's messages without. */
interface Place {
	path: string;
	goPath: string;
	/** Go name of the struct that holds the field. */
	owner: string;
	/** Whether what Go always writes is added when absent. */
	fill: boolean;
}

const dropped = Symbol('dropped');

/** Reads a value as a type of the schema table. After sigs.k8s.io/json and apimachinery/pkg/runtime/serializer/json */
export function decode(typeName: string, value: unknown, fill = true): Decoded {
	const type = typeNamed(typeName);
	if (!isDict(value)) {
		throw new DecodeError(
			`json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type.goName}`,
		);
	}
	const unknown: string[] = [];
	const place = { path: '', goPath: '', owner: type.goName, fill };
	return { value: decodeStruct(type, value, place, unknown), unknown };
}

function decodeStruct(type: TypeDefinition, value: Dict, place: Place, unknown: string[]): Dict {
	const out: Dict = {};
	for (const key of Object.keys(value)) {
		const field = type.fields.get(key);
		const path = place.path === '' ? key : `${place.path}.${key}`;
		if (!field) {
			unknown.push(path);
			continue;
		}
		const goPath = place.goPath === '' ? key : `${place.goPath}.${key}`;
		const owner = type.goName.slice(type.goName.indexOf('.') + 1);
		const decoded = decodeField(field, value[key], { ...place, path, goPath, owner }, unknown);
		if (decoded !== dropped) out[key] = decoded;
	}
	if (!place.fill) return out;
	for (const { field, zero } of type.written) {
		if (field.name in out) continue;
		out[field.name] =
			field.type.is === 'struct'
				? decodeStruct(typeNamed(field.type.name), {}, place, unknown)
				: zero;
	}
	return out;
}

function decodeField(field: Field, value: unknown, place: Place, unknown: string[]): unknown {
	if (value === null || value === undefined) return dropped;
	const decoded = decodeValue(field.type, value, place, unknown);
	if (field.always || field.pointer) return decoded;
	return isZero(field.type, decoded) ? dropped : decoded;
}

/** What Go's `omitempty` leaves out. */
function isZero(type: TypeRef, value: unknown): boolean {
	if (type.is === 'list') return (value as unknown[]).length === 0;
	if (type.is === 'map') return Object.keys(value as Dict).length === 0;
	if (type.is !== 'scalar') return false;
	if (type.scalar === 'IntOrString' || type.scalar === 'any') return false;
	return value === '' || value === 0 || value === false;
}

function decodeValue(type: TypeRef, value: unknown, place: Place, unknown: string[]): unknown {
	if (type.is === 'list') return decodeList(type, value, place, unknown);
	if (type.is === 'map') return decodeMap(type, value, place, unknown);
	if (type.is === 'scalar') return decodeScalar(type, type.scalar, value, place);
	if (!isDict(value)) throw mismatch(type, value, place);
	return decodeStruct(typeNamed(type.name), value, place, unknown);
}

function decodeList(
	type: TypeRef & { is: 'list' },
	value: unknown,
	place: Place,
	unknown: string[],
): unknown[] {
	if (!Array.isArray(value)) throw mismatch(type, value, place);
	return value.map((item: unknown, i) => {
		const given = item === null ? unset(type.of) : item;
		return decodeValue(type.of, given, { ...place, path: `${place.path}[${i}]` }, unknown);
	});
}

function decodeMap(
	type: TypeRef & { is: 'map' },
	value: unknown,
	place: Place,
	unknown: string[],
): Dict {
	if (!isDict(value)) throw mismatch(type, value, place);
	const out: Dict = {};
	for (const key of Object.keys(value)) {
		const item = value[key];
		const inner = { ...place, path: `${place.path}.${key}` };
		setOwn(out, key, decodeValue(type.of, item === null ? unset(type.of) : item, inner, unknown));
	}
	return out;
}

/** What Go makes of a `null` in a list or a map. */
function unset(type: TypeRef): unknown {
	if (type.is === 'list') return [];
	return type.is === 'scalar' ? (zeroOf(type) ?? null) : {};
}

type Reader = (value: unknown, fail: () => DecodeError) => unknown;

function integer(bits: number): Reader {
	const limit = bits === 32 ? 2 ** 31 : Number.MAX_SAFE_INTEGER;
	return (value, fail) => {
		if (typeof value !== 'number' || !Number.isInteger(value)) throw fail();
		if (value >= limit || value < -limit) throw fail();
		return value;
	};
}

const text: Reader = (value, fail) => {
	if (typeof value !== 'string') throw fail();
	return value;
};

const time: Reader = (value, fail) => {
	const given = text(value, fail) as string;
	if (Number.isNaN(Date.parse(given)) || !/^\d{4}-\d\d-\d\dT/.test(given)) {
		throw new DecodeError(
			`parsing time ${JSON.stringify(JSON.stringify(given))} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(given)} as "2006"`,
		);
	}
	return given;
};

const readers: Record<Scalar, Reader> = {
	string: text,
	int32: integer(32),
	int64: integer(64),
	bool: (value, fail) => {
		if (typeof value !== 'boolean') throw fail();
		return value;
	},
	double: (value, fail) => {
		if (typeof value !== 'number') throw fail();
		return value;
	},
	bytes: (value, fail) => readBytes(text(value, fail) as string),
	any: (value) => value,
	FieldsV1: (value) => value,
	Time: time,
	MicroTime: time,
	Quantity: (value, fail) => readQuantity(value, fail),
	IntOrString: (value, fail) => {
		if (typeof value !== 'string' && !(typeof value === 'number' && Number.isInteger(value)))
			throw fail();
		return value;
	},
};

function readBytes(value: string): string {
	const compact = value.replace(/[\r\n]/g, '');
	const bad = /[^A-Za-z0-9+/=]/.exec(compact) ?? /=(?!=?$)/.exec(compact);
	if (bad) throw new DecodeError(`illegal base64 data at input byte ${bad.index}`);
	if (compact.length % 4 !== 0)
		throw new DecodeError(
			`illegal base64 data at input byte ${compact.length - (compact.length % 4)}`,
		);
	return compact;
}

function readQuantity(value: unknown, fail: () => DecodeError): string {
	if (typeof value !== 'string' && typeof value !== 'number') throw fail();
	const given = String(value);
	try {
		return formatQuantity(parseQuantity(given));
	} catch {
		throw new DecodeError(
			"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
		);
	}
}

function decodeScalar(type: TypeRef, scalar: Scalar, value: unknown, place: Place): unknown {
	return readers[scalar](value, () => mismatch(type, value, place));
}

export function jsonKind(value: unknown): string {
	if (Array.isArray(value)) return 'array';
	if (value === null) return 'null';
	if (typeof value === 'boolean') return 'bool';
	return typeof value;
}

/** After apimachinery/pkg/runtime/converter.go: fromUnstructured */
function unrestorable(type: TypeRef, value: unknown): string {
	const kinds: Record<string, string> = { array: 'slice', object: 'map', number: 'int64' };
	const given = kinds[jsonKind(value)] ?? jsonKind(value);
	if (type.is === 'struct') return `cannot restore struct from: ${given}`;
	if (type.is === 'list') return `cannot restore slice from ${given}`;
	if (type.is === 'map') return `cannot restore map from ${given}`;
	return `unrecognized type: ${goType(type)}`;
}

function mismatch(type: TypeRef, value: unknown, place: Place): DecodeError {
	const kind = jsonKind(value);
	const isFraction = kind === 'number' && type.is === 'scalar' && type.scalar.startsWith('int');
	const shown = isFraction ? `number ${String(value)}` : kind;
	return new DecodeError(
		`json: cannot unmarshal ${shown} into Go struct field ${place.owner}.${place.goPath} of type ${goType(type)}`,
		unrestorable(type, value),
	);
}
