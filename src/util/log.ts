/** Where a component tells what went wrong in it: nobody waits for the answer, so it must not be lost. */
export interface Log {
	warn(component: string, message: string, error?: unknown): void;
}

/** One line, as every log of a node has it: `kube-proxy: rules not written: exit status 2`. */
export function logLine(component: string, message: string, error?: unknown): string {
	const line = `${component}: ${message}`;
	return error === undefined ? line : `${line}: ${reasonOf(error)}`;
}

/** In words, whatever was thrown. */
export function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The worker's console: standard error when headless, the developer tools in a page. */
export const consoleLog: Log = {
	warn: (component, message, error) => console.warn(logLine(component, message, error)),
};

/** What `catch` of a promise is given that nobody waits for. */
export function logged(log: Log, component: string, message: string): (error: unknown) => void {
	return (error) => log.warn(component, message, error);
}
