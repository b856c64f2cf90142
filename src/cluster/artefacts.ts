/** What `images/build` writes as `manifest.json`, as far as a cluster needs it. */
export interface ImageManifest {
	format: number;
	hash: string;
	node: {
		state: { file: string; bytes: number; sha256: string; rawBytes: number };
		memory: number;
	};
	registry: { path: string };
}

export interface LoadedArtefacts {
	/** zstd, as it was fetched. */
	state: ArrayBuffer;
	wasm: WebAssembly.Module;
	/** Base URL of the OCI image layout. */
	registry: string;
}

export interface DownloadProgress {
	what: 'emulator' | 'state';
	bytes: number;
	total: number;
	cached: boolean;
}

/** A download did not arrive, or not whole. */
export class DownloadError extends Error {
	override readonly name = 'DownloadError';
	/** Another try would bring the same. */
	final = false;
}

/** Where the saved guest, the emulator and the container images come from. */
export interface Artefacts {
	load(progress: (progress: DownloadProgress) => void): Promise<LoadedArtefacts>;
}

export const supportedFormat = 1;
