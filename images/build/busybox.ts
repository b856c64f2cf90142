import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from './cache.ts';
import type { Compiled, Debian, DebianSource } from './debian.ts';
import { keyOf } from './hash.ts';
import { run } from './run.ts';

/** A node's: Debian's own, for a system with shared libraries. A container's: upstream's defaults, static. */
export type BusyboxFlavour = 'deb' | 'container';

const changes: Record<BusyboxFlavour, readonly string[]> = {
	/** Without its time limit, which Debian switches off, `wget -T` ends with a segmentation fault. */
	deb: ['CONFIG_FEATURE_WGET_TIMEOUT=y'],
	/** What Docker's official image changes in the defaults. */
	container: [
		'CONFIG_STATIC=y',
		'CONFIG_AR=y',
		'CONFIG_FEATURE_AR_CREATE=y',
		'CONFIG_FEATURE_AR_LONG_FILENAMES=y',
		'CONFIG_INOTIFYD=y',
		'CONFIG_LAST_SUPPORTED_WCHAR=0',
		'# CONFIG_FEATURE_SYNC_FANCY is not set',
	],
};

/** BusyBox from Debian's source with its patches. */
export async function buildBusybox(debian: Debian, flavour: BusyboxFlavour): Promise<Compiled> {
	const source = await debian.source('busybox');
	const key = keyOf([source.version, flavour, ...changes[flavour]]);
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
	const changed = changes[flavour];
	const names = changed.map((line) => /CONFIG_\w+/.exec(line)?.[0]);
	const theirs = await startingPoint(tree, flavour);
	const kept = theirs.split('\n').filter((line) => !names.includes(/CONFIG_\w+/.exec(line)?.[0]));
	await writeFile(join(tree, '.config'), [...changed, ...kept].join('\n'));
	// Options that the changed ones bring along take their defaults.
	const answers = new TextEncoder().encode('\n'.repeat(100));
	await run('make', ['oldconfig'], { cwd: tree, input: answers });
	const options = ['CC=gcc -m32', `BB_EXTRA_VERSION=Debian ${version}`, `-j${cpus().length}`];
	await run('make', [...options, 'busybox'], { cwd: tree });
}

async function startingPoint(tree: string, flavour: BusyboxFlavour): Promise<string> {
	if (flavour === 'deb') return readFile(join(tree, 'debian/config/pkg/deb'), 'utf8');
	await run('make', ['defconfig'], { cwd: tree });
	return readFile(join(tree, '.config'), 'utf8');
}
