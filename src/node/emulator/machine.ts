import { V86, type V86Options } from 'v86';
import type { Clock } from '../../util/clock.ts';
import { BootConsole } from './boot-console.ts';
import { ConsoleChannel } from './console-channel.ts';
import { GuestFiles } from './guest-files.ts';
import { hardware } from './hardware.ts';
import { clearTimeOffset, mendRestore, mendUnpack } from './mend-restore.ts';
import { yieldInThread } from './yield.ts';
import type { Emulator } from './v86-internals.d.ts';

/** What a machine is started from: a saved state, or (to make one) firmware and a kernel. */
export type MachineStart =
	| { state: ArrayBuffer }
	| {
			bios: ArrayBuffer;
			vgaBios: ArrayBuffer;
			kernel: ArrayBuffer;
			initrd?: ArrayBuffer;
			commandLine: string;
	  };

export interface MachineOptions {
	/** v86.wasm, compiled once for all machines. */
	wasm: WebAssembly.Module;
	clock: Clock;
	start: MachineStart;
	/** How long loading may take; v86 does not say when it fails. */
	loadMs?: number;
}

const agentPort = 1;
/**
 * v86 compiles up to three pages of guest code into one function. Browsers optimise what is hot once more, in a time
 * that grows faster than the function: with one page a rack of five asks for less than half of that work.
 */
const pagesPerModule = 1;
const onePage = 1;
const panicLine = 'Kernel panic - not syncing';
const defaultLoadMs = 30_000;
/** A state is saved while the guest's CPU is halted; a busy guest is given up on after this. */
const quietMs = 3000;
const quietStepMs = 2;
const balloonMs = 20_000;
const balloonStepMs = 5;
const pageSize = 4096;

function startOptions(start: MachineStart): object {
	/* A state is restored later, when what v86 does wrong in a restore has been mended. */
	if ('state' in start) return {};
	return {
		bios: { buffer: start.bios },
		vga_bios: { buffer: start.vgaBios },
		bzimage: { buffer: start.kernel },
		...(start.initrd ? { initrd: { buffer: start.initrd } } : {}),
		cmdline: start.commandLine,
	};
}

/** One emulated computer: its power switch, its serial port, its network card, its shared files. */
export class Machine {
	/** The port the guest's agent speaks on. */
	readonly agent: ConsoleChannel;
	readonly console = new BootConsole();
	readonly files: GuestFiles;
	readonly #emulator: Emulator;
	readonly #clock: Clock;
	#running = false;
	#halted = false;
	#droppedFrames = 0;
	#onFrame: (frame: Uint8Array<ArrayBuffer>) => void = () => undefined;
	#onHalt: (isCertain: boolean) => void = () => undefined;

	constructor(emulator: Emulator, clock: Clock) {
		this.#emulator = emulator;
		this.#clock = clock;
		this.agent = new ConsoleChannel(emulator, clock, agentPort);
		this.files = new GuestFiles(() => emulator.fs9p);
		emulator.add_listener('serial0-output-byte', (byte: number) => this.#consoleByte(byte));
		emulator.add_listener('net0-send', (frame: Uint8Array) => this.#onFrame(frame.slice()));
		emulator.add_listener('cpu-event-halt', () => this.#halt());
	}

	/** Loads the state or the kernel; the machine stands still until `run`. */
	static async create(options: MachineOptions): Promise<Machine> {
		const { wasm, clock } = options;
		const emulator = new V86({
			...hardware,
			...startOptions(options.start),
			autostart: false,
			wasm_fn: async (imports: WebAssembly.Imports) =>
				(await WebAssembly.instantiate(wasm, imports)).exports,
		} as unknown as V86Options) as unknown as Emulator;
		await loaded(emulator, clock, options.loadMs ?? defaultLoadMs);
		mendRestore(emulator.v86.cpu);
		mendUnpack(emulator.v86.cpu, 'state' in options.start);
		yieldInThread(emulator.v86, clock);
		emulator.v86.cpu.set_jit_config(pagesPerModule, onePage);
		const machine = new Machine(emulator, clock);
		if ('state' in options.start) await machine.restoreState(options.start.state);
		return machine;
	}

	get running(): boolean {
		return this.#running;
	}

	async run(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		await this.#emulator.run();
	}

	/** Freezes the CPU; the guest's clock jumps on at the next `run`. */
	async stop(): Promise<void> {
		if (!this.#running) return;
		this.#running = false;
		await this.#emulator.stop();
	}

	async destroy(): Promise<void> {
		this.agent.close();
		this.#running = false;
		await this.#emulator.destroy();
	}

	/** Leaves a running guest so many bytes: it gives the rest back, and counts it out of its MemTotal. */
	async leaveMemory(bytes: number): Promise<void> {
		const { virtio_balloon: balloon } = this.#emulator.v86.cpu.devices;
		const pages = Math.max(0, hardware.memory_size - bytes) / pageSize;
		if (balloon.num_pages === pages) return;
		balloon.Inflate(pages - balloon.num_pages);
		for (let waited = 0; balloon.actual !== pages; waited += balloonStepMs) {
			if (waited >= balloonMs) throw new Error('the guest does not give its memory back');
			await this.#clock.sleep(balloonStepMs);
		}
	}

	/** Frames the guest's card sends, each a copy that can be transferred. */
	onFrame(listener: (frame: Uint8Array<ArrayBuffer>) => void): void {
		this.#onFrame = listener;
	}

	/** Gives a frame to the card; dropped while the guest has no buffer for it, as on a real wire. */
	receiveFrame(frame: Uint8Array): void {
		const queue = this.#emulator.v86.cpu.devices.virtio_net.virtio.queues[0];
		if (queue?.enabled && queue.count_requests() > 0)
			this.#emulator.bus.send('net0-receive', frame);
		else this.#droppedFrames++;
	}

	/** Plugs the card's cable in or pulls it out: the guest's kernel sees the carrier come and go. */
	setCarrier(isUp: boolean): void {
		const card = this.#emulator.v86.cpu.devices.virtio_net;
		card.status = Number(isUp);
		card.virtio.notify_config_changes();
	}

	/**
	 * The guest has ended: a power-off, told once, or by its words a panic (whose kernel spins until it is stopped).
	 * That is not certain: whoever is root in the guest can write such a line on the console.
	 */
	onHalt(listener: (isCertain: boolean) => void): void {
		this.#onHalt = listener;
	}

	/** Saves the whole machine at a moment its CPU is halted. */
	async saveState(): Promise<ArrayBuffer> {
		for (let waited = 0; this.#running && !this.#quiet(); waited += quietStepMs) {
			if (waited >= quietMs) throw new Error('the guest is too busy to be saved');
			await this.#clock.sleep(quietStepMs);
		}
		return this.#emulator.save_state();
	}

	/** Takes a state, zstd or as it was saved; the guest's clock goes on where it was. */
	async restoreState(state: ArrayBuffer): Promise<void> {
		this.#halted = false;
		clearTimeOffset(this.#emulator.v86.cpu);
		await this.#emulator.restore_state(state);
	}

	/** Counts up, modulo 2³². */
	get instructions(): number {
		return this.#emulator.get_instruction_counter();
	}

	snapshot(): { running: boolean; wasmBytes: number; droppedFrames: number } {
		return {
			running: this.#running,
			wasmBytes: this.#emulator.v86.cpu.wasm_memory.buffer.byteLength,
			droppedFrames: this.#droppedFrames,
		};
	}

	#consoleByte(byte: number): void {
		if (this.console.byte(byte)?.includes(panicLine)) this.#onHalt(false);
	}

	#halt(): void {
		if (this.#halted) return;
		this.#halted = true;
		this.#onHalt(true);
	}

	#quiet(): boolean {
		return this.#emulator.v86.cpu.in_hlt[0] === 1 && this.agent.pending === 0;
	}
}

function loaded(emulator: Emulator, clock: Clock, limitMs: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const timer = clock.after(limitMs, () => reject(new Error('the machine did not load')));
		emulator.add_listener('emulator-loaded', () => {
			timer.cancel();
			resolve();
		});
	});
}
