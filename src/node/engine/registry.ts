import { EngineError } from '../../client/engine-error.ts';
import { sha256Digest } from './digest.ts';
import type { Descriptor, ImageIndex, ImageManifest, OciConfig } from './oci.ts';
import {
	canonicalString,
	familiarName,
	familiarString,
	fullName,
	parseReference,
	type Reference,
} from './reference.ts';
import { standIn } from './stand-in.ts';
import { trimEndOf } from '../../util/trim-end.ts';

/** The part of `fetch` that is used; under Node a reader of files can stand behind it. */
export type FetchLike = (
	url: string,
	options?: { signal?: AbortSignal },
) => Promise<{ ok: boolean; status: number; body: ReadableStream<Uint8Array<ArrayBuffer>> | null }>;

/** A manifest, and the name it is offered under when that is not the one asked for. */
export interface Resolved {
	descriptor: Descriptor;
	standIn?: string;
}

const indexType = /image\.index|manifest\.list/;

/** The names an index gives a manifest, in the canonical form. */
function names(descriptor: Descriptor): string[] {
	const given = [
		descriptor.annotations?.['io.containerd.image.name'],
		descriptor.annotations?.['org.opencontainers.image.ref.name'],
	];
	return given.flatMap((name) => (name ? [canonicalString(parseReference(name))] : []));
}

/** Images offered as one OCI image layout below a base URL: the registry of the cluster. */
export class Registry {
	readonly #base: string;
	readonly #fetch: FetchLike;

	constructor(base: string, fetch: FetchLike) {
		this.#base = trimEndOf(base, '/');
		this.#fetch = fetch;
	}
	/** What is offered under a name, or in its place; throws docker's "pull access denied" and "manifest unknown". */
	async resolve(reference: Reference, signal?: AbortSignal): Promise<Resolved> {
		const index = await this.#json<ImageIndex>('index.json', signal);
		const named = (name: Reference) =>
			index.manifests.find((entry) => names(entry).includes(canonicalString(name)));
		const exact = reference.digest
			? index.manifests.find(
					(entry) => entry.digest === reference.digest && this.#offers(entry, reference),
				)
			: named(reference);
		if (exact) return { descriptor: exact };
		const offered = index.manifests.flatMap(names).map(parseReference);
		const substitute = standIn(reference, offered);
		const descriptor = substitute && named(substitute);
		if (descriptor) return { descriptor, standIn: familiarString(substitute) };
		if (index.manifests.some((entry) => this.#offers(entry, reference)))
			throw new EngineError(
				404,
				`manifest for ${familiarString(reference)} not found: manifest unknown: manifest unknown`,
			);
		throw new EngineError(
			404,
			`pull access denied for ${familiarName(reference)}, repository does not exist or may require ` +
				`'docker login': denied: requested access to the resource is denied`,
		);
	}
	/** All that is offered, as it is written in commands: `nginx:1`. */
	async offered(): Promise<string[]> {
		const index = await this.#json<ImageIndex>('index.json');
		const all = index.manifests.flatMap(names).map((name) => familiarString(parseReference(name)));
		return [...new Set(all)].sort();
	}
	#offers(entry: Descriptor, reference: Reference): boolean {
		return names(entry).some((name) => fullName(parseReference(name)) === fullName(reference));
	}
	/** Follows an index of platforms to the one for i386. */
	async manifest(descriptor: Descriptor, signal?: AbortSignal): Promise<ImageManifest> {
		if (!indexType.test(descriptor.mediaType)) return this.#document(descriptor, signal);
		const index = await this.#document<ImageIndex>(descriptor, signal);
		const fit = index.manifests.find((entry) => entry.platform?.architecture === '386');
		if (!fit)
			throw new EngineError(404, 'no matching manifest for linux/386 in the manifest list entries');
		return this.#document(fit, signal);
	}
	config(manifest: ImageManifest, signal?: AbortSignal): Promise<OciConfig> {
		return this.#document(manifest.config, signal);
	}
	/** The bytes of a blob, in chunks; throws at the end when they do not have the digest. */
	async *blob(
		descriptor: Descriptor,
		signal?: AbortSignal,
	): AsyncGenerator<Uint8Array<ArrayBuffer>> {
		const seen: Uint8Array<ArrayBuffer>[] = [];
		for await (const chunk of await this.#open(blobPath(descriptor), signal)) {
			seen.push(chunk);
			yield chunk;
		}
		if ((await sha256Digest(seen)) !== descriptor.digest)
			throw new EngineError(
				500,
				`filesystem layer verification failed for digest ${descriptor.digest}`,
			);
	}
	async #document<T>(descriptor: Descriptor, signal?: AbortSignal): Promise<T> {
		return JSON.parse(await collectText(this.blob(descriptor, signal))) as T;
	}
	async #json<T>(path: string, signal?: AbortSignal): Promise<T> {
		return JSON.parse(await collectText(await this.#open(path, signal))) as T;
	}
	async #open(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array<ArrayBuffer>>> {
		const url = `${this.#base}/${path}`;
		const response = await this.#fetch(url, signal ? { signal } : {}).catch((error: unknown) => {
			throw signal?.aborted ? error : unreachable(url, (error as Error).message);
		});
		if (!response.ok || !response.body) throw unreachable(url, `status ${response.status}`);
		return chunksOf(response.body);
	}
}

function blobPath(descriptor: Descriptor): string {
	return `blobs/${descriptor.digest.replace(':', '/')}`;
}

function unreachable(url: string, why: string): EngineError {
	return new EngineError(500, `Get "${url}": ${why}`);
}

async function collectText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
	return text + decoder.decode();
}

/** Iterates a stream with its reader: not every browser iterates streams themselves. */
export async function* chunksOf<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
	const reader = stream.getReader();
	try {
		for (;;) {
			const step = await reader.read();
			if (step.done) return;
			yield step.value;
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

/** Not a Blob's stream: that one comes from another process, and waits for its turn with every chunk. */
export function streamOf<T>(chunks: Iterable<T>): ReadableStream<T> {
	const rest = chunks[Symbol.iterator]();
	return new ReadableStream({
		pull: (controller) => {
			const next = rest.next();
			if (next.done) controller.close();
			else controller.enqueue(next.value);
		},
	});
}
