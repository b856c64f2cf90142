import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from './hash.ts';

/** What an artefact folder says about itself, in `manifest.json`. */
export interface Manifest {
	readonly format: 1;
	readonly hash: string;
	readonly node: {
		readonly state: {
			readonly file: string;
			readonly bytes: number;
			readonly sha256: string;
			readonly rawBytes: number;
		};
		readonly memory: number;
		readonly availableMemoryKiB: number;
		readonly kernelRelease: string;
	};
	readonly registry: { readonly path: string };
	readonly boot: { readonly log: string };
	readonly sources: {
		readonly kernel: { readonly package: string; readonly version: string };
		readonly compiled: Readonly<Record<string, string>>;
		readonly packages: Readonly<Record<string, string>>;
	};
}

/** Reads a manifest's text; an unknown format or a missing part is an error that says so. */
export function parseManifest(text: string, where: string): Manifest {
	let manifest: Partial<Manifest>;
	try {
		manifest = JSON.parse(text) as Partial<Manifest>;
	} catch {
		throw new Error(`${where} is not JSON`);
	}
	if (manifest.format !== 1) {
		throw new Error(
			`${where} has the format ${String(manifest.format)}; this version reads format 1`,
		);
	}
	if (manifest.node?.state.file === undefined || manifest.registry?.path === undefined) {
		throw new Error(`${where} is incomplete: it names no state or no registry`);
	}
	return manifest as Manifest;
}

/** Checks an artefact folder: its manifest, the state's digest, and every blob of the registry the index names. */
export async function checkFolder(folder: string): Promise<Manifest> {
	const file = join(folder, 'manifest.json');
	const text = await readFile(file, 'utf8').catch(() => {
		throw new Error(`${folder} holds no built images: there is no manifest.json`);
	});
	const manifest = parseManifest(text, file);
	const { state } = manifest.node;
	await checkDigest(join(folder, state.file), state.sha256);
	for (const path of await registryFiles((name) =>
		readFile(join(folder, manifest.registry.path, name)),
	)) {
		const digest = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
		if (digest !== undefined) await checkDigest(join(folder, manifest.registry.path, path), digest);
	}
	return manifest;
}

async function checkDigest(file: string, expected: string): Promise<void> {
	const data = await readFile(file).catch(() => {
		throw new Error(`${file} is missing`);
	});
	const found = sha256(data);
	if (found !== expected) {
		throw new Error(`${file} is damaged: its SHA-256 is ${found}, the manifest says ${expected}`);
	}
}

interface Descriptor {
	readonly digest: string;
}

/** All files of an OCI layout, found by following its index. */
export async function registryFiles(
	read: (path: string) => Promise<Uint8Array>,
): Promise<readonly string[]> {
	const files = new Set(['oci-layout', 'index.json']);
	const json = async (path: string): Promise<unknown> => {
		files.add(path);
		return JSON.parse(Buffer.from(await read(path)).toString('utf8'));
	};
	const index = (await json('index.json')) as { readonly manifests: readonly Descriptor[] };
	for (const image of index.manifests) {
		const manifest = (await json(blobPath(image))) as {
			readonly config: Descriptor;
			readonly layers: readonly Descriptor[];
		};
		for (const part of [manifest.config, ...manifest.layers]) files.add(blobPath(part));
	}
	return [...files];
}

function blobPath({ digest }: Descriptor): string {
	return `blobs/${digest.replace(':', '/')}`;
}
