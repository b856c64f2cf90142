import type { Endpoint } from 'comlink';

export type WorkerKind = 'node' | 'control-plane' | 'network';

/** A started worker. After `terminate` nothing of it runs on: that is pulling the plug. */
export interface WorkerHandle {
	endpoint: Endpoint;
	terminate(): void;
	/** The worker has ended, or could not begin: errors inside it are its own business. */
	onError(listener: (error: Error) => void): void;
}

/** Starts workers: Web Workers in a page, worker threads under Node. */
export interface WorkerHost {
	start(kind: WorkerKind, name: string): WorkerHandle;
}
