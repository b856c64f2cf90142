import { StartError } from '../../client/engine-error.ts';

/** What runc would have said. After moby/daemon/errors.go: setExitCodeFromError. */
export function startFailure(cause: unknown): StartError {
	const { errno = '', message } = cause as { errno?: string; message: string };
	const isProgram = message.startsWith('exec');
	const text =
		isProgram || message.startsWith('unable to')
			? message
			: `error during container init: ${message}`;
	return new StartError(
		isProgram ? 400 : 500,
		'failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
			`runc create failed: unable to start container process: ${text}: unknown`,
		exitCodeOf(errno, isProgram),
	);
}

/** The same for `docker exec`. */
export function execFailure(cause: unknown): StartError {
	const { errno = '', message } = cause as { errno?: string; message: string };
	const isProgram = message.startsWith('exec');
	return new StartError(
		isProgram ? 400 : 500,
		`OCI runtime exec failed: exec failed: unable to start container process: ${message}: unknown`,
		isProgram && exitCodeOf(errno, isProgram) === 127 ? 127 : 126,
	);
}

function exitCodeOf(errno: string, isProgram: boolean): number {
	if (isProgram && (errno === 'ENOENT' || errno === 'ENOTDIR')) return 127;
	if (isProgram && (errno === 'EACCES' || errno === 'EISDIR' || errno === 'ENOEXEC')) return 126;
	return 128;
}
