import type { Headers, HttpRequest } from '../../src/api/transport.ts';
import { resourcePath } from '../../src/client/resources.ts';
import { servedKinds, type ServedKind } from '../../src/control-plane/apiserver/served-kinds.ts';
import { virtualResources } from '../../src/control-plane/apiserver/virtual-resources.ts';
import { badObject, goodObject, names, namespaces } from './api-objects.ts';
import { damage, hostileKeys, hostileText, hostileValue, jsonOf, ownKey } from './hostile.ts';
import type { Random } from './random.ts';

const methods = [
	'GET',
	'GET',
	'GET',
	'POST',
	'POST',
	'POST',
	'PUT',
	'PUT',
	'PATCH',
	'PATCH',
	'DELETE',
];
const oddMethods = ['HEAD', 'OPTIONS', 'TRACE', 'get', 'constructor', ''];

const virtual = virtualResources.map((resource) => ({ resource, schema: 'ObjectReference' }));

const subresources = [
	...new Set(servedKinds.flatMap(({ resource }) => resource.subresources)),
	'nothing',
	'__proto__',
	'constructor',
];

const numbers = [
	'0',
	'1',
	'2',
	'500',
	'-1',
	'',
	'x',
	'1e3',
	'99999999999999999999',
	'0x10',
	'1.5',
	' 1',
];
const flags = ['true', 'True', '1', 'false', 'False', '0', '', 't', 'x'];
const selectors = [
	'a=b',
	'app=a',
	'app in (a,b)',
	'!app',
	'app',
	'a==b,c!=d',
	'app notin (x)',
	'app>1',
];

const queries: Record<string, readonly string[]> = {
	limit: numbers,
	timeoutSeconds: numbers,
	resourceVersion: numbers,
	gracePeriodSeconds: numbers,
	tailLines: numbers,
	sinceSeconds: numbers,
	limitBytes: numbers,
	watch: flags,
	allowWatchBookmarks: flags,
	sendInitialEvents: flags,
	force: flags,
	follow: flags,
	previous: flags,
	timestamps: flags,
	orphanDependents: flags,
	pretty: flags,
	labelSelector: selectors,
	fieldSelector: ['metadata.name=a', 'spec.nodeName=', 'status.phase!=Running', 'x=y', 'type=a'],
	continue: ['eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6Miwic3RhcnQiOiJhIn0', 'e30', '!', 'bnVsbA'],
	resourceVersionMatch: ['Exact', 'NotOlderThan', 'x', ''],
	dryRun: ['All', '', 'x'],
	fieldManager: ['me', '', 'x'.repeat(200)],
	fieldValidation: ['Strict', 'Warn', 'Ignore', 'x', ''],
	propagationPolicy: ['Foreground', 'Background', 'Orphan', 'x', ''],
	includeObject: ['None', 'Metadata', 'Object', 'x'],
	sinceTime: ['2026-01-01T00:00:00Z', 'x', ''],
	container: ['main', 'x', '__proto__'],
	command: ['ls'],
};

const accepts = [
	'application/json',
	'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
	'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
	'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
	'application/json;as=constructor;v=v1;g=meta.k8s.io',
	'application/vnd.kubernetes.protobuf',
	'*/*',
	'text/html',
	';;;,,,=',
];

const patchTypes = [
	'json-patch+json',
	'merge-patch+json',
	'strategic-merge-patch+json',
	'apply-patch+yaml',
];
const bodyTypes = [
	'application/json',
	'application/json',
	'application/yaml',
	'text/plain',
	'text/html',
	'x',
];

/** One request as a hostile client may send it; most are close enough to good ones to get far. */
export function hostileRequest(random: Random): HttpRequest {
	const served = random.chance(0.95)
		? random.pick(servedKinds)
		: (random.pick(virtual) as ServedKind);
	const method = random.chance(0.98) ? random.pick(methods) : random.pick(oddMethods);
	const name = random.chance(0.95) ? random.pick(names) : hostileText(random);
	const namespace = random.chance(0.9) ? 'default' : random.pick(namespaces);
	const subresource = subresourceOf(random, served);
	const path = pathOf(random, served, { method, name, namespace, subresource });
	const headers = headersOf(random, method);
	const request = { method, path: path + queryOf(random), headers };
	if (method === 'GET' || (method === 'DELETE' && random.chance(0.7))) return request;
	const shown = subresource === 'scale' ? withKind(served, 'Scale') : served;
	return { ...request, body: bodyOf(random, method, headers, shown, name, namespace) };
}

function withKind(served: ServedKind, kind: string): ServedKind {
	const resource = { ...served.resource, group: 'autoscaling', kind };
	return { ...served, resource, schema: 'Scale' };
}

function subresourceOf(random: Random, { resource }: ServedKind): string {
	if (random.chance(0.7)) return '';
	const own = resource.subresources;
	return own.length > 0 && random.chance(0.8) ? random.pick(own) : random.pick(subresources);
}

interface Place {
	method: string;
	name: string;
	namespace: string;
	subresource: string;
}

function pathOf(random: Random, served: ServedKind, place: Place): string {
	const { method, name, namespace, subresource } = place;
	const all = method === 'POST' ? subresource === '' : method === 'GET' && random.chance(0.4);
	const path = all
		? resourcePath(served.resource, random.chance(0.9) ? namespace : undefined)
		: resourcePath(served.resource, namespace, safely(name), subresource);
	if (random.chance(0.95)) return path;
	const at = random.int(path.length);
	return random.pick([
		`${path.slice(0, at)}%zz${path.slice(at)}`,
		path.slice(0, at),
		path.replace('v1', 'v9'),
		`${path}/${random.pick(hostileKeys)}`,
		`//${path}//`,
		random.pick([
			'/',
			'/api',
			'/apis',
			'/version',
			'/openapi/v3',
			'/openapi/v3/api/v1',
			'/healthz',
		]),
		`/apis/${random.pick(hostileKeys)}/v1/${random.pick(hostileKeys)}`,
	]);
}

/** encodeURIComponent refuses half of a surrogate pair. */
function safely(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '?');
}

function queryOf(random: Random): string {
	const parts: string[] = [];
	for (let left = random.pick([0, 0, 1, 1, 2, 4]); left > 0; left--) {
		const [key, values] = random.pick(Object.entries(queries));
		const value = random.chance(0.9) ? random.pick(values) : hostileText(random);
		parts.push(`${key}=${encodeURIComponent(safely(value))}`);
	}
	if (random.chance(0.02)) parts.push(random.pick(['%zz=%', '&&&', '=', '__proto__=1', 'a=%ff']));
	return parts.length > 0 ? `?${parts.join('&')}` : '';
}

function headersOf(random: Random, method: string): Headers {
	const headers: Headers = {
		'user-agent': random.pick(['kubectl/v1.33', 'curl/8', '', '__proto__/x']),
	};
	if (random.chance(0.5)) headers.accept = random.pick(accepts);
	if (method === 'PATCH' && random.chance(0.97))
		headers['content-type'] = `application/${random.pick(patchTypes)}`;
	else if (random.chance(0.5)) headers['content-type'] = random.pick(bodyTypes);
	return headers;
}

function bodyOf(
	random: Random,
	method: string,
	headers: Headers,
	served: ServedKind,
	name: string,
	namespace: string,
): string {
	const isJsonPatch = headers['content-type'] === 'application/json-patch+json';
	const value = random.weighted<unknown>(
		[method === 'PATCH' && isJsonPatch ? 10 : 0.2, () => jsonPatch(random)],
		[6, () => badObject(random, served, name, namespace)],
		[2, () => goodObject(served, name, namespace)],
		[method === 'PATCH' ? 3 : 0.2, () => directives(random)],
		[0.5, () => hostileValue(random)],
	);
	const text = jsonOf(value) ?? '';
	return random.chance(0.93) ? text : damage(random, text);
}

const pointers = [
	'',
	'/',
	'/metadata',
	'/metadata/labels',
	'/metadata/labels/app',
	'/metadata/annotations/a~1b',
	'/metadata/finalizers/-',
	'/metadata/finalizers/0',
	'/metadata/name',
	'/spec',
	'/spec/replicas',
	'/spec/containers/0/image',
	'/spec/containers/-',
	'/spec/containers/99',
	'/spec/containers/-1',
	'/spec/template/spec/containers/0',
	'/data/a',
	'/__proto__/polluted',
	'/constructor/prototype/polluted',
	'/metadata/labels/__proto__',
	'/status',
	'nothing',
	'/~',
	'/~2',
];

function jsonPatch(random: Random): unknown {
	const ops = ['add', 'remove', 'replace', 'move', 'copy', 'test', 'constructor', ''];
	const operation = () => ({
		op: random.pick(ops),
		path: random.chance(0.95) ? random.pick(pointers) : hostileValue(random),
		...(random.chance(0.8) ? { value: hostileValue(random) } : {}),
		...(random.chance(0.4) ? { from: random.pick(pointers) } : {}),
	});
	return random.weighted<unknown>(
		[10, () => Array.from({ length: random.int(4) }, operation)],
		[1, () => operation()],
		[1, () => [hostileValue(random)]],
	);
}

/** Strategic merge directives in places where they belong and where they do not. */
function directives(random: Random): unknown {
	const spec: Record<string, unknown> = {};
	const keys = ['$patch', '$retainKeys', '$setElementOrder/containers', 'containers', 'replicas'];
	for (let left = random.int(4); left > 0; left--) {
		const value = random.chance(0.5)
			? hostileValue(random)
			: random.pick<unknown>(['replace', 'delete', 'merge', [{ name: 'main' }], ['containers'], 5]);
		ownKey(spec, random.pick(keys), value);
	}
	const metadata: Record<string, unknown> = {};
	ownKey(metadata, random.pick(['labels', 'finalizers', '$deleteFromPrimitiveList/finalizers']), [
		'a',
		hostileValue(random),
	]);
	return random.pick<unknown>([{ spec }, { spec: { template: { spec } } }, { metadata }, spec]);
}
