import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cached, cacheRoot, exists, prune } from './cache.ts';

const before = process.env['XDG_CACHE_HOME'];
let home = '';

beforeEach(async () => {
	home = await mkdtemp(join(tmpdir(), 'drydock-test-'));
	process.env['XDG_CACHE_HOME'] = home;
	await cached('first', async () => undefined);
});

afterEach(async () => {
	if (before === undefined) delete process.env['XDG_CACHE_HOME'];
	else process.env['XDG_CACHE_HOME'] = before;
	await rm(home, { recursive: true });
});

describe('the cache', () => {
	it('builds once when two ask at the same time', async () => {
		let builds = 0;
		const make = async (folder: string): Promise<void> => {
			builds++;
			await sleep(50);
			await writeFile(join(folder, 'file'), 'whole');
		};
		const [one, two] = await Promise.all([cached('a', make), cached('a', make)]);
		expect(builds).toBe(1);
		expect(one).toBe(two);
		expect(await readFile(join(one, 'file'), 'utf8')).toBe('whole');
	});

	it('keeps nothing of a build that failed, and builds again', async () => {
		const failing = cached('b', async (folder) => {
			await writeFile(join(folder, 'half'), '');
			throw new Error('no space');
		});
		await expect(failing).rejects.toThrow('no space');
		expect(await exists(join(cacheRoot(), 'b'))).toBe(false);
		const folder = await cached('b', async () => undefined);
		expect(await exists(join(folder, 'half'))).toBe(false);
	});

	it('forgets what was not used for two weeks, and only that', async () => {
		const [old, fresh] = [`a-${'0'.repeat(16)}`, `a-${'1'.repeat(16)}`];
		for (const name of [old, fresh]) await cached(name, async () => undefined);
		await utimes(join(cacheRoot(), old), 1, 1);
		await prune();
		expect(await exists(join(cacheRoot(), old))).toBe(false);
		expect(await exists(join(cacheRoot(), fresh))).toBe(true);
	});

	it('does not wait for a builder that was killed', async () => {
		await writeFile(join(cacheRoot(), 'c.lock'), '999999999');
		expect(await cached('c', async () => undefined)).toContain('c');
	});
});
