import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hardware } from '../../src/node/emulator/hardware.ts';
import { waitForAgent } from './agent-channel.ts';
import { cached } from './cache.ts';
import { projectFolder } from './folders.ts';
import { GuestBoot } from './guest-boot.ts';
import { keyOf, sha256 } from './hash.ts';
import type { Kernel } from './kernel.ts';
import type { RootFs } from './rootfs.ts';
import { scriptsHash } from './inputs.ts';
import { run } from './run.ts';

const bootSeconds = 180;

interface StateFacts {
	readonly bytes: number;
	readonly sha256: string;
	readonly rawBytes: number;
	readonly kernelRelease: string;
	readonly availableMemoryKiB: number;
	readonly bootMs: number;
}

export interface State {
	readonly folder: string;
	readonly facts: StateFacts;
}

/** Boots the machine in the emulator until its agent answers, and keeps its state, compressed, with the console. */
export async function buildState(
	kernel: Kernel,
	rootFs: RootFs,
	update: (fraction: number, detail?: string) => void,
): Promise<State> {
	const emulator = await readFile(join(projectFolder, 'node_modules/v86/build/v86.wasm'));
	const key = keyOf([
		kernel.folder,
		rootFs.key,
		sha256(emulator),
		JSON.stringify(hardware),
		await scriptsHash(),
	]);
	const folder = await cached(`state-${key}`, async (target) => {
		update(0.05, 'booting');
		const started = Date.now();
		const guest = await GuestBoot.start({ kernel: kernel.image, initramfs: rootFs.initramfs });
		const warm = await guest.waitForLine(/drydock: warm-up ended \(status (\d+)\)/, bootSeconds);
		if (warm[1] !== '0') throw new Error(`the guest's warm-up failed:\n${tail(guest.console)}`);
		update(0.5, 'waiting for the agent');
		await waitForAgent(guest, bootSeconds);
		const bootMs = Date.now() - started;
		const raw = await guest.saveHalted();
		await guest.stop();
		await writeFile(join(target, 'boot.log'), kernelLines(guest.console));
		update(0.6, 'compressing');
		const facts = await compress(raw, join(target, 'node.state.zst'));
		const memory = Number(/MemAvailable: +(\d+) kB/.exec(guest.console)?.[1] ?? 0);
		const kernelRelease = /Linux version (\S+)/.exec(guest.console)?.[1] ?? '';
		const all: StateFacts = { ...facts, kernelRelease, availableMemoryKiB: memory, bootMs };
		await writeFile(join(target, 'facts.json'), JSON.stringify(all));
	});
	const facts = JSON.parse(await readFile(join(folder, 'facts.json'), 'utf8')) as StateFacts;
	return { folder, facts };
}

async function compress(
	raw: Uint8Array,
	file: string,
): Promise<Pick<StateFacts, 'bytes' | 'sha256' | 'rawBytes'>> {
	const rawFile = file.replace(/\.zst$/, '');
	await writeFile(rawFile, raw);
	await run('zstd', ['-19', '-T0', '-q', '--rm', '-f', rawFile, '-o', file]);
	const packed = await readFile(file);
	return { bytes: packed.length, sha256: sha256(packed), rawBytes: raw.length };
}

/** The console as it was, up to the builder's own part. */
function kernelLines(console: string): string {
	const lines = console.split('\n');
	const end = lines.findIndex((line) => line.includes('Run /init as init process'));
	return `${lines.slice(0, end < 0 ? undefined : end + 1).join('\n')}\n`;
}

function tail(console: string): string {
	return console.split('\n').slice(-20).join('\n');
}

/** Copies the state's files to the artefact folder. */
export async function copyState(state: State, target: string): Promise<void> {
	for (const name of ['node.state.zst', 'boot.log']) {
		await copyFile(join(state.folder, name), join(target, name));
	}
}
