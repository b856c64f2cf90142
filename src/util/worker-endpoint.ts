/** What Comlink talks through. */
interface Endpoint {
	addEventListener(type: string, listener: EventListenerOrEventListenerObject): void;
	removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void;
	postMessage(message: unknown, transfer?: Transferable[]): void;
}

interface NodeProcess {
	getBuiltinModule?(name: 'node:worker_threads'): { parentPort: MessagePort | null } | undefined;
}

/** The port to whoever started this worker: the global scope in a browser, `parentPort` in Node. */
export function workerEndpoint(): Endpoint {
	const host = (globalThis as { process?: NodeProcess }).process;
	const parent = host?.getBuiltinModule?.('node:worker_threads')?.parentPort;
	return (parent ?? globalThis) as unknown as Endpoint;
}
