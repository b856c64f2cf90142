import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { cached } from './cache.ts';
import { keyOf } from './hash.ts';
import { checkFolder, parseManifest, registryFiles, type Manifest } from './manifest.ts';

export interface Prebuilt {
	readonly folder: string;
	readonly manifest: Manifest;
}

/** Uses the images DRYDOCK_IMAGES names, a folder or an http(s) address of one, after checking every digest. */
export async function usePrebuilt(place: string): Promise<Prebuilt> {
	try {
		const folder = /^https?:\/\//.test(place) ? await download(place) : resolve(place);
		return { folder, manifest: await checkFolder(folder) };
	} catch (error) {
		throw new Error(`DRYDOCK_IMAGES=${place}: ${(error as Error).message}`, { cause: error });
	}
}

async function download(address: string): Promise<string> {
	const base = address.endsWith('/') ? address : `${address}/`;
	const text = (await get(`${base}manifest.json`)).toString('utf8');
	const manifest = parseManifest(text, `${base}manifest.json`);
	return cached(`prebuilt-${keyOf([text])}`, async (target) => {
		const save = async (path: string): Promise<Buffer> => {
			const data = await get(base + path);
			const file = join(target, path);
			if (!file.startsWith(`${target}/`)) throw new Error(`a path leaves the folder: ${path}`);
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, data);
			return data;
		};
		const { path } = manifest.registry;
		const files = await registryFiles(async (name) => save(`${path}/${name}`));
		for (const name of files) await save(`${path}/${name}`);
		for (const name of [manifest.node.state.file, manifest.boot.log, 'THIRD-PARTY.txt'])
			await save(name);
		await writeFile(join(target, 'manifest.json'), text);
		await checkFolder(target);
	});
}

async function get(address: string): Promise<Buffer> {
	const response = await fetch(address);
	if (!response.ok) throw new Error(`${address} answers ${response.status} ${response.statusText}`);
	return Buffer.from(await response.arrayBuffer());
}
