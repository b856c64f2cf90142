import { badRequest, unsupportedMediaType } from '../client/status.ts';
import { microTime, rfc3339 } from '../client/time.ts';
import { setOwn } from '../util/own.ts';
import { messages, type Field } from './protobuf-fields.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = Record<string, Json>;

const magic = [0x6b, 0x38, 0x73, 0x00];
const text = new TextDecoder();

export function isProtobuf(contentType: string | undefined): boolean {
	return contentType?.startsWith('application/vnd.kubernetes.protobuf') ?? false;
}

/**
 * The JSON form of a protobuf body: `k8s\\0`, then runtime.Unknown with the type and the raw object.
 * Throws a Status: 415 for a kind that is not in the table, which clients take for a reason to send JSON, and 400 for
 * anything damaged.
 */
export function protobufToJson(bytes: Uint8Array): JsonObject {
	if (!magic.every((byte, index) => bytes[index] === byte))
		throw badRequest('the body is not a Kubernetes protobuf object');
	let typeMeta: Uint8Array = new Uint8Array();
	let raw: Uint8Array = new Uint8Array();
	for (const { number, value } of fields(bytes.subarray(magic.length))) {
		if (number === 1 && value instanceof Uint8Array) typeMeta = value;
		if (number === 2 && value instanceof Uint8Array) raw = value;
	}
	const [apiVersion = '', kind = ''] = [1, 2].map((number) => stringOf(typeMeta, number));
	const qualified = `${apiVersion.split('/')[0]}/${kind}`;
	const name = messages.has(qualified) ? qualified : kind;
	if (!messages.has(name)) throw unsupportedMediaType(['application/json', 'application/yaml']);
	return { apiVersion, kind, ...decode(name, raw) };
}

function stringOf(message: Uint8Array, wanted: number): string {
	for (const { number, value } of fields(message))
		if (number === wanted && value instanceof Uint8Array) return text.decode(value);
	return '';
}

interface WireField {
	number: number;
	/** Bytes for a length-delimited field; `undefined` for one of fixed width, of which no message has any. */
	value: WireValue;
}

type WireValue = bigint | Uint8Array | undefined;

/** Splits a message; throws where its bytes end early. */
function* fields(bytes: Uint8Array): Generator<WireField> {
	let at = 0;
	const byte = (): number => {
		const value = bytes[at++];
		if (value === undefined) throw badRequest('unexpected end of the protobuf body');
		return value;
	};
	const varint = (): bigint => {
		let value = 0n;
		for (let shift = 0n; shift < 70n; shift += 7n) {
			const part = byte();
			value |= BigInt(part & 0x7f) << shift;
			if (part < 0x80) return value;
		}
		throw badRequest('a number in the protobuf body is too long');
	};
	const chunk = (length: number): Uint8Array => {
		if (length > bytes.length - at) throw badRequest('unexpected end of the protobuf body');
		at += length;
		return bytes.subarray(at - length, at);
	};
	while (at < bytes.length) {
		const key = Number(varint());
		const number = key >>> 3;
		const wire = key & 7;
		if (wire === 0) yield { number, value: varint() };
		else if (wire === 2) yield { number, value: chunk(Number(varint())) };
		else if (wire === 1 || wire === 5) {
			chunk(wire === 1 ? 8 : 4);
			yield { number, value: undefined };
		} else throw badRequest(`unknown wire type ${wire} in the protobuf body`);
	}
}

function decode(name: string, bytes: Uint8Array): JsonObject {
	const known = messages.get(name);
	const object: JsonObject = {};
	for (const { number, value } of fields(bytes)) {
		const field = known?.get(number);
		if (field) put(object, field, value);
	}
	return object;
}

function put(object: JsonObject, field: Field, value: WireValue): void {
	const { name, shape } = field;
	if (shape === 'map') {
		const entries = (object[name] ??= {}) as JsonObject;
		const [key, content] = mapEntry(bytesOf(value), field.type);
		setOwn(entries, key, content);
		return;
	}
	const json = convert(field.type, value);
	if (shape === 'list') ((object[name] ??= []) as Json[]).push(json);
	else if (field.inline) Object.assign(object, json);
	else if (field.pointer || !isZero(json)) object[name] = json;
}

/** Go writes scalars that are no pointers even when they are zero; JSON leaves them out. */
function isZero(json: Json): boolean {
	return json === '' || json === 0 || json === false;
}

function mapEntry(bytes: Uint8Array, type: string): [string, Json] {
	let key = '';
	let content: Json = convert(type, new Uint8Array());
	for (const { number, value } of fields(bytes)) {
		if (number === 1) key = text.decode(bytesOf(value));
		if (number === 2) content = convert(type, value);
	}
	return [key, content];
}

/** A value where the message has bytes: text, bytes, another message. */
function bytesOf(value: WireValue): Uint8Array {
	if (value instanceof Uint8Array) return value;
	throw badRequest('a field of the protobuf body has another wire type than its message');
}

function numberOf(value: WireValue): bigint {
	if (typeof value === 'bigint') return value;
	throw badRequest('a field of the protobuf body has another wire type than its message');
}

const scalars: Record<string, (value: WireValue) => Json> = {
	s: (value) => text.decode(bytesOf(value)),
	i: (value) => Number(BigInt.asIntN(64, numberOf(value))),
	b: (value) => numberOf(value) !== 0n,
	y: (value) => Buffer.from(bytesOf(value)).toString('base64'),
	Quantity: (value) => stringOf(bytesOf(value), 1),
	Time: (value) => time(bytesOf(value), rfc3339),
	MicroTime: (value) => time(bytesOf(value), microTime),
	IntOrString: (value) => intOrString(bytesOf(value)),
	FieldsV1: (value) => fieldsV1(bytesOf(value)),
};

function convert(type: string, value: WireValue): Json {
	const scalar = scalars[type];
	return scalar ? scalar(value) : decode(type, bytesOf(value));
}

const lastTime = Date.parse('9999-12-31T23:59:59Z');

/** An empty message is no time at all, not 1970. */
function time(bytes: Uint8Array, format: (ms: number) => string): Json {
	if (bytes.length === 0) return null;
	let [seconds, nanos] = [0n, 0n];
	for (const { number, value } of fields(bytes)) {
		if (number === 1) seconds = BigInt.asIntN(64, numberOf(value));
		if (number === 2) nanos = BigInt.asIntN(32, numberOf(value));
	}
	const ms = Number(seconds) * 1000 + Number(nanos) / 1e6;
	if (!(Math.abs(ms) <= lastTime)) throw badRequest('a time in the protobuf body is out of range');
	return format(ms);
}

function intOrString(bytes: Uint8Array): Json {
	let [type, number, string] = [0n, 0n, ''];
	for (const { number: tag, value } of fields(bytes)) {
		if (tag === 1) type = numberOf(value);
		if (tag === 2) number = numberOf(value);
		if (tag === 3) string = text.decode(bytesOf(value));
	}
	return type === 0n ? Number(BigInt.asIntN(32, number)) : string;
}

/** A set of fields is JSON inside the message. */
function fieldsV1(bytes: Uint8Array): Json {
	try {
		return JSON.parse(stringOf(bytes, 1)) as Json;
	} catch {
		throw badRequest('fieldsV1 in the protobuf body is no JSON');
	}
}
