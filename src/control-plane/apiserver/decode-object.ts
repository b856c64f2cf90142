import type { KubeObject } from '../../api/kubernetes.ts';
import { apiVersionOf, type Resource } from '../../client/resources.ts';
import { badRequest } from '../../client/status.ts';
import { decode, DecodeError, jsonKind } from './decode.ts';
import { isDict, omit } from './json-value.ts';

/** What happens to fields the schema does not know. */
type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Reads the query parameter; upstream's default is Warn. */
export function fieldValidationOf(query: URLSearchParams): FieldValidation {
	const value = query.get('fieldValidation');
	return value === 'Strict' || value === 'Ignore' ? value : 'Warn';
}

/** `strict decoding error: unknown field "spec.bogus"` */
export function strictMessage(unknown: string[]): string {
	return `strict decoding error: ${unknown.map((path) => `unknown field "${path}"`).join(', ')}`;
}

function cannotHandle(resource: Resource, detail: string): Error {
	return badRequest(
		`${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: ${detail}`,
	);
}

function checkType(resource: Resource, value: unknown): void {
	if (!isDict(value))
		throw badRequest(
			`couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonKind(value)} into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`,
		);
	for (const field of ['apiVersion', 'kind'])
		if (typeof (value[field] ?? '') !== 'string')
			throw badRequest(
				`couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonKind(value[field])} into Go struct field .${field} of type string`,
			);
	const kind = (value.kind as string | undefined) || resource.kind;
	const apiVersion = (value.apiVersion as string | undefined) || apiVersionOf(resource);
	if (apiVersion !== apiVersionOf(resource)) {
		throw badRequest(
			`the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(resource)})`,
		);
	}
	if (kind !== resource.kind) {
		throw badRequest(
			`${kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: converting (v1.${kind}) to (${resource.group || 'core'}.${resource.kind}): unknown conversion`,
		);
	}
}

/** Decodes a body as an object of a resource, dealing with unknown fields as asked. */
export function decodeObject(
	resource: Resource,
	schema: string,
	value: unknown,
	validation: FieldValidation,
	warnings: string[],
	fill = true,
): KubeObject {
	checkType(resource, value);
	let decoded;
	try {
		decoded = decode(schema, value, fill);
	} catch (error) {
		if (error instanceof DecodeError) throw cannotHandle(resource, error.message);
		throw error;
	}
	const { unknown } = decoded;
	if (unknown.length > 0 && validation === 'Strict')
		throw cannotHandle(resource, strictMessage(unknown));
	if (validation === 'Warn') warnings.push(...unknown.map((path) => `unknown field "${path}"`));
	const { metadata = {}, ...rest } = omit(decoded.value, 'apiVersion', 'kind');
	return {
		apiVersion: apiVersionOf(resource),
		kind: resource.kind,
		metadata,
		...rest,
	} as unknown as KubeObject;
}
