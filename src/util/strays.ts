import type { Log } from './log.ts';

/** Of Node's process what is needed here; a browser's scope has none. */
interface NodeProcess {
	on?(event: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): void;
}

type Stray = Event & { reason?: unknown; error?: unknown; message?: string };

/**
 * The last place where a thread's errors are caught: they are logged with their component, and the thread goes on.
 * Without it one forgotten promise ends a worker with everything that runs in it.
 */
export function catchStrays(log: Log, component: string): void {
	const tell = (error: unknown) => log.warn(component, 'an error that nobody caught', error);
	const host = (globalThis as { process?: NodeProcess }).process;
	if (host?.on) {
		host.on('unhandledRejection', tell);
		host.on('uncaughtException', tell);
		return;
	}
	const listen = (type: string, errorOf: (event: Stray) => unknown) =>
		globalThis.addEventListener(type, (event: Event) => {
			event.preventDefault();
			tell(errorOf(event));
		});
	listen('unhandledrejection', ({ reason }) => reason);
	listen('error', ({ error, message }) => error ?? message);
}
