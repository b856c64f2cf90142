import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hardware } from '../../src/node/emulator/hardware.ts';
import { cached, prune } from './cache.ts';
import { buildContainers, containerPackages } from './containers.ts';
import { Debian } from './debian.ts';
import { imagesFolder, projectFolder } from './folders.ts';
import { hashPath, keyOf, sha256 } from './hash.ts';
import { notes } from './inputs.ts';
import { buildKernel, type Kernel } from './kernel.ts';
import type { Manifest } from './manifest.ts';
import { ensurePrerequisites } from './prerequisites.mjs';
import { usePrebuilt } from './prebuilt.ts';
import { Progress } from './progress.ts';
import { buildRootFs, nodePackages, type RootFs } from './rootfs.ts';
import { buildState, copyState, type State } from './state.ts';
import { thirdPartyText } from './third-party.ts';
import { muslToolchain } from './toolchain.ts';

const phases = [
	{ name: 'Debian packages', weight: 20 },
	{ name: 'kernel', weight: 200 },
	{ name: 'node root file system', weight: 45 },
	{ name: 'container images', weight: 5 },
	{ name: 'boot and save', weight: 30 },
];

export interface Images {
	readonly folder: string;
	readonly hash: string;
}

export interface ImagesOptions {
	/** Where the progress is shown. */
	readonly out?: NodeJS.WriteStream;
	/** Installs missing Debian packages for the build (default) or only names them. */
	readonly install?: boolean;
}

/** The name of what would be built from the sources as they are. */
async function imagesHash(): Promise<string> {
	const emulator = join(projectFolder, 'node_modules/v86/build/v86.wasm');
	return keyOf([
		await hashPath(imagesFolder, notes),
		JSON.stringify(hardware),
		sha256(await readFile(emulator)),
	]);
}

/** Gives the folder with the built images: prebuilt (DRYDOCK_IMAGES), from the cache, or built now. */
export async function ensureImages(options: ImagesOptions = {}): Promise<Images> {
	const named = process.env['DRYDOCK_IMAGES'];
	if (named !== undefined && named !== '') {
		const { folder, manifest } = await usePrebuilt(named);
		return { folder, hash: manifest.hash };
	}
	const hash = await imagesHash();
	const name = `images-${hash}`;
	const folder = await cached(name, async (target) => {
		await ensurePrerequisites('images', { install: options.install ?? true });
		await build(target, hash, options);
		await prune();
	});
	return { folder, hash };
}

async function build(target: string, hash: string, options: ImagesOptions): Promise<void> {
	const progress = new Progress(phases, options.out);
	try {
		const debian = new Debian();
		await progress.phase('Debian packages', async (update) => {
			await debian.update();
			const names = ['musl-dev', ...(await nodePackages()), ...(await containerPackages())];
			await debian.download([...new Set(names)].sort(), update);
		});
		const kernel = await progress.phase('kernel', async (update) => buildKernel(update));
		const toolchain = await muslToolchain(debian);
		const rootFs = await progress.phase('node root file system', async (update) =>
			buildRootFs(debian, toolchain, update),
		);
		const registry = await progress.phase('container images', async (update) =>
			buildContainers(debian, toolchain, update),
		);
		const state = await progress.phase('boot and save', async (update) =>
			buildState(kernel, rootFs, update),
		);
		await cp(registry, join(target, 'registry'), { recursive: true });
		await copyState(state, target);
		await describe(target, manifestOf(hash, debian, kernel, rootFs, state));
	} finally {
		progress.end();
	}
}

function manifestOf(
	hash: string,
	debian: Debian,
	kernel: Kernel,
	rootFs: RootFs,
	{ facts }: State,
): Manifest {
	const { bytes, rawBytes, kernelRelease, availableMemoryKiB } = facts;
	return {
		format: 1,
		hash,
		node: {
			state: { file: 'node.state.zst', bytes, sha256: facts.sha256, rawBytes },
			memory: hardware.memory_size,
			availableMemoryKiB,
			kernelRelease,
		},
		registry: { path: 'registry' },
		boot: { log: 'boot.log' },
		sources: { kernel: kernel.source, compiled: rootFs.compiled, packages: debian.versions() },
	};
}

async function describe(target: string, manifest: Manifest): Promise<void> {
	const pin = await readFile(join(projectFolder, 'wasm', 'pin.json'), 'utf8');
	const { version } = JSON.parse(pin) as { version: string };
	await writeFile(join(target, 'THIRD-PARTY.txt'), thirdPartyText(manifest.sources, version));
	await writeFile(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, '\t')}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	try {
		const { folder } = await ensureImages();
		const [option, file] = process.argv.slice(2);
		if (option === '--print-folder-to' && file !== undefined) await writeFile(file, folder);
		else process.stdout.write(`${folder}\n`);
	} catch (error) {
		process.stderr.write(`\n${(error as Error).message}\n`);
		process.exitCode = 1;
	}
}
