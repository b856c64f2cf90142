import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { V86 } from 'v86';
import { hardware } from '../../src/node/emulator/hardware.ts';
import { projectFolder } from './folders.ts';

const biosFolder = '/usr/share/seabios';

const megabytes = hardware.memory_size >> 20;

/**
 * The memory is named because the BIOS keeps the last 16 MB for tables that nothing reads once Linux runs.
 * `drydock.warmup` is for the node's init.
 */
const commandLine = [
	`memmap=exactmap memmap=639K@0 memmap=${megabytes - 1}M@1M`,
	'console=ttyS0',
	'printk.time=1',
	'mitigations=off',
	'tsc=reliable',
	'random.trust_cpu=on',
	'init_on_free=1',
	'panic=0',
	'fb_tunnels=none',
	'dummy.numdummies=0',
	'drydock.warmup',
].join(' ');

/** Parts of the emulator its type declarations do not name. */
interface Machine {
	readonly bus: { send(name: string, data: unknown): void };
	readonly v86: {
		readonly cpu: {
			readonly in_hlt: Uint8Array;
			readonly devices: {
				readonly virtio_console: { readonly virtio: { readonly queues: readonly Queue[] } };
			};
		};
	};
	add_listener(name: string, listener: (data: never) => void): void;
	remove_listener(name: string, listener: (data: never) => void): void;
	save_state(): Promise<ArrayBuffer>;
	destroy(): Promise<void>;
}

interface Queue {
	readonly enabled: boolean;
	count_requests(): number;
}

export interface BootFiles {
	readonly kernel: string;
	readonly initramfs: string;
}

/** A machine booted from the kernel image, with its console kept. */
export class GuestBoot {
	readonly machine: Machine;
	#console = '';
	#waiting: (() => void)[] = [];

	private constructor(machine: Machine) {
		this.machine = machine;
		machine.add_listener('serial0-output-byte', (byte: number) => {
			if (byte === 13) return;
			this.#console += String.fromCharCode(byte);
			if (byte === 10) this.#waiting.splice(0).forEach((wake) => wake());
		});
	}

	static async start(files: BootFiles): Promise<GuestBoot> {
		const buffer = async (file: string): Promise<{ buffer: ArrayBuffer }> => {
			const data = await readFile(file);
			return { buffer: new Uint8Array(data).buffer };
		};
		const options = {
			...hardware,
			wasm_path: join(projectFolder, 'node_modules/v86/build/v86.wasm'),
			bios: await buffer(join(biosFolder, 'bios.bin')),
			vga_bios: await buffer(join(biosFolder, 'vgabios-stdvga.bin')),
			bzimage: await buffer(files.kernel),
			initrd: await buffer(files.initramfs),
			cmdline: commandLine,
			autostart: true,
		};
		return new GuestBoot(new V86(options as never) as unknown as Machine);
	}

	/** Everything the console has said. */
	get console(): string {
		return this.#console;
	}

	/** Waits until the console has said a line that matches. */
	async waitForLine(pattern: RegExp, seconds: number): Promise<RegExpExecArray> {
		const deadline = Date.now() + seconds * 1000;
		for (;;) {
			const found = pattern.exec(this.#console);
			if (found !== null) return found;
			if (Date.now() > deadline) {
				const last = this.#console.split('\n').slice(-20).join('\n');
				throw new Error(`the guest did not say ${String(pattern)} in ${seconds} s:\n${last}`);
			}
			const line = new Promise<void>((resolve) => this.#waiting.push(resolve));
			await Promise.race([line, sleep(500)]);
		}
	}

	/** Waits until the machine sleeps, then takes its state; in the middle of work it could not be restored. */
	async saveHalted(): Promise<Uint8Array> {
		for (let quiet = 0; quiet < 3;) {
			await sleep(20);
			quiet = this.machine.v86.cpu.in_hlt[0] === 1 ? quiet + 1 : 0;
		}
		return new Uint8Array(await this.machine.save_state());
	}

	async stop(): Promise<void> {
		await this.machine.destroy();
	}
}
