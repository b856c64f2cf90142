import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Headers, HttpResponse } from '../../api/transport.ts';
import { SchemaCollector } from './openapi-schema.ts';
import { resourcePaths } from './openapi-paths.ts';
import type { Dict } from './json-value.ts';
import type { ServedKind } from './served-kinds.ts';
import { version } from './version.ts';

/** The smallest OpenAPI v2 document in protobuf: `{swagger: "2.0", info: {title: "", version: ""}}`. */
const openApiV2 = Uint8Array.from([
	0x0a, 0x03, 0x32, 0x2e, 0x30, 0x12, 0x04, 0x0a, 0x00, 0x12, 0x00, 0x42, 0x00,
]);

interface Document {
	text: string;
	hash: string;
}

/** The description of the API that clients validate, patch and explain with. After kube-openapi/pkg/handler3 */
export class OpenApi {
	readonly #kinds: ServedKind[];
	readonly #documents = new Map<string, Document>();
	#index: Document | undefined;

	constructor(kinds: ServedKind[]) {
		this.#kinds = kinds;
	}

	/** `undefined` when the path is not below /openapi. */
	answer(path: string, headers: Headers): HttpResponse | undefined {
		if (path === '/openapi/v2') return v2();
		if (path === '/openapi/v3') return answerWith(this.#indexDocument(), headers, {});
		if (!path.startsWith('/openapi/v3/')) return undefined;
		const document = this.#document(path.slice('/openapi/v3/'.length));
		if (!document) return undefined;
		return answerWith(document, headers, {
			'cache-control': 'public, immutable',
			expires: 'Fri, 31 Dec 2100 00:00:00 GMT',
		});
	}

	#groups(): string[] {
		return [...new Set(this.#kinds.map(groupPath))];
	}

	#indexDocument(): Document {
		if (this.#index) return this.#index;
		const paths = this.#groups().map((group) => [
			group,
			{ serverRelativeURL: `/openapi/v3/${group}?hash=${this.#document(group)?.hash}` },
		]);
		return (this.#index = document({ paths: Object.fromEntries(paths) as Dict }));
	}

	#document(group: string): Document | undefined {
		const known = this.#documents.get(group);
		if (known) return known;
		const kinds = this.#kinds.filter((kind) => groupPath(kind) === group);
		if (kinds.length === 0) return undefined;
		const collector = new SchemaCollector();
		const paths: Dict = {};
		for (const kind of kinds)
			Object.assign(paths, resourcePaths(kind.resource, collector.addKind(kind)));
		const made = document({
			openapi: '3.0.0',
			info: { title: 'Kubernetes', version: version.gitVersion },
			paths,
			components: { schemas: collector.schemas },
		});
		this.#documents.set(group, made);
		return made;
	}
}

function groupPath({ resource }: ServedKind): string {
	return resource.group === ''
		? `api/${resource.version}`
		: `apis/${resource.group}/${resource.version}`;
}

function document(value: Dict): Document {
	const text = JSON.stringify(value);
	return { text, hash: bytesToHex(sha256(utf8ToBytes(text))).toUpperCase() };
}

function answerWith({ text, hash }: Document, headers: Headers, more: Headers): HttpResponse {
	const etag = `"${hash}"`;
	const known = (headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim() === etag);
	const shared = { etag, vary: 'Accept', ...more };
	if (known) return { status: 304, headers: shared, body: '' };
	return { status: 200, headers: { 'content-type': 'application/json', ...shared }, body: text };
}

/** Enough for clients that insist on v2 before they use server-side validation. */
function v2(): HttpResponse {
	const type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
	return { status: 200, headers: { 'content-type': type }, body: openApiV2 };
}
