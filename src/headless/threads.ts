import { Worker } from 'node:worker_threads';
import type { Endpoint } from 'comlink';
import { consoleLog, logged } from '../util/log.ts';
import type { WorkerHandle, WorkerHost, WorkerKind } from '../cluster/worker-host.ts';

/** Worker threads of this process. `entry` names the built file of each kind. */
export class Threads implements WorkerHost {
	readonly #entry: (kind: WorkerKind) => URL;

	constructor(entry: (kind: WorkerKind) => URL) {
		this.#entry = entry;
	}

	start(kind: WorkerKind, name: string): WorkerHandle {
		// Built code: a loader that the process was started with would only hold every import up.
		const worker = new Worker(this.#entry(kind), { name, execArgv: [] });
		return {
			endpoint: threadEndpoint(worker),
			terminate: () => {
				worker.terminate().catch(logged(consoleLog, name, 'did not end'));
			},
			onError: (listener) => {
				worker.on('error', listener);
				worker.on('messageerror', listener);
			},
		};
	}
}

/** Node's `Worker` is an EventEmitter; Comlink wants an event target. */
function threadEndpoint(worker: Worker): Endpoint {
	const listeners = new Map<unknown, (data: unknown) => void>();
	return {
		postMessage: (message: unknown, transfer?: Transferable[]) =>
			worker.postMessage(message, transfer as never),
		addEventListener: (_type, listener) => {
			const tell = (data: unknown) =>
				(listener as unknown as (event: { data: unknown }) => void)({ data });
			listeners.set(listener, tell);
			worker.on('message', tell);
		},
		removeEventListener: (_type, listener) => {
			const tell = listeners.get(listener);
			if (tell) worker.off('message', tell);
			listeners.delete(listener);
		},
	};
}
