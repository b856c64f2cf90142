import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { LayerStore, TreeEntry } from '../../src/node/engine/layer-store.ts';
import type { FetchLike } from '../../src/node/engine/registry.ts';

/** One member of a hand-made archive. */
export interface Member {
	path: string;
	type?: string;
	data?: string;
	mode?: number;
	link?: string;
}

/** A ustar archive, written independently of the reader. */
export function makeTar(members: readonly Member[]): Buffer {
	const blocks = members.flatMap(({ path, type = '0', data = '', mode = 0o644, link = '' }) => {
		const header = Buffer.alloc(512);
		const body = Buffer.from(data);
		header.write(path, 0);
		header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
		header.write('0000000\0'.repeat(2), 108);
		header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
		header.write(`${(1_700_000_000).toString(8).padStart(11, '0')}\0`, 136);
		header.write('        ', 148);
		header.write(type, 156);
		header.write(link, 157);
		header.write('ustar\x0000', 257);
		const sum = header.reduce((total, byte) => total + byte, 0);
		header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
		return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
	});
	return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export interface MadeImage {
	name: string;
	layers: readonly (readonly Member[])[];
	config?: Record<string, unknown>;
}

/** An OCI layout in memory, served by a `fetch` of its own. */
export class MemoryLayout {
	readonly files = new Map<string, Buffer>();
	readonly requests: string[] = [];
	readonly #manifests: unknown[] = [];
	/** What a request for a layer waits for. */
	stall: ((signal: AbortSignal) => Promise<void>) | undefined;

	add({ name, layers, config = {} }: MadeImage): void {
		const archives = layers.map(makeTar);
		const manifest = this.#blob(
			JSON.stringify({
				config: this.#blob(
					JSON.stringify({
						created: '2026-01-02T03:04:05Z',
						architecture: '386',
						os: 'linux',
						config,
						rootfs: { type: 'layers', diff_ids: archives.map(digest) },
						history: layers.map((_, i) => ({ created_by: `layer ${i}` })),
					}),
				),
				layers: archives.map((tar) =>
					this.#blob(gzipSync(tar), 'application/vnd.oci.image.layer.v1.tar+gzip'),
				),
			}),
			'application/vnd.oci.image.manifest.v1+json',
		);
		const annotations = { 'org.opencontainers.image.ref.name': name };
		this.#manifests.push({ ...manifest, annotations });
		this.files.set('index.json', Buffer.from(JSON.stringify({ manifests: this.#manifests })));
	}
	#blob(content: string | Buffer, mediaType = 'application/json') {
		const bytes = Buffer.from(content);
		const id = digest(bytes);
		this.files.set(`blobs/${id.replace(':', '/')}`, bytes);
		return { mediaType, digest: id, size: bytes.length };
	}
	readonly fetch: FetchLike = async (url, { signal } = {}) => {
		const path = url.replace('http://registry/', '');
		this.requests.push(path);
		const bytes = this.files.get(path);
		if (bytes?.[0] === 0x1f && signal) await this.stall?.(signal);
		if (!bytes) return { ok: false, status: 404, body: null };
		return { ok: true, status: 200, body: new Blob([new Uint8Array(bytes)]).stream() };
	};
}

function digest(bytes: Buffer): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Keeps written trees. */
export class MemoryLayers implements LayerStore {
	readonly trees = new Map<string, readonly TreeEntry[]>();

	async writeTree(layerId: string, entries: readonly TreeEntry[]): Promise<void> {
		this.trees.set(layerId, entries);
	}
	async remove(layerId: string): Promise<void> {
		this.trees.delete(layerId);
	}
	directory(layerId: string): string {
		return `/share/${layerId}`;
	}
}
