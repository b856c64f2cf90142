import { CliError } from './errors.ts';
import { errnoText, isDirectory } from './manifest.ts';
import type { Session } from './session.ts';

interface FileData {
	/** Values that are UTF-8 text. */
	texts: Record<string, string>;
	/** The others, in base64. */
	binaries: Record<string, string>;
	/** Said after a key that is there twice. */
	readonly place: string;
}

/** The keys and values of `--from-literal`, `--from-file` and `--from-env-file`. */
export async function fileData(session: Session, place = ''): Promise<FileData> {
	// A key may have any name, that of something objects inherit too.
	const data: FileData = {
		texts: Object.create(null) as Record<string, string>,
		binaries: Object.create(null) as Record<string, string>,
		place,
	};
	for (const file of session.flags.list('from-file')) await addFile(session, data, file);
	for (const literal of session.flags.list('from-literal')) {
		const equals = literal.indexOf('=');
		if (equals < 1) throw new CliError(`invalid literal source ${literal}, expected key=value`);
		put(data, literal.slice(0, equals), literal.slice(equals + 1));
	}
	for (const file of session.flags.list('from-env-file')) await addEnvFile(session, data, file);
	return data;
}

/** Text as base64. */
export function base64(text: string): string {
	return base64Bytes(new TextEncoder().encode(text));
}

function base64Bytes(bytes: Uint8Array): string {
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary);
}

function put(data: FileData, key: string, value: string | Uint8Array): void {
	if (!/^[-._a-zA-Z0-9]+$/.test(key))
		throw new CliError(
			`"${key}" is not a valid key name: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
		);
	if (key in data.texts || key in data.binaries)
		throw new CliError(
			`cannot add key "${key}", another key by that name already exists${data.place}`,
		);
	if (typeof value === 'string') data.texts[key] = value;
	else {
		const text = decode(value);
		if (text === undefined) data.binaries[key] = base64Bytes(value);
		else data.texts[key] = text;
	}
}

function decode(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return undefined;
	}
}

async function addFile(session: Session, data: FileData, source: string): Promise<void> {
	const equals = source.indexOf('=');
	const path = source.slice(equals + 1);
	const named = equals >= 0 ? source.slice(0, equals) : undefined;
	try {
		const { type } = await session.io.stat(path);
		if (!isDirectory(type)) {
			const key = named ?? path.split('/').at(-1) ?? path;
			return put(data, key, await session.io.readFile(path));
		}
		if (named !== undefined) throw new CliError('cannot give a key name for a directory path');
		for (const entry of await session.io.listDir(path))
			if (entry.type === 'file')
				put(data, entry.name, await session.io.readFile(`${path}/${entry.name}`));
	} catch (error) {
		if (error instanceof CliError) throw error;
		throw new CliError(`error reading ${path}: ${errnoText(error)}`);
	}
}

async function addEnvFile(session: Session, data: FileData, path: string): Promise<void> {
	const bytes = await session.io.readFile(path).catch((error: unknown) => {
		throw new CliError(`error reading ${path}: ${errnoText(error)}`);
	});
	for (const line of new TextDecoder().decode(bytes).split('\n')) {
		const trimmed = line.trimStart().replace(/\r$/, '');
		if (trimmed === '' || trimmed.startsWith('#')) continue;
		const [, key = trimmed, value] = /^([^=]*)=(.*)$/s.exec(trimmed) ?? [];
		put(data, key, value ?? session.io.env[key] ?? '');
	}
}
