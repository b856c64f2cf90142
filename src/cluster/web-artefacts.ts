import {
	DownloadError,
	supportedFormat,
	type Artefacts,
	type DownloadProgress,
	type ImageManifest,
	type LoadedArtefacts,
} from './artefacts.ts';

type Report = (progress: DownloadProgress) => void;

const cacheName = 'drydock-images';

/** Fetches the artefacts that lie beside the page; the saved state is kept in Cache Storage where allowed. */
export class WebArtefacts implements Artefacts {
	readonly #base: URL;

	/** `base`: the page's folder of artefacts, `…/images/`. */
	constructor(base: URL) {
		this.#base = base;
	}

	async load(progress: Report): Promise<LoadedArtefacts> {
		const manifest = await this.#manifest();
		const [wasm, state] = await Promise.all([
			this.#wasm(progress),
			this.#state(manifest, progress),
		]);
		return { wasm, state, registry: new URL(`${manifest.registry.path}/`, this.#base).href };
	}

	async #manifest(): Promise<ImageManifest> {
		const response = await get(new URL('manifest.json', this.#base), 'no-cache');
		const manifest = (await response.json()) as ImageManifest;
		if (manifest.format !== supportedFormat)
			throw new Error(
				`the images have format ${manifest.format}, this page reads ${supportedFormat}`,
			);
		return manifest;
	}

	/** Compressed by the build, since not every static host compresses. */
	async #wasm(progress: Report): Promise<WebAssembly.Module> {
		const response = await get(new URL('../emulator.wasm.gz', this.#base), 'default');
		const packed = await read(response, 0, (done, total) =>
			progress({ what: 'emulator', bytes: done, total, cached: false }),
		);
		return WebAssembly.compile(await unpacked(packed));
	}

	async #state(manifest: ImageManifest, progress: Report): Promise<ArrayBuffer> {
		const { file, bytes: size, sha256 } = manifest.node.state;
		const url = new URL(`${file}?${sha256.slice(0, 16)}`, this.#base);
		const cache = await openCache();
		const hit = await cache?.match(url).catch(() => undefined);
		const kept = await hit?.arrayBuffer().catch(() => undefined);
		if (kept?.byteLength === size) {
			progress({ what: 'state', bytes: size, total: size, cached: true });
			return kept;
		}
		const bytes = await read(await get(url, 'default'), size, (done, total) =>
			progress({ what: 'state', bytes: done, total, cached: false }),
		);
		if (bytes.byteLength !== size)
			throw new DownloadError(
				`${file} has ${bytes.byteLength} bytes, the manifest says ${size}: reload the page`,
			);
		await keep(cache, url, bytes);
		return bytes;
	}
}

/** Storage may be blocked or throw on sight (a course page's frame): then nothing is cached. */
async function openCache(): Promise<Cache | undefined> {
	try {
		return await caches.open(cacheName);
	} catch {
		return undefined;
	}
}

/** Keeps only this state: an older image is of no use to a newer page. */
async function keep(cache: Cache | undefined, url: URL, bytes: ArrayBuffer): Promise<void> {
	if (!cache) return;
	try {
		for (const old of await cache.keys()) await cache.delete(old);
		await cache.put(url, new Response(bytes.slice(0)));
	} catch {
		// A full or forbidden store costs a download next time, nothing else.
	}
}

async function get(url: URL, cache: RequestCache): Promise<Response> {
	const response = await fetch(url, { cache }).catch((error: unknown) => broken(url.href, error));
	if (!response.ok) throw new DownloadError(`could not fetch ${url.href}: HTTP ${response.status}`);
	return response;
}

function broken(href: string, error: unknown): never {
	throw new DownloadError(`could not fetch ${href}: ${(error as Error).message}`);
}

/** Reads a body with true byte counts. `size` is what to expect when the server does not say. */
async function read(
	response: Response,
	size: number,
	progress: (done: number, total: number) => void,
): Promise<ArrayBuffer> {
	const total = size || Number(response.headers.get('content-length') ?? 0);
	const chunks: Uint8Array<ArrayBuffer>[] = [];
	let done = 0;
	const reader = response.body?.getReader();
	const next = () => reader?.read().catch((error: unknown) => broken(response.url, error));
	for (let part = await next(); part && !part.done; part = await next()) {
		chunks.push(part.value);
		done += part.value.length;
		progress(done, Math.max(total, done));
	}
	return new Blob(chunks).arrayBuffer();
}

/** A host that sends `.gz` files as encoded content has unpacked them already. */
async function unpacked(bytes: ArrayBuffer): Promise<ArrayBuffer> {
	const [first, second] = new Uint8Array(bytes, 0, 2);
	if (first !== 0x1f || second !== 0x8b) return bytes;
	return new Response(
		new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')),
	).arrayBuffer();
}
