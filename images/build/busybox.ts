import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from './cache.ts';
import type { Compiled, Debian, DebianSource } from './debian.ts';
import { keyOf } from './hash.ts';
import { run } from './run.ts';

/** Debian's two configurations: for a system's own use with shared libraries, and one that stands alone. */
export type BusyboxFlavour = 'deb' | 'static';

/** Without its time limit, which Debian switches off, `wget -T` ends with a segmentation fault. */
const changed = ['CONFIG_FEATURE_WGET_TIMEOUT=y'];

/** BusyBox as Debian builds it, from its source with its patches and configuration, but for {@link changed}. */
export async function buildBusybox(debian: Debian, flavour: BusyboxFlavour): Promise<Compiled> {
	const source = await debian.source('busybox');
	const key = keyOf([source.version, flavour, ...changed]);
	const folder = await cached(`busybox-${key}`, async (target) => {
		const tree = await mkdtemp(join(tmpdir(), 'drydock-busybox-'));
		try {
			await unpack(tree, source);
			await compile(tree, source.version, flavour);
			await copyFile(join(tree, 'busybox'), join(target, 'busybox'));
		} finally {
			await rm(tree, { recursive: true, force: true });
		}
	});
	return { file: join(folder, 'busybox'), version: source.version };
}

async function unpack(tree: string, { file, packaging }: DebianSource): Promise<void> {
	await run('tar', ['-xf', file, '-C', tree, '--strip-components=1']);
	await run('tar', ['-xf', packaging, '-C', tree]);
	const series = await readFile(join(tree, 'debian/patches/series'), 'utf8');
	for (const name of series.split('\n')) {
		if (name === '' || name.startsWith('#')) continue;
		const patch = join(tree, 'debian/patches', name);
		await run('patch', ['-s', '-p1', '-i', patch], { cwd: tree });
	}
}

async function compile(tree: string, version: string, flavour: BusyboxFlavour): Promise<void> {
	const names = changed.map((line) => line.split('=')[0]);
	const theirs = await readFile(join(tree, 'debian/config/pkg', flavour), 'utf8');
	const kept = theirs.split('\n').filter((line) => !names.some((name) => line.includes(`${name}`)));
	await writeFile(join(tree, '.config'), [...changed, ...kept].join('\n'));
	// Options that the changed ones bring along take their defaults.
	const answers = new TextEncoder().encode('\n'.repeat(100));
	await run('make', ['oldconfig'], { cwd: tree, input: answers });
	const options = ['CC=gcc -m32', `BB_EXTRA_VERSION=Debian ${version}`, `-j${cpus().length}`];
	await run('make', [...options, 'busybox'], { cwd: tree });
}
