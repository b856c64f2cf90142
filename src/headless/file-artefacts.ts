import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
	supportedFormat,
	type Artefacts,
	type DownloadProgress,
	type ImageManifest,
	type LoadedArtefacts,
} from '../cluster/artefacts.ts';

/** The artefacts of a folder on this machine. */
export class FileArtefacts implements Artefacts {
	readonly #folder: string;
	readonly #wasm: string;

	constructor(folder: string, wasm: string) {
		this.#folder = folder;
		this.#wasm = wasm;
	}

	async load(progress: (progress: DownloadProgress) => void): Promise<LoadedArtefacts> {
		const text = await readFile(join(this.#folder, 'manifest.json'), 'utf8');
		const manifest = JSON.parse(text) as ImageManifest;
		if (manifest.format !== supportedFormat)
			throw new Error(`${this.#folder} has format ${manifest.format}, wanted ${supportedFormat}`);
		const [state, code] = await Promise.all([
			readFile(join(this.#folder, manifest.node.state.file)),
			readFile(this.#wasm),
		]);
		progress({ what: 'state', bytes: state.length, total: state.length, cached: true });
		return {
			state: state.buffer.slice(state.byteOffset, state.byteOffset + state.length),
			wasm: await WebAssembly.compile(code),
			registry: `${pathToFileURL(join(this.#folder, manifest.registry.path)).href}/`,
		};
	}
}
