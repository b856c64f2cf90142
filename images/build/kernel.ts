import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, exists } from './cache.ts';
import { imagesFolder } from './folders.ts';
import { keyOf, sha256 } from './hash.ts';
import { run, runText } from './run.ts';

const sourcePackage = 'linux-source-6.1';
const tarball = `/usr/src/${sourcePackage}.tar.xz`;
const fragmentFile = join(imagesFolder, 'kernel', 'config.fragment');
/** About how many lines the kernel's build says. */
const expectedLines = 1780;

const buildEnvironment = {
	KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 2026',
	KBUILD_BUILD_USER: 'drydock',
	KBUILD_BUILD_HOST: 'drydock',
	KBUILD_BUILD_VERSION: '1',
};

export interface Kernel {
	readonly folder: string;
	readonly image: string;
	readonly source: { readonly package: string; readonly version: string };
}

/** Builds the guest's kernel, or finds it in the cache: `bzImage` and the complete `config`. */
export async function buildKernel(
	update: (fraction: number, detail?: string) => void,
): Promise<Kernel> {
	if (!(await exists(tarball))) {
		throw new Error(`${tarball} is missing: install the Debian package ${sourcePackage}`);
	}
	const version = await runText('dpkg-query', ['-W', '-f=${Version}', sourcePackage]);
	const compiler = (await runText('gcc', ['--version'])).split('\n')[0] ?? '';
	const fragment = await readFile(fragmentFile, 'utf8');
	const key = keyOf([sha256(fragment), version, compiler]);
	const folder = await cached(`kernel-${key}`, async (target) => {
		const tree = await mkdtemp(join(tmpdir(), 'drydock-kernel-'));
		try {
			await compile(tree, fragment, update);
			await copyFile(join(tree, 'arch/x86/boot/bzImage'), join(target, 'bzImage'));
			await copyFile(join(tree, '.config'), join(target, 'config'));
		} finally {
			await rm(tree, { recursive: true, force: true });
		}
	});
	return {
		folder,
		image: join(folder, 'bzImage'),
		source: { package: sourcePackage, version },
	};
}

async function compile(
	tree: string,
	fragment: string,
	update: (fraction: number, detail?: string) => void,
): Promise<void> {
	update(0, 'unpacking the source');
	await run('tar', ['-xJf', tarball, '-C', tree, '--strip-components=1']);
	const make = async (target: string, onLine?: (line: string) => void): Promise<void> => {
		const args = ['ARCH=i386', `-j${cpus().length}`, target];
		const options = { cwd: tree, env: buildEnvironment };
		await run('make', args, onLine === undefined ? options : { ...options, onLine });
	};
	await make('tinyconfig');
	const config = join(tree, '.config');
	await writeFile(config, `${await readFile(config, 'utf8')}\n${fragment}`);
	await make('olddefconfig');
	checkConfig(fragment, await readFile(config, 'utf8'));
	let lines = 0;
	await make('bzImage', (line) => {
		lines++;
		update(0.05 + (0.95 * lines) / expectedLines, line.trim().split(/\s+/).pop() ?? '');
	});
}

/** An option the kernel's own rules did not accept is an error here, not a surprise in the guest. */
function checkConfig(fragment: string, config: string): void {
	const got = new Set(config.split('\n'));
	const refused = fragment.split('\n').filter((line) => {
		const [, name, value] = /^(CONFIG_\w+)=(.*)$/.exec(line) ?? [];
		if (name === undefined) return false;
		return value === 'n' ? got.has(`${name}=y`) : !got.has(line);
	});
	if (refused.length > 0) {
		throw new Error(`the kernel's configuration does not take: ${refused.join(', ')}`);
	}
}
