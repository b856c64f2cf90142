import type { CommandIo } from '../../api/command.ts';
import { CliError } from './errors.ts';
import { readAll, readText } from './manifest.ts';
import { filenames } from './options.ts';
import type { Session } from './session.ts';
import type { Flag } from '../flags.ts';

export const rawFlag: Flag = {
	name: 'raw',
	type: 'string',
	usage: 'A path of the server that is asked as it is.',
};

/** `--raw`: sends a file as it is to a path of the server, and prints the answer. After pkg/rawhttp. */
export async function sendRaw(session: Session, method: 'POST' | 'PUT' | 'DELETE'): Promise<void> {
	const { flags } = session;
	const path = rawPath(session);
	const files = filenames(session);
	if (files.length > 1 || (files.length === 0 && method !== 'DELETE'))
		throw new CliError('--raw can only use a single local file or stdin');
	for (const [name, shown] of [
		['recursive', '--recursive'],
		['selector', '--selector (-l)'],
		['output', '--output'],
	] as const)
		if (flags.has(name)) throw new CliError(`--raw and ${shown} are mutually exclusive`);
	const [file] = files;
	if (/^https?:\/\//.test(file ?? '')) throw new CliError('--raw cannot read from a url');
	const body = file === undefined ? undefined : await read(session.io, file);
	await session.out(await session.rest.text(method, path, { body }));
}

function read(io: CommandIo, file: string): Promise<string> {
	return file === '-' ? readAll(io) : readText(io, file);
}

/** The path that `--raw` names. */
export function rawPath(session: Session): string {
	const path = session.flags.text('raw');
	if (!/^(\/|[a-zA-Z][a-zA-Z0-9+.-]*:)/.test(path))
		throw new CliError(
			`--raw must be a valid URL path: parse ${JSON.stringify(path)}: ${path === '' ? 'empty url' : 'invalid URI for request'}`,
		);
	return path;
}
