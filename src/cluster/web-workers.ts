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

/** Web Workers of this page. */
export class WebWorkers implements WorkerHost {
	start(kind: WorkerKind, name: string): WorkerHandle {
		const worker = startWorker(kind, name);
		return {
			endpoint: worker,
			terminate: () => worker.terminate(),
			onError: (listener) => {
				worker.onerror = (event) =>
					listener(new Error(event.message || `the worker of ${name} could not be started`));
			},
		};
	}
}
