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

/** What flags ask for makes no sense together: the client says so before it asks the daemon. */
export class InputError extends Error {}

/** The engine's refusals, and the kernel's to the engine, as docker prints them; other errors keep their text. */
export function daemonMessage(error: unknown): string {
	const { name, message } = error as Error;
	return name === 'EngineError' || name === 'KernelError'
		? `Error response from daemon: ${message}`
		: message;
}

/** How `run` and `create` tell an error. After cli/command/container/run.go: withHelp. */
export function withHelp(error: unknown, verb: string, exitCode: number): CliError {
	return new CliError(
		`docker: ${daemonMessage(error)}\n\nRun 'docker ${verb} --help' for more information`,
		exitCode,
	);
}

/** What docker says where no engine runs. After client/errors.go: ErrorConnectionFailed. */
export function noDaemon(verb: { name: string }, host: string): CliError {
	const error = new Error(
		`Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`,
	);
	return verb.name === 'run' ? withHelp(error, 'run', 125) : new CliError(error.message);
}

/** The exit code of a start or exec that failed, read from the text. After cli/command/container/run.go: toStatusError. */
export function startExitCode(message: string): number {
	if (/executable file not found|no such file or directory/.test(message)) return 127;
	if (/permission denied|is a directory/.test(message)) return 126;
	return 125;
}
