import type { KubeObject } from '../../api/kubernetes.ts';
import { integerQuery } from '../../client/query.ts';
import {
	matchFields,
	matchLabels,
	parseFieldSelector,
	parseLabelSelector,
	type FieldRequirement,
} from '../../client/selectors.ts';
import { badRequest, expired, invalid, StatusError, type Cause } from '../../client/status.ts';
import { fromBase64url, toBase64url } from '../../util/base64url.ts';
import type { Etcd, RangeResult } from '../etcd/etcd.ts';
import { CompactedError, type KeyValue } from '../etcd/key-value.ts';
import type { Codec } from './codec.ts';
import { forbiddenField, notSupported } from './field-error.ts';
import { asDict } from './json-value.ts';
import type { Registry } from './registry.ts';
import type { Served } from './served.ts';

export interface Page {
	kvs: KeyValue[];
	revision: number;
	continue?: string;
	remainingItemCount?: number;
}

export type Matcher = ((object: KubeObject) => boolean) | undefined;

/** What a list or a watch selects; `name` is set when only one object can match. */
export interface Selection {
	matches: Matcher;
	name: string | undefined;
	/** Counts of what remains are known only without selectors. */
	selective: boolean;
}

function parse<T>(text: string, read: (text: string) => T): T {
	try {
		return read(text);
	} catch (error) {
		throw badRequest(error instanceof Error ? error.message : String(error));
	}
}

function fieldsOf(served: Served, object: KubeObject): Record<string, string | undefined> {
	return {
		'metadata.name': object.metadata.name,
		'metadata.namespace': object.metadata.namespace ?? '',
		...served.registry.strategy.selectableFields?.(object),
	};
}

function checkFields(served: Served, fields: FieldRequirement[]): void {
	const empty = { metadata: {}, spec: {}, status: {} } as unknown as KubeObject;
	const known = fieldsOf(served, empty);
	const unknown = fields.find(({ path }) => !Object.hasOwn(known, path));
	if (!unknown) return;
	const hasOwn = served.registry.strategy.selectableFields !== undefined;
	throw badRequest(
		hasOwn
			? `field label not supported: ${unknown.path}`
			: `"${unknown.path}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
	);
}

/** Reads labelSelector and fieldSelector; throws BadRequest for what cannot be selected on. */
export function selectionOf(served: Served, query: URLSearchParams, only?: string): Selection {
	const labels = parse(query.get('labelSelector') ?? '', parseLabelSelector);
	const fields = parse(query.get('fieldSelector') ?? '', parseFieldSelector);
	const stored = served.conversion;
	if (stored) for (const field of fields) field.path = stored.storedField(field.path);
	if (only) fields.push({ path: 'metadata.name', operator: '=', value: only });
	checkFields(served, fields);
	const name = fields.find(
		({ path, operator }) => path === 'metadata.name' && operator === '=',
	)?.value;
	if (labels.length === 0 && fields.length === 0)
		return { matches: undefined, name: undefined, selective: false };
	const matches = (object: KubeObject) =>
		(labels.length === 0 || matchLabels(labels, object.metadata.labels)) &&
		(fields.length === 0 ||
			matchFields(fields, fieldsOf(served, stored ? stored.fromWire(object) : object)));
	return { matches, name, selective: true };
}

/** A requested resourceVersion as a number: 0 for «any» and for none. */
export function revisionOf(text: string | null): number {
	if (!text) return 0;
	const fault = (why: string) =>
		badRequest(
			`resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`,
		);
	if (!/^\d+$/.test(text)) throw fault('invalid syntax');
	if (Number(text) >= 2 ** 64) throw fault('value out of range');
	return Number(text);
}

/** After apiserver/pkg/storage/errors.go: NewTooLargeResourceVersionError */
function tooLargeRevision(asked: number, current: number): StatusError {
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
		reason: 'Timeout',
		details: {
			causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
			retryAfterSeconds: 1,
		},
		code: 504,
	});
}

/** After apimachinery/pkg/apis/meta/internalversion/validation: ValidateListOptions */
export function checkListOptions(query: URLSearchParams): void {
	for (const name of ['limit', 'timeoutSeconds']) integerQuery(query, name);
	const match = query.get('resourceVersionMatch');
	const version = query.get('resourceVersion');
	const causes: Cause[] = [];
	const watching = query.has('sendInitialEvents');
	if (match && !version && !watching)
		causes.push(
			forbiddenField(
				'resourceVersionMatch',
				'resourceVersionMatch is forbidden unless resourceVersion is provided',
			),
		);
	if (match && query.get('continue'))
		causes.push(
			forbiddenField(
				'resourceVersionMatch',
				'resourceVersionMatch is forbidden when continue is provided',
			),
		);
	if (match && match !== 'Exact' && match !== 'NotOlderThan')
		causes.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
	if (match === 'Exact' && version === '0')
		causes.push(
			forbiddenField(
				'resourceVersionMatch',
				'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
			),
		);
	if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
}

// After apiserver/pkg/storage/continue.go
interface ContinueToken {
	v: 'meta.k8s.io/v1';
	/** -1: whatever is there now. */
	rv: number;
	/** The key to go on from, below {@link root}. */
	start: string;
}

const root = '/registry/';

function encodeToken(rv: number, key: string): string {
	const token: ContinueToken = { v: 'meta.k8s.io/v1', rv, start: key.slice(root.length) };
	return toBase64url(new TextEncoder().encode(JSON.stringify(token)));
}

const invalidToken = 'continue key is not valid';

/** The revision and the key to go on from; a token of another list is refused. */
function decodeToken(text: string, scope: string): { rv: number; key: string } {
	let token: Partial<Record<keyof ContinueToken, unknown>>;
	try {
		token = asDict(JSON.parse(new TextDecoder().decode(fromBase64url(text))));
	} catch (error) {
		throw badRequest(`${invalidToken}: ${error instanceof Error ? error.message : String(error)}`);
	}
	const { v, rv, start } = token;
	if (v !== 'meta.k8s.io/v1')
		throw badRequest(
			`${invalidToken}: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`,
		);
	if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0)
		throw badRequest(
			`${invalidToken}: incorrect encoded start resourceVersion (version meta.k8s.io/v1)`,
		);
	if (typeof start !== 'string' || start === '')
		throw badRequest(`${invalidToken}: encoded start key empty (version meta.k8s.io/v1)`);
	const key = root + start;
	if (!key.startsWith(scope)) throw badRequest(`${invalidToken}: ${start}`);
	return { rv, key };
}

const expiredToken =
	'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

function expiredWithToken(key: string): StatusError {
	const { status } = expired(expiredToken);
	return new StatusError({ ...status, metadata: { continue: encodeToken(-1, key) } });
}

interface Start {
	from: string | undefined;
	revision: number | undefined;
}

function startOf(scope: string, query: URLSearchParams, etcd: Etcd): Start {
	const text = query.get('continue');
	if (text) {
		const { rv, key } = decodeToken(text, scope);
		if (rv > etcd.revision) throw tooLargeRevision(rv, etcd.revision);
		if (rv > 0 && rv < etcd.compactedRevision) throw expiredWithToken(key);
		return { from: key, revision: rv > 0 ? rv : undefined };
	}
	const asked = revisionOf(query.get('resourceVersion'));
	if (asked > etcd.revision) throw tooLargeRevision(asked, etcd.revision);
	const exact = query.get('resourceVersionMatch') === 'Exact';
	return { from: undefined, revision: exact ? asked : undefined };
}

/** Objects of one page, with what the client needs to go on. After storage/etcd3/store.go: GetList */
export function listPage(
	etcd: Etcd,
	registry: Registry,
	codec: Codec,
	namespace: string,
	query: URLSearchParams,
	selection: Selection,
): Page {
	const { prefix } = registry;
	const limit = Math.max(0, integerQuery(query, 'limit') ?? 0);
	const scope = registry.resource.namespaced && namespace ? `${prefix}${namespace}/` : prefix;
	const start = startOf(scope, query, etcd);
	const revision = start.revision ?? etcd.revision;
	const single = singleKey(etcd, registry, namespace, selection, start);
	if (single) return { kvs: select(single, codec, selection), revision };
	const range = readRange(etcd, scope, start, selection.selective ? 0 : limit);
	const matching = select(range.kvs, codec, selection);
	const kvs = limit > 0 ? matching.slice(0, limit) : matching;
	const last = kvs[kvs.length - 1];
	if (!last || !(range.more || matching.length > kvs.length)) return { kvs, revision };
	const next = encodeToken(revision, `${last.key}\0`);
	const rest = selection.selective ? {} : { remainingItemCount: range.count - kvs.length };
	return { kvs, revision, continue: next, ...rest };
}

function readRange(etcd: Etcd, scope: string, start: Start, limit: number): RangeResult {
	try {
		return etcd.range(scope, {
			...(start.from === undefined ? {} : { from: start.from }),
			...(start.revision === undefined ? {} : { revision: start.revision }),
			...(limit > 0 ? { limit } : {}),
		});
	} catch (error) {
		if (!(error instanceof CompactedError)) throw error;
		throw expired('The resourceVersion for the provided list is too old.');
	}
}

function singleKey(
	etcd: Etcd,
	registry: Registry,
	namespace: string,
	selection: Selection,
	start: Start,
): KeyValue[] | undefined {
	if (selection.name === undefined || start.from !== undefined || start.revision !== undefined)
		return undefined;
	if (registry.resource.namespaced && namespace === '') return undefined;
	const kv = etcd.get(registry.key(namespace, selection.name));
	return kv ? [kv] : [];
}

function select(kvs: KeyValue[], codec: Codec, { matches }: Selection): KeyValue[] {
	return matches ? kvs.filter((kv) => matches(codec.object(kv))) : kvs;
}
