import type { OutputName } from '../../api/agent.ts';
import type { Attachment } from '../../api/engine.ts';

type Listener = (stream: OutputName, data: Uint8Array<ArrayBuffer>) => void | Promise<void>;

/** What an attachment can do to the process it watches. */
export interface AttachTarget {
	write(data: Uint8Array): Promise<void>;
	closeStdin(): void;
	resize(rows: number, columns: number): void;
}

class Tap implements Attachment {
	readonly done: Promise<void>;
	readonly #target: AttachTarget;
	readonly #leave: (tap: Tap) => void;
	#listener: Listener | undefined;
	#kept: [OutputName, Uint8Array<ArrayBuffer>][] = [];
	#finish: () => void = () => undefined;

	constructor(target: AttachTarget, leave: (tap: Tap) => void) {
		this.#target = target;
		this.#leave = leave;
		this.done = new Promise((resolve) => (this.#finish = resolve));
	}
	onOutput(listener: Listener): void {
		this.#listener = listener;
		for (const [stream, data] of this.#kept.splice(0)) this.pass(stream, data);
	}
	async deliver(stream: OutputName, data: Uint8Array<ArrayBuffer>): Promise<void> {
		if (!this.#listener) this.#kept.push([stream, data]);
		else await this.#listener(stream, data);
	}
	/** As `deliver`, when nobody waits: one who does not take it is let go. */
	pass(stream: OutputName, data: Uint8Array<ArrayBuffer>): void {
		this.deliver(stream, data).catch(() => this.detach());
	}
	write(data: Uint8Array): Promise<void> {
		return this.#target.write(data);
	}
	closeStdin(): void {
		this.#target.closeStdin();
	}
	resize(rows: number, columns: number): void {
		this.#target.resize(rows, columns);
	}
	detach(): void {
		this.#leave(this);
		this.#finish();
	}
}

/** Enough for a prompt and a greeting; a program that prints more than this is not waiting for anybody. */
const openingBytes = 64 * 1024;

/** Everybody who watches one container's streams; the slowest sets the pace. */
export class OutputTaps {
	readonly #taps = new Set<Tap>();
	/** What was printed before the first attachment, for that one to begin with. */
	#opening: [OutputName, Uint8Array<ArrayBuffer>][] | undefined;

	constructor({ keepsOpening = false } = {}) {
		this.#opening = keepsOpening ? [] : undefined;
	}
	/** Something was printed that no attachment was there for. */
	get hasOpening(): boolean {
		return (this.#opening ?? []).length > 0;
	}
	attach(target: AttachTarget): Attachment {
		const tap = new Tap(target, (gone) => this.#taps.delete(gone));
		this.#taps.add(tap);
		for (const [stream, data] of this.#opening ?? []) tap.pass(stream, data);
		this.#opening = undefined;
		return tap;
	}
	async deliver(stream: OutputName, data: Uint8Array<ArrayBuffer>): Promise<void> {
		this.#keep(stream, data);
		const taps = [...this.#taps];
		await Promise.all(taps.map((tap) => tap.deliver(stream, data).catch(() => tap.detach())));
	}
	#keep(stream: OutputName, data: Uint8Array<ArrayBuffer>): void {
		if (!this.#opening) return;
		const kept = this.#opening.reduce((sum, [, { length }]) => sum + length, data.length);
		if (kept > openingBytes) this.#opening = undefined;
		else this.#opening.push([stream, data]);
	}
	/** The container ended: every attachment is done. */
	end(): void {
		for (const tap of [...this.#taps]) tap.detach();
	}
}
