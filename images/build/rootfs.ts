import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Assembly, busyboxApplets, parsePackages } from './assemble.ts';
import { buildBusybox } from './busybox.ts';
import { cached } from './cache.ts';
import { writeCpio } from './cpio.ts';
import { buildCurl } from './curl.ts';
import type { Debian } from './debian.ts';
import { imagesFolder } from './folders.ts';
import { hashPath, keyOf } from './hash.ts';
import { notes, scriptsHash } from './inputs.ts';
import { run } from './run.ts';
import { compileStatic, type Toolchain } from './toolchain.ts';

const nodeFolder = join(imagesFolder, 'node');
const agentFolder = join(nodeFolder, 'agent');

export interface RootFs {
	readonly initramfs: string;
	readonly key: string;
	/** Debian source packages compiled here, with their versions. */
	readonly compiled: Readonly<Record<string, string>>;
}

/** The names of the Debian packages a node is made of. */
export async function nodePackages(): Promise<readonly string[]> {
	const lines = parsePackages(await readFile(join(nodeFolder, 'packages.txt'), 'utf8'));
	return lines.map((line) => line.name);
}

/** Builds the node's root file system as an archive the kernel unpacks at boot. */
export async function buildRootFs(
	debian: Debian,
	toolchain: Toolchain,
	update: (fraction: number, detail?: string) => void,
): Promise<RootFs> {
	update(0.05, 'curl');
	const curl = await buildCurl(debian, toolchain);
	update(0.3, 'busybox');
	const busybox = await buildBusybox(debian, 'deb');
	update(0.5, 'agent');
	const names = await nodePackages();
	const versions = names.map((name) => `${name} ${debian.package(name).version}`);
	const own = await hashPath(nodeFolder, notes);
	const scripts = await scriptsHash();
	const key = keyOf([...versions, own, scripts, curl.file, busybox.file, toolchain.key]);
	const folder = await cached(`rootfs-${key}`, async (target) => {
		const programs = await compilePrograms(toolchain, join(target, 'programs'));
		update(0.7, 'files');
		const assembly = await assemble(debian, join(target, 'programs'), busybox.file);
		for (const [path, file] of programs) assembly.tree.file(path, await readFile(file), 0o755);
		assembly.tree.file('usr/bin/curl', await readFile(curl.file), 0o755);
		linkBusybox(assembly, await readFile(join(nodeFolder, 'not-from-busybox.txt'), 'utf8'));
		const archive = writeCpio(assembly.tree);
		// Compressed, it stays below the memory the BIOS uses while it loads the kernel.
		const packed = await run('zstd', ['-12', '-c', '-q', '-'], { input: archive });
		await writeFile(join(target, 'initramfs.cpio.zst'), packed);
	});
	const compiled = { busybox: busybox.version, curl: curl.version };
	return { initramfs: join(folder, 'initramfs.cpio.zst'), key, compiled };
}

async function compilePrograms(
	toolchain: Toolchain,
	folder: string,
): Promise<readonly (readonly [string, string])[]> {
	await mkdir(folder, { recursive: true });
	await compileStatic(toolchain, join(nodeFolder, 'init', 'init.c'), join(folder, 'init'));
	const make = ['-C', agentFolder, `OUT=${folder}`, `CC=${toolchain.compiler}`, 'agent', 'cli'];
	await run('make', make);
	return [
		['init', join(folder, 'init')],
		['usr/lib/drydock/agent', join(folder, 'agent')],
	];
}

async function assemble(debian: Debian, work: string, busybox: string): Promise<Assembly> {
	const assembly = new Assembly(debian);
	assembly.skeleton();
	for (const [soname, data] of await compileShims(work)) assembly.library(soname, data);
	const lines = parsePackages(await readFile(join(nodeFolder, 'packages.txt'), 'utf8'));
	for (const line of lines) await assembly.take(line);
	assembly.tree.file('usr/bin/busybox', await readFile(busybox), 0o755);
	assembly.addLibraries();
	assembly.tree.link('usr/lib/ld-linux.so.2', 'i386-linux-gnu/ld-linux.so.2');
	await assembly.overlay(join(nodeFolder, 'rootfs'));
	for (const name of ['kubectl', 'docker', 'kubeadm']) {
		assembly.tree.link(`usr/bin/${name}`, '../lib/drydock/cli');
	}
	assembly.tree.file('usr/lib/drydock/cli', await readFile(join(work, 'cli')), 0o755);
	assembly.checkLinks();
	return assembly;
}

async function compileShims(work: string): Promise<readonly (readonly [string, Uint8Array])[]> {
	const folder = join(nodeFolder, 'shims');
	const shims: [string, Uint8Array][] = [];
	for (const name of (await readdir(folder)).sort()) {
		if (!name.endsWith('.c')) continue;
		const soname = name.slice(0, -2);
		const source = join(folder, name);
		const script = join(work, `${soname}.map`);
		await writeFile(script, versionScript(name, await readFile(source, 'utf8')));
		await run('gcc', [
			...['-m32', '-shared', '-fPIC', '-Os', '-s', '-Wall', '-Wextra', '-Werror'],
			...['-Wl,--build-id=none', `-Wl,-soname,${soname}`, `-Wl,--version-script=${script}`],
			...['-o', join(work, soname), source],
		]);
		shims.push([soname, await readFile(join(work, soname))]);
	}
	return shims;
}

/** The linker's version script for the `// version: NAME [functions]` lines a shim begins with. */
function versionScript(name: string, source: string): string {
	const lines = [...source.matchAll(/^\/\/ version: (\S+)(.*)$/gm)];
	if (lines.length === 0) throw new Error(`${name}: the first line names no symbol version`);
	const nodes = lines.map(([, version = '', functions = ''], index) => {
		const names = functions.trim() === '' ? ['*'] : functions.trim().split(' ');
		const parent = lines[index - 1]?.[1] ?? '';
		return `${version} { global: ${names.map((each) => `${each};`).join(' ')} } ${parent};`;
	});
	return `${nodes.join('\n')}\n`;
}

/** Gives every BusyBox command a link, unless a real program has that name. */
function linkBusybox({ tree }: Assembly, exclusions: string): void {
	const excluded = new Set(exclusions.replace(/^#.*$/gm, '').split(/\s+/));
	const binary = tree.get('usr/bin/busybox')?.data;
	if (binary === undefined) throw new Error('the root file system has no BusyBox');
	for (const applet of busyboxApplets(binary)) {
		if (excluded.has(applet)) continue;
		const taken = tree.has(`usr/bin/${applet}`) || tree.has(`usr/sbin/${applet}`);
		if (!taken) tree.link(`usr/bin/${applet}`, 'busybox');
	}
}
