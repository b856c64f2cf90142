import {
	DownloadError,
	supportedFormat,
	type Artefacts,
	type DownloadProgress,
	type ImageManifest,
	type LoadedArtefacts,
} from './artefacts.ts';
import type { Clock } from '../util/clock.ts';
import { resumable } from './resumable-download.ts';

type Report = (progress: DownloadProgress) => void;

const cacheName = 'drydock-images';

/** Fetches the artefacts that lie beside the page; the large ones are kept in Cache Storage where allowed. */
export class WebArtefacts implements Artefacts {
	readonly #base: URL;
	readonly #clock: Clock;
	/** From the first time that all came: the next machines of this page start from the same. */
	#loaded: LoadedArtefacts | undefined;
	readonly #last = new Map<DownloadProgress['what'], DownloadProgress>();

	/** `base`: the page's folder of artefacts, `…/images/`. */
	constructor(base: URL, clock: Clock) {
		this.#base = base;
		this.#clock = clock;
	}

	async load(progress: Report): Promise<LoadedArtefacts> {
		if (this.#loaded) for (const one of this.#last.values()) progress({ ...one, cached: true });
		return (this.#loaded ??= await this.#load((one) => {
			this.#last.set(one.what, one);
			progress(one);
		}));
	}

	async #load(progress: Report): Promise<LoadedArtefacts> {
		const manifest = await this.#manifest();
		const { file, bytes: size, sha256 } = manifest.node.state;
		// The images are built for one emulator: their hash names it, too.
		const emulator = new URL(`../emulator.wasm.gzip?${manifest.hash.slice(0, 16)}`, this.#base);
		const saved = new URL(`${file}?${sha256.slice(0, 16)}`, this.#base);
		const cache = await openCache([emulator, saved]);
		const [packed, state] = await Promise.all([
			download(this.#clock, cache, emulator, 0, (figures) =>
				progress({ what: 'emulator', ...figures }),
			),
			download(this.#clock, cache, saved, size, (figures) =>
				progress({ what: 'state', ...figures }),
			),
		]);
		if (state.byteLength !== size)
			throw new DownloadError(
				`${file} has ${state.byteLength} bytes, the manifest says ${size}: reload the page`,
			);
		const wasm = await WebAssembly.compile(await unpacked(packed));
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
}

type Figures = Omit<DownloadProgress, 'what'>;

/** From the cache, or else from the host; `size` is what to expect when it does not say, or 0. */
async function download(
	clock: Clock,
	cache: Cache | undefined,
	url: URL,
	size: number,
	progress: (figures: Figures) => void,
): Promise<ArrayBuffer> {
	const hit = await cache?.match(url).catch(() => undefined);
	const kept = await hit?.arrayBuffer().catch(() => undefined);
	if (kept && (size === 0 || kept.byteLength === size)) {
		progress({ bytes: kept.byteLength, total: kept.byteLength, cached: true });
		return kept;
	}
	const bytes = await resumable(clock, url, size, (done, total) =>
		progress({ bytes: done, total, cached: false }),
	);
	// A full or forbidden store costs a download next time, nothing else.
	await cache?.put(url, new Response(bytes.slice(0))).catch(() => undefined);
	return bytes;
}

/**
 * Holds only what this page wants: an older image is of no use to a newer page. Storage may be blocked or
 * throw on sight (a course page's frame): then nothing is cached.
 */
async function openCache(wanted: URL[]): Promise<Cache | undefined> {
	try {
		const cache = await caches.open(cacheName);
		for (const old of await cache.keys())
			if (!wanted.some((url) => url.href === old.url)) await cache.delete(old);
		return cache;
	} catch {
		return undefined;
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

/** A host that sends `.gz` files as encoded content has unpacked them already. */
async function unpacked(bytes: ArrayBuffer): Promise<ArrayBuffer> {
	const [first, second] = new Uint8Array(bytes, 0, 2);
	if (first !== 0x1f || second !== 0x8b) return bytes;
	return new Response(
		new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')),
	).arrayBuffer();
}
