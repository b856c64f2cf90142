import type { KubeObject } from '../../api/kubernetes.ts';
import { badRequest, invalid, unsupportedMediaType } from '../../client/status.ts';
import { serverSideApply } from './apply.ts';
import { decode, DecodeError, jsonKind } from './decode.ts';
import { fieldValidationOf, strictMessage } from './decode-object.ts';
import { isDryRun } from './delete-options.ts';
import { goPrint, invalidValue, quote } from './field-error.ts';
import { jsonPatch } from './json-patch.ts';
import { isDict, type Dict } from './json-value.ts';
import { mergePatch } from './merge-patch.ts';
import { bodyText, contentType, parsePatch, parseYamlText } from './request-body.ts';
import type { Call, ResourceHandler } from './resource-handler.ts';
import { typeMeta } from './served.ts';
import { strategicMerge } from './strategic-merge.ts';

/** The formats of a PATCH. */
export const patchTypes = [
	'application/json-patch+json',
	'application/merge-patch+json',
	'application/strategic-merge-patch+json',
	'application/apply-patch+yaml',
];

export interface Patched {
	object: KubeObject;
	created: boolean;
}

/** PATCH of an object or its status in any of the four formats. After apiserver/pkg/endpoints/handlers/patch.go */
export function patchObject(call: Call, handler: ResourceHandler): Patched {
	const type = contentType(call.request);
	if (!patchTypes.includes(type)) throw unsupportedMediaType(patchTypes);
	const text = bodyText(call.request);
	if (type === 'application/apply-patch+yaml')
		return serverSideApply(call, handler, parseYamlText(text));
	const patch = parsePatch(text);
	const { served, namespace, name, info } = call;
	const produce = (old: KubeObject) => {
		const shown = handler.wire(served, old) as unknown as Dict;
		return decodePatched(call, applyTo(type, served.schema, shown, patch), patch, type);
	};
	const options = {
		dryRun: isDryRun(info),
		ownership: handler.ownership(call),
		subresource: call.subresource,
	};
	return { object: served.registry.update(namespace, name, produce, options), created: false };
}

/** The patched document; shares untouched parts with the base. */
export function applyTo(type: string, schema: string, base: Dict, patch: unknown): unknown {
	if (type === 'application/json-patch+json') return jsonPatch(base, patch);
	if (!isDict(patch))
		throw badRequest(
			`error decoding patch: json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`,
		);
	if (type === 'application/merge-patch+json') return mergePatch(base, patch);
	return strategicMerge(schema, base, patch);
}

function decodePatched(call: Call, value: unknown, patch: unknown, type: string): KubeObject {
	const { served, info, warnings } = call;
	const isStrategic = type === 'application/strategic-merge-patch+json';
	const shown = isStrategic ? goPrint(patch) : JSON.stringify(value);
	const fail = (detail: string) =>
		invalid({ group: '', kind: '' }, '', [invalidValue('patch', shown, detail)]);
	let decoded;
	try {
		decoded = decode(served.schema, value);
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		throw fail((isStrategic && error.unstructured) || error.message);
	}
	const validation = fieldValidationOf(info.query);
	if (decoded.unknown.length > 0 && validation === 'Strict')
		throw fail(strictMessage(decoded.unknown));
	const known = decoded.value;
	const { kind, apiVersion } = typeMeta(served.resource);
	if (!isStrategic && (known.kind !== kind || known.apiVersion !== apiVersion))
		throw fail(
			`no kind ${quote(String(known.kind))} is registered for version ${quote(String(known.apiVersion))} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
		);
	Object.assign(known, { kind, apiVersion });
	if (validation === 'Warn')
		warnings.push(...decoded.unknown.map((path) => `unknown field "${path}"`));
	checkSame(call, known);
	return served.conversion
		? served.conversion.fromWire(known as unknown as KubeObject)
		: (known as unknown as KubeObject);
}

function checkSame(call: Call, value: Dict): void {
	const metadata = value.metadata as Dict;
	if (metadata.name !== call.name)
		throw badRequest(
			`the name of the object (${String(metadata.name)}) does not match the name on the URL (${call.name})`,
		);
	if (call.served.resource.namespaced && metadata.namespace !== call.namespace)
		throw badRequest(
			'the namespace of the provided object does not match the namespace sent on the request',
		);
}
