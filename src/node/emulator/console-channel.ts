import type { Clock, Timer } from '../../util/clock.ts';
import type { Emulator, VirtQueue } from './v86-internals.d.ts';

/** What one buffer of the guest's driver holds. */
const bufferBytes = 4096;
const retryMs = 1;

/**
 * The bytes of one virtio console port. v86 drops what finds no buffer of the guest's and cuts what is
 * longer than one, so input waits here until there is a buffer.
 */
export class ConsoleChannel {
	readonly #emulator: Emulator;
	readonly #clock: Clock;
	readonly #port: number;
	readonly #queue: Uint8Array[] = [];
	readonly #waiting: (() => void)[] = [];
	#listener: (bytes: Uint8Array) => void = () => undefined;
	#retry: Timer | undefined;
	#closed = false;

	constructor(emulator: Emulator, clock: Clock, port: number) {
		this.#emulator = emulator;
		this.#clock = clock;
		this.#port = port;
		emulator.add_listener(`virtio-console${port}-output-bytes`, (bytes: Uint8Array) => {
			this.#listener(bytes);
			/* The guest has run: it may have put back its buffers. */
			if (this.#queue.length) this.#pumpSoon();
		});
	}

	/** Settles once the guest has been given the bytes. */
	send(bytes: Uint8Array): Promise<void> {
		if (this.#closed || !bytes.length) return Promise.resolve();
		this.#queue.push(bytes);
		return new Promise((resolve) => {
			this.#waiting.push(resolve);
			this.#pump();
		});
	}

	onBytes(listener: (bytes: Uint8Array) => void): void {
		this.#listener = listener;
	}

	/** Bytes that wait for the guest. */
	get pending(): number {
		return this.#queue.reduce((sum, bytes) => sum + bytes.length, 0);
	}

	close(): void {
		this.#closed = true;
		this.#retry?.cancel();
		this.#queue.length = 0;
		for (const resolve of this.#waiting.splice(0)) resolve();
	}

	get #ready(): boolean {
		const queues = this.#emulator.v86.cpu.devices.virtio_console.virtio.queues;
		const queue: VirtQueue | undefined = queues[this.#port ? 2 * this.#port + 2 : 0];
		return queue !== undefined && queue.enabled && queue.count_requests() > 0;
	}

	#pumpSoon(): void {
		if (this.#retry) return;
		this.#retry = this.#clock.after(0, () => {
			this.#retry = undefined;
			this.#pump();
		});
	}

	#pump(): void {
		while (this.#queue.length && this.#ready)
			this.#emulator.bus.send(`virtio-console${this.#port}-input-bytes`, this.#take());
		if (!this.#queue.length || this.#retry || this.#closed) return;
		this.#retry = this.#clock.after(retryMs, () => {
			this.#retry = undefined;
			this.#pump();
		});
	}

	/** As much as fits one buffer. */
	#take(): Uint8Array {
		const first = this.#queue[0] ?? new Uint8Array();
		if (first.length > bufferBytes) {
			this.#queue[0] = first.subarray(bufferBytes);
			return first.subarray(0, bufferBytes);
		}
		let count = 0;
		let length = 0;
		for (const bytes of this.#queue) {
			if (length + bytes.length > bufferBytes) break;
			length += bytes.length;
			count++;
		}
		const taken = this.#queue.splice(0, count);
		for (const resolve of this.#waiting.splice(0, count)) resolve();
		return taken.length === 1 ? first : join(taken, length);
	}
}

function join(parts: Uint8Array[], length: number): Uint8Array {
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
