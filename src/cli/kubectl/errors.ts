import type { Status } from '../../api/kubernetes.ts';
import { StatusError } from '../../client/status.ts';
import { FlagError } from '../flags.ts';

/** A failure that kubectl finds itself: printed after `error: `. */
export class CliError extends Error {
	override readonly name = 'CliError';
	readonly code: number;
	constructor(message: string, code = 1) {
		super(message);
		this.code = code;
	}
}

/** A wrong use of a command; its message is followed by where the help is. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** Ends the command with a code and says nothing more. */
export class ExitError extends Error {
	override readonly name = 'ExitError';
	readonly code: number;
	constructor(code: number) {
		super(`exit ${code}`);
		this.code = code;
	}
}

/** A failure whose text stands alone: the end of a program in a container. */
export class PlainError extends Error {
	override readonly name = 'PlainError';
	readonly code: number;
	constructor(message: string, code: number) {
		super(message);
		this.code = code;
	}
}

/** Several failures of one command, one line each. */
export class ErrorList extends Error {
	override readonly name = 'ErrorList';
	readonly errors: unknown[];
	constructor(errors: unknown[]) {
		super(errors.map(oneLine).join('\n'));
		this.errors = errors;
	}
}

/** The API server could not be reached. */
export class ConnectionError extends Error {
	override readonly name = 'ConnectionError';
}

/** Throws what was collected: nothing, one error as it is, or a list. */
export function throwCollected(errors: unknown[]): void {
	if (errors.length === 1) throw errors[0];
	if (errors.length > 1) throw new ErrorList(errors);
}

/** Names the file and the action in an error of the server. After pkg/cmd/util: AddSourceToErr. */
export function addSource(verb: string, source: string | undefined, error: unknown): unknown {
	if (!source || !(error instanceof Error)) return error;
	const message = `error when ${verb} "${source}": ${error.message}`;
	if (error instanceof StatusError) return new StatusError({ ...error.status, message });
	return error instanceof CliError ? new CliError(message, error.code) : error;
}

/** What is printed on stderr for an error, and the exit code. After pkg/cmd/util: CheckErr. */
export function formatError(error: unknown, command: string): { text: string; code: number } {
	if (error instanceof ExitError) return { text: '', code: error.code };
	if (error instanceof FlagError)
		return { text: `error: ${error.message}\nSee '${command} --help' for usage.\n`, code: 1 };
	if (error instanceof UsageError)
		return {
			text: `error: ${error.message}\nSee '${command} -h' for help and examples\n`,
			code: 1,
		};
	if (error instanceof StatusError && error.reason === 'Invalid')
		return { text: invalidText(error.status), code: 1 };
	if (error instanceof PlainError) return { text: `${error.message}\n`, code: error.code };
	if (error instanceof ErrorList) return { text: `${error.message}\n`, code: 1 };
	const code = error instanceof CliError ? error.code : 1;
	const line = oneLine(error);
	const plain = error instanceof StatusError || error instanceof ConnectionError;
	return { text: plain || line.startsWith('error: ') ? `${line}\n` : `error: ${line}\n`, code };
}

function oneLine(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	if (!(error instanceof StatusError)) return error.message;
	if (error.status.reason === 'Unauthorized')
		return `error: You must be logged in to the server (${error.message})`;
	const reason = error.status.reason ? ` (${error.status.reason})` : '';
	return `Error from server${reason}: ${error.message}`;
}

function invalidText(status: Status): string {
	const { kind, name, causes } = status.details ?? {};
	let head = 'The request is invalid';
	if (kind && name) head = `The ${kind} "${name}" is invalid`;
	else if (kind) head = `The ${kind} is invalid`;
	else if (!causes?.length && status.message) head = `The request is invalid: ${status.message}`;
	const lines = [...new Set((causes ?? []).map(({ field, message }) => `${field}: ${message}`))];
	if (lines.length === 0) return `${head}\n`;
	if (lines.length === 1) return `${head}: ${lines[0]}\n`;
	return `${head}: \n${lines.map((line) => `* ${line}\n`).join('')}`;
}
