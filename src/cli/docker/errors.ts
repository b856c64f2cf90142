/** Ends a command with a message on stderr and an exit code. */
export class CliError extends Error {
	readonly exitCode: number;

	constructor(message: string, exitCode = 1) {
		super(message);
		this.exitCode = exitCode;
	}
}

/** A flag or its value could not be read: docker exits with 125 and shows the usage line. */
export class FlagError extends Error {}

/** The engine's refusals, and the kernel's to the engine, as docker prints them; other errors keep their text. */
export function daemonMessage(error: unknown): string {
	const { name, message } = error as Error;
	return name === 'EngineError' || name === 'KernelError'
		? `Error response from daemon: ${message}`
		: message;
}

/** The exit code of a start or exec that failed, read from the text. After cli/command/container/run.go: toStatusError. */
export function startExitCode(message: string): number {
	if (/executable file not found|no such file or directory/.test(message)) return 127;
	if (/permission denied|is a directory/.test(message)) return 126;
	return 125;
}
