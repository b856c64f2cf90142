import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sha256 } from './hash.ts';
import { writeTar } from './tar.ts';
import type { Tree } from './tree.ts';

/** All times in images: the same inputs give the same digests. */
const epoch = Date.UTC(2026, 0, 1) / 1000;

const types = {
	layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
	config: 'application/vnd.oci.image.config.v1+json',
	manifest: 'application/vnd.oci.image.manifest.v1+json',
	index: 'application/vnd.oci.image.index.v1+json',
};

export interface Descriptor {
	readonly mediaType: string;
	readonly digest: string;
	readonly size: number;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly platform?: { readonly architecture: string; readonly os: string };
}

export interface Layer {
	readonly descriptor: Descriptor;
	readonly diffId: string;
	readonly createdBy: string;
}

/** Writes an OCI image layout: one folder, many images, blobs by digest. */
export class OciLayout {
	readonly #folder: string;
	readonly #manifests: Descriptor[] = [];

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** Adds the tree as a layer's blob. */
	async layer(tree: Tree, createdBy: string): Promise<Layer> {
		const tar = writeTar(tree, epoch);
		const packed = gzipSync(tar, { level: 9 });
		packed[9] = 255; // the field that names the operating system of the packer
		const descriptor = await this.#blob(types.layer, packed);
		return { descriptor, diffId: `sha256:${sha256(tar)}`, createdBy };
	}

	/** Adds an image under its tags; `config` is its OCI configuration. */
	async image(
		name: string,
		tags: readonly string[],
		layers: readonly Layer[],
		config: Readonly<Record<string, unknown>>,
	): Promise<void> {
		const created = new Date(epoch * 1000).toISOString().replace('.000', '');
		const platform = { architecture: '386', os: 'linux' };
		const configuration = await this.#json(types.config, {
			created,
			...platform,
			config,
			rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
			history: layers.map(({ createdBy }) => ({ created, created_by: createdBy })),
		});
		const manifest = await this.#json(types.manifest, {
			schemaVersion: 2,
			mediaType: types.manifest,
			config: configuration,
			layers: layers.map((layer) => layer.descriptor),
		});
		const short = name.slice(name.lastIndexOf('/') + 1);
		for (const tag of tags) {
			const annotations = {
				'io.containerd.image.name': `${name}:${tag}`,
				'org.opencontainers.image.ref.name': `${short}:${tag}`,
			};
			this.#manifests.push({ ...manifest, platform, annotations });
		}
	}

	/** Writes the index; call it last. */
	async finish(): Promise<void> {
		const index = { schemaVersion: 2, mediaType: types.index, manifests: this.#manifests };
		await mkdir(this.#folder, { recursive: true });
		await writeFile(join(this.#folder, 'index.json'), `${JSON.stringify(index, null, '\t')}\n`);
		const version = { imageLayoutVersion: '1.0.0' };
		await writeFile(join(this.#folder, 'oci-layout'), JSON.stringify(version));
	}

	async #json(mediaType: string, value: unknown): Promise<Descriptor> {
		return this.#blob(mediaType, Buffer.from(JSON.stringify(value)));
	}

	async #blob(mediaType: string, data: Uint8Array): Promise<Descriptor> {
		const hash = sha256(data);
		const folder = join(this.#folder, 'blobs', 'sha256');
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, hash), data);
		return { mediaType, digest: `sha256:${hash}`, size: data.length };
	}
}
