import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Image, ImageLayer, PullProgress } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { sha256Digest } from './digest.ts';
import { makeImage } from './image-config.ts';
import type { ImageStore } from './image-store.ts';
import type { TreeEntry } from './layer-store.ts';
import type { LayerTable } from './layer-table.ts';
import type { Descriptor, OciConfig } from './oci.ts';
import { familiarName, familiarString, parseReference } from './reference.ts';
import { chunksOf, streamOf, type Registry } from './registry.ts';
import { readTar } from './tar.ts';

type Report = (progress: PullProgress) => void;

interface PendingLayer {
	descriptor: Descriptor;
	diffId: string;
	chainId: string;
	/** Chain ids of the layers below, lowest first. */
	below: string[];
}

const parallelDownloads = 3;

/** The identity of a stack of layers. After the OCI image specification: Layer ChainID. */
function chainIds(diffIds: readonly string[]): string[] {
	const chains: string[] = [];
	for (const diffId of diffIds) {
		const below = chains.at(-1);
		chains.push(below ? `sha256:${bytesToHex(sha256(utf8ToBytes(`${below} ${diffId}`)))}` : diffId);
	}
	return chains;
}

/** Fetches images layer by layer; a layer that is wanted twice is fetched once. */
export class Puller {
	readonly #registry: Registry;
	readonly #images: ImageStore;
	readonly #layers: LayerTable;
	readonly #inFlight = new Map<string, Promise<void>>();

	constructor(registry: Registry, images: ImageStore, layers: LayerTable) {
		this.#registry = registry;
		this.#images = images;
		this.#layers = layers;
	}
	/** Names of what can be pulled. */
	offered(): Promise<string[]> {
		return this.#registry.offered();
	}
	async pull(ref: string, report: Report, signal?: AbortSignal): Promise<Image> {
		const reference = parseReference(ref);
		const name = familiarString(reference);
		report({ phase: 'resolving', ref: name });
		const { descriptor, standIn } = await this.#registry.resolve(reference, signal);
		const told = { digest: descriptor.digest, ref: name, ...noteOf(name, standIn) };
		const byDigest = `${familiarName(reference)}@${descriptor.digest}`;
		const known = this.#images.find(name);
		if (known?.digests.includes(byDigest)) {
			report({ phase: 'up-to-date', ...told });
			return known;
		}
		const names = [byDigest, ...(reference.digest ? [] : [name])];
		const image = await this.#fetch(descriptor, names, report, signal);
		report({ phase: 'pulled', ...told });
		return image;
	}
	/** The layers are held from before they are looked for: no removal of another image takes them meanwhile. */
	async #fetch(
		descriptor: Descriptor,
		names: readonly string[],
		report: Report,
		signal?: AbortSignal,
	): Promise<Image> {
		const manifest = await this.#registry.manifest(descriptor, signal);
		const config = await this.#registry.config(manifest, signal);
		const pending = plan(manifest.layers, config);
		const chain = pending.map((layer) => layer.chainId);
		this.#layers.hold(chain);
		try {
			await this.#fetchLayers(pending, report, signal);
		} catch (error) {
			await this.#layers.release(chain);
			throw error;
		}
		const id = manifest.config.digest;
		const known = this.#images.find(id);
		const image = known ?? makeImage(id, config, pending.map(this.#imageLayer, this));
		this.#images.add(image);
		for (const name of names) this.#images.tag(image, parseReference(name));
		if (known) await this.#layers.release(chain);
		return image;
	}
	#imageLayer({ diffId, chainId }: PendingLayer): ImageLayer {
		const size = this.#layers.size(chainId);
		return { diffId, chainId, directory: this.#layers.directory(chainId), size };
	}
	/** Downloads run side by side, unpacking goes from the lowest layer up. */
	async #fetchLayers(pending: PendingLayer[], report: Report, signal?: AbortSignal): Promise<void> {
		const missing = pending.filter((layer) => !this.#layers.has(layer.chainId));
		for (const layer of pending)
			report(progress(layer, missing.includes(layer) ? 'waiting' : 'exists', 0));
		const slots = new Slots(parallelDownloads);
		let below = Promise.resolve();
		const download = (layer: PendingLayer) =>
			slots.run(() => this.#download(layer, report, signal));
		const all = missing.map((layer) => (below = this.#obtain(layer, below, download, report)));
		// What still runs when one has failed ends before the layers are let go.
		const ends = await Promise.allSettled(all);
		for (const end of ends) if (end.status === 'rejected') throw end.reason;
	}
	/** Waits for another pull of the same layer; when that one gives up, the layer is fetched for this one. */
	#obtain(
		layer: PendingLayer,
		below: Promise<void>,
		download: (layer: PendingLayer) => Promise<Uint8Array<ArrayBuffer>[]>,
		report: Report,
	): Promise<void> {
		const already = this.#inFlight.get(layer.chainId);
		if (already)
			return already.then(
				() => report(progress(layer, 'exists', 0)),
				() => this.#obtain(layer, below, download, report),
			);
		const bytes = download(layer);
		bytes.catch(() => undefined);
		const done = below.then(async () => this.#extract(layer, await bytes, report));
		this.#remember(layer.chainId, done);
		return done;
	}
	#remember(chainId: string, done: Promise<void>): void {
		this.#inFlight.set(chainId, done);
		const forget = () => this.#inFlight.delete(chainId);
		done.then(forget, forget);
	}
	async #download(
		layer: PendingLayer,
		report: Report,
		signal?: AbortSignal,
	): Promise<Uint8Array<ArrayBuffer>[]> {
		const chunks: Uint8Array<ArrayBuffer>[] = [];
		let done = 0;
		for await (const chunk of this.#registry.blob(layer.descriptor, signal)) {
			chunks.push(chunk);
			done += chunk.length;
			report(progress(layer, 'downloading', done));
		}
		report(progress(layer, 'verifying', done));
		return chunks;
	}
	async #extract(
		layer: PendingLayer,
		chunks: Uint8Array<ArrayBuffer>[],
		report: Report,
	): Promise<void> {
		const total = layer.descriptor.size;
		report(progress(layer, 'extracting', 0));
		const entries: TreeEntry[] = [];
		const seen: Uint8Array<ArrayBuffer>[] = [];
		const plain = tee(unpack(layer.descriptor, chunks), (chunk) => seen.push(chunk));
		for await (const entry of readTar(plain)) entries.push(entry);
		if ((await sha256Digest(seen)) !== layer.diffId)
			throw new EngineError(500, `layer ${shortDigest(layer)} does not match its diff id`);
		await this.#layers.add(layer.chainId, layer.diffId, entries, layer.below);
		report(progress(layer, 'extracting', total));
		report(progress(layer, 'complete', total));
	}
}

/** Unlike Docker: a version that is not here is another one, and whoever pulls it is told. */
function noteOf(name: string, standIn: string | undefined): { note?: string } {
	return standIn ? { note: `${name} is not in this registry: ${standIn} stands in for it` } : {};
}

function plan(descriptors: readonly Descriptor[], config: OciConfig): PendingLayer[] {
	const diffIds = config.rootfs.diff_ids;
	const chains = chainIds(diffIds);
	if (diffIds.length !== descriptors.length)
		throw new EngineError(500, 'layers from manifest do not match image configuration');
	return descriptors.map((descriptor, i) => ({
		descriptor,
		diffId: diffIds[i] ?? '',
		chainId: chains[i] ?? '',
		below: chains.slice(0, i),
	}));
}

type LayerPhase = Extract<PullProgress, { layer: string }>['phase'];

function progress(layer: PendingLayer, phase: LayerPhase, done: number): PullProgress {
	return { phase, layer: shortDigest(layer), done, total: layer.descriptor.size };
}

function shortDigest(layer: PendingLayer): string {
	return layer.descriptor.digest.slice(7, 19);
}

function unpack(
	descriptor: Descriptor,
	chunks: Uint8Array<ArrayBuffer>[],
): AsyncIterable<Uint8Array<ArrayBuffer>> {
	const bytes = streamOf(chunks);
	if (/gzip$/.test(descriptor.mediaType))
		return chunksOf(bytes.pipeThrough(new DecompressionStream('gzip')));
	if (/tar$/.test(descriptor.mediaType)) return chunksOf(bytes);
	throw new EngineError(500, `unsupported media type ${descriptor.mediaType}`);
}

async function* tee<T>(source: AsyncIterable<T>, see: (chunk: T) => void): AsyncGenerator<T> {
	for await (const chunk of source) {
		see(chunk);
		yield chunk;
	}
}

/** Lets only so many run at once. */
class Slots {
	#free: number;
	readonly #waiting: (() => void)[] = [];

	constructor(count: number) {
		this.#free = count;
	}
	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.#free > 0) this.#free--;
		else await new Promise<void>((resolve) => this.#waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.#waiting.shift();
			if (next) next();
			else this.#free++;
		}
	}
}
