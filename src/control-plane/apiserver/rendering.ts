import { stringify } from 'yaml';
import type { KubeObject, WatchEventType } from '../../api/kubernetes.ts';
import type { Headers, HttpResponse } from '../../api/transport.ts';
import { apiVersionOf } from '../../client/resources.ts';
import { StatusError } from '../../client/status.ts';
import { jsonText } from './codec.ts';
import type { Page } from './list.ts';
import { negotiate, type Negotiated } from './negotiation.ts';
import type { Served } from './served.ts';
import type { Column } from './table.ts';
import type { LineWriter } from './watch.ts';

const jsonHeaders: Headers = {
	'content-type': 'application/json',
	'cache-control': 'no-cache, private',
};

/** An answer with a JSON body. */
export function jsonResponse(status: number, value: unknown, headers: Headers = {}): HttpResponse {
	const body = typeof value === 'string' ? value : JSON.stringify(value);
	return { status, headers: { ...jsonHeaders, ...headers }, body };
}

/** Whether a person is likely to read the answer. After apiserver/pkg/endpoints/handlers/responsewriters: isPrettyPrint */
export function isPretty(headers: Headers, query: URLSearchParams): boolean {
	const asked = query.get('pretty');
	if (asked !== null && asked !== '') return asked !== 'false' && asked !== '0';
	return /^(curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '');
}

/** The same answer with its JSON indented. */
export function indented(response: HttpResponse): HttpResponse {
	const { body, headers } = response;
	if (typeof body !== 'string' || !headers['content-type']?.startsWith('application/json'))
		return response;
	return { ...response, body: `${JSON.stringify(JSON.parse(body), null, 2)}\n` };
}

/** The same answer in YAML. */
export function inYaml(response: HttpResponse): HttpResponse {
	const { body, headers } = response;
	if (typeof body !== 'string' || !headers['content-type']?.startsWith('application/json'))
		return response;
	const text = stringify(JSON.parse(body), {
		// Go's reader is of the older version: `on` and times are not texts there unless they are quoted.
		schema: 'yaml-1.1',
		sortMapEntries: true,
		indentSeq: false,
		lineWidth: 0,
		aliasDuplicateObjects: false,
	});
	return { ...response, headers: { ...headers, 'content-type': 'application/yaml' }, body: text };
}

interface Table {
	kind: 'Table';
	apiVersion: string;
	metadata: unknown;
	columnDefinitions?: Column[];
	rows: unknown[];
}

/** Writes objects, lists and watch events in the shape one request asked for. */
export class Rendering {
	readonly #served: Served;
	readonly #negotiated: Negotiated;
	readonly #include: string;
	readonly #now: number;

	constructor(served: Served, headers: Headers, query: URLSearchParams, now: number) {
		const negotiated = negotiate(headers);
		if (!negotiated) throw notAcceptable();
		this.#served = served;
		this.#negotiated = negotiated;
		this.#include = query.get('includeObject') ?? 'Metadata';
		this.#now = now;
	}

	object(object: KubeObject): string {
		const { shape } = this.#negotiated;
		if (shape === 'object') return jsonText(object);
		if (shape === 'partial') return JSON.stringify(this.#partial(object));
		const { resourceVersion } = object.metadata;
		return JSON.stringify(this.#table([object], { resourceVersion }, this.#now, true));
	}

	list(page: Page): string {
		const served = this.#served;
		const metadata = {
			resourceVersion: String(page.revision),
			...(page.continue === undefined ? {} : { continue: page.continue }),
			...(page.remainingItemCount === undefined
				? {}
				: { remainingItemCount: page.remainingItemCount }),
		};
		if (this.#negotiated.shape === 'object') {
			const head = `{"kind":"${served.resource.kind}List","apiVersion":"${apiVersionOf(served.resource)}"`;
			const items = page.kvs.map((kv) => served.codec.json(kv)).join(',');
			return `${head},"metadata":${JSON.stringify(metadata)},"items":[${items}]}`;
		}
		const objects = page.kvs.map((kv) => served.codec.object(kv));
		if (this.#negotiated.shape === 'table')
			return JSON.stringify(this.#table(objects, metadata, this.#now, true));
		return JSON.stringify({
			kind: 'PartialObjectMetadataList',
			apiVersion: `meta.k8s.io/${this.#negotiated.metaVersion}`,
			metadata,
			items: objects.map((object) => this.#partial(object)),
		});
	}

	/** `undefined` for plain objects; column definitions go out with the first event only. */
	lineWriter(now: () => number): LineWriter | undefined {
		const { shape } = this.#negotiated;
		if (shape === 'object') return undefined;
		let first = true;
		return (type: WatchEventType, object: KubeObject) => {
			const shown =
				shape === 'partial' ? this.#partial(object) : this.#tableEvent(type, object, now(), first);
			first = false;
			return `${JSON.stringify({ type, object: shown })}\n`;
		};
	}

	#tableEvent(type: WatchEventType, object: KubeObject, now: number, first: boolean): Table {
		const { resourceVersion } = object.metadata;
		if (type !== 'BOOKMARK') return this.#table([object], { resourceVersion }, now, first);
		const table = this.#table([], { resourceVersion }, now, first);
		const partial = this.#partial(object);
		return { ...table, rows: [{ cells: [], object: partial }] };
	}

	#table(objects: KubeObject[], metadata: unknown, now: number, columns: boolean): Table {
		const { table } = this.#served;
		return {
			kind: 'Table',
			apiVersion: `meta.k8s.io/${this.#negotiated.metaVersion}`,
			metadata,
			...(columns ? { columnDefinitions: table.columns } : {}),
			rows: objects.map((object) => ({
				cells: table.cells(object, now),
				...this.#rowObject(object),
			})),
		};
	}

	#rowObject(object: KubeObject): { object?: unknown } {
		if (this.#include === 'None') return {};
		return { object: this.#include === 'Object' ? object : this.#partial(object) };
	}

	#partial(object: KubeObject): unknown {
		return {
			kind: 'PartialObjectMetadata',
			apiVersion: `meta.k8s.io/${this.#negotiated.metaVersion}`,
			metadata: object.metadata,
		};
	}
}

/** 406: the body can be sent in none of the forms the client takes. */
export function notAcceptable(types = 'application/json, application/yaml'): StatusError {
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message: `only the following media types are accepted: ${types}`,
		reason: 'NotAcceptable',
		code: 406,
	});
}
