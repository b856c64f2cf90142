import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where everything built or downloaded is kept between builds. */
export function cacheRoot(): string {
	return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'drydock');
}

/** Says whether a file or folder is there. */
export async function exists(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}

/**
 * Gives the cache folder of this name, made by `make` when it is missing. It is filled under another name
 * and renamed when complete, so a build that fails or is killed never leaves half a folder behind.
 */
export async function cached(
	name: string,
	make: (folder: string) => Promise<void>,
): Promise<string> {
	const folder = join(cacheRoot(), name);
	if (await exists(folder)) {
		const now = new Date();
		await utimes(folder, now, now).catch(() => undefined);
		return folder;
	}
	return withLock(name, async () => {
		if (await exists(folder)) return folder;
		const unfinished = `${folder}.unfinished`;
		await rm(unfinished, { recursive: true, force: true });
		await mkdir(unfinished, { recursive: true });
		try {
			await make(unfinished);
			await rename(unfinished, folder);
		} catch (error) {
			await rm(unfinished, { recursive: true, force: true });
			throw error;
		}
		return folder;
	});
}

const keptDays = 14;

/** Removes what no build has used for two weeks; downloads stay. */
export async function prune(): Promise<void> {
	const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
	for (const name of await readdir(cacheRoot())) {
		const folder = join(cacheRoot(), name);
		if (!/^\w+-[0-9a-f]{16}$/.test(name)) continue;
		if ((await stat(folder)).mtimeMs < oldest) await rm(folder, { recursive: true, force: true });
	}
}

/** Runs `work` while no other process holds the lock of this name; waits for as long as that one lives. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
	const lock = join(cacheRoot(), `${name}.lock`);
	await mkdir(cacheRoot(), { recursive: true });
	while (!(await take(lock))) await sleep(300);
	try {
		return await work();
	} finally {
		await rm(lock, { force: true });
	}
}

async function take(lock: string): Promise<boolean> {
	try {
		await writeFile(lock, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	}
	const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
	if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true });
	return false;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
