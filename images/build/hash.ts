import { createHash } from 'node:crypto';
import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The hex SHA-256 of some bytes. */
export function sha256(data: Uint8Array | string): string {
	return createHash('sha256').update(data).digest('hex');
}

/** A short key for a list of parts; the order of parts matters. */
export function keyOf(parts: readonly string[]): string {
	return sha256(parts.map((part) => `${part.length}:${part}`).join('\n')).slice(0, 16);
}

/** The hash of a file, or of all files below a folder: names, contents, links and the executable bit. */
export async function hashPath(path: string, skip: RegExp = /^$/): Promise<string> {
	const lines: string[] = [];
	await collect(path, '', skip, lines);
	return sha256(lines.join('\n'));
}

async function collect(path: string, name: string, skip: RegExp, lines: string[]): Promise<void> {
	if (skip.test(name)) return;
	const facts = await lstat(path);
	if (facts.isDirectory()) {
		const names = (await readdir(path)).sort();
		for (const child of names) await collect(join(path, child), `${name}/${child}`, skip, lines);
	} else if (facts.isSymbolicLink()) {
		lines.push(`${name} -> ${await readlink(path)}`);
	} else {
		const executable = (facts.mode & 0o100) !== 0 ? 'x' : '-';
		lines.push(`${name} ${executable} ${sha256(await readFile(path))}`);
	}
}
