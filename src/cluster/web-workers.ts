import { DownloadError } from './artefacts.ts';
import type { WorkerHandle, WorkerHost, WorkerKind } from './worker-host.ts';

/** Each URL is written out so that the bundler finds the worker's entry. */
function startWorker(kind: WorkerKind, name: string): Worker {
	switch (kind) {
		case 'node':
			return new Worker(new URL('../node/worker.ts', import.meta.url), { type: 'module', name });
		case 'control-plane':
			return new Worker(new URL('../control-plane/worker.ts', import.meta.url), {
				type: 'module',
				name,
			});
		case 'network':
			return new Worker(new URL('../network/worker.ts', import.meta.url), { type: 'module', name });
	}
}

function handleOf(worker: Worker, name: string): WorkerHandle {
	return {
		endpoint: worker,
		terminate: () => worker.terminate(),
		onError: (listener) => {
			worker.onerror = (event) =>
				listener(new Error(event.message || `the worker of ${name} could not be started`));
		},
	};
}

/** Web Workers of this page. */
class WebWorkers implements WorkerHost {
	start(kind: WorkerKind, name: string): WorkerHandle {
		return handleOf(startWorker(kind, name), name);
	}
}

/**
 * Web Workers for a page with an opaque origin (a frame with `sandbox="allow-scripts"` alone): module
 * workers and workers from an address are refused there, a classic worker made of a blob is not.
 */
class ClassicWorkers implements WorkerHost {
	readonly #scripts: ReadonlyMap<WorkerKind, string>;

	constructor(scripts: ReadonlyMap<WorkerKind, string>) {
		this.#scripts = scripts;
	}
	start(kind: WorkerKind, name: string): WorkerHandle {
		return handleOf(new Worker(this.#scripts.get(kind) ?? '', { name }), name);
	}
}

/** The host must let every origin read its files. */
async function fetchScript(base: URL, kind: WorkerKind): Promise<[WorkerKind, string]> {
	const url = new URL(`workers/${kind}.js`, base);
	const response = await fetch(url).catch((error: unknown) => {
		throw new DownloadError(`could not fetch ${url.href}: ${(error as Error).message}`);
	});
	if (!response.ok) throw new DownloadError(`could not fetch ${url.href}: HTTP ${response.status}`);
	return [kind, URL.createObjectURL(await response.blob())];
}

/** The workers that start in this page. `base`: where the site lies. */
export async function webWorkers(base: URL): Promise<WorkerHost> {
	if (self.origin !== 'null') return new WebWorkers();
	const kinds: WorkerKind[] = ['node', 'control-plane', 'network'];
	const scripts = await Promise.all(kinds.map((kind) => fetchScript(base, kind)));
	return new ClassicWorkers(new Map(scripts));
}
