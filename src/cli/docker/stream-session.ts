import type { CommandIo } from '../../api/command.ts';
import { DetachWatch } from './detach-keys.ts';

/** What `run`, `attach`, `start -a` and `exec` pass between a terminal and a process. */
export interface Streams {
	onOutput(
		listener: (stream: 'stdout' | 'stderr', data: Uint8Array<ArrayBuffer>) => void | Promise<void>,
	): void;
	write(data: Uint8Array): Promise<void>;
	closeStdin(): void;
	resize(rows: number, columns: number): void;
}

/** One foreground session; `end` puts the terminal back. */
export class StreamSession {
	readonly #io: CommandIo;
	readonly #streams: Streams;
	readonly #tty: boolean;
	#ended = false;
	readonly #watch: DetachWatch;
	/** Settles when the detach keys were typed. */
	readonly detached: Promise<'detached'>;
	#detach: (value: 'detached') => void = () => undefined;

	constructor(io: CommandIo, streams: Streams, tty: boolean, detachKeys: readonly number[]) {
		this.#watch = new DetachWatch(detachKeys);
		this.#io = io;
		this.#streams = streams;
		this.#tty = tty;
		this.detached = new Promise((resolve) => (this.#detach = resolve));
	}
	/** Output goes to the terminal from here on; call before the process starts. */
	showOutput(wanted: { stdout: boolean; stderr: boolean } = { stdout: true, stderr: true }): void {
		this.#streams.onOutput((stream, data) => {
			if (!wanted[stream]) return;
			return stream === 'stdout' ? this.#io.out(data) : this.#io.err(data);
		});
	}
	/** Raw mode and the terminal's size. */
	async takeTerminal(): Promise<void> {
		if (!this.#tty) return;
		const { rows, columns } = this.#io.size();
		if (rows > 0) this.#streams.resize(rows, columns);
		this.#io.onResize((newRows, newColumns) => this.#streams.resize(newRows, newColumns));
		if (this.#io.isTty.stdin) await this.#io.setRaw(true);
	}
	/** Carries the input until it ends or the session does. */
	async carryInput(): Promise<void> {
		try {
			while (!this.#ended) {
				const data = await this.#io.read();
				if (this.#ended) return;
				if (data === null) return this.#streams.closeStdin();
				await this.#type(data);
			}
		} catch {
			// The process is gone, or the terminal is.
		}
	}
	async #type(data: Uint8Array<ArrayBuffer>): Promise<void> {
		if (!this.#tty) return this.#streams.write(data);
		const kept = this.#watch.pass(data);
		if (!kept) return this.#detach('detached');
		if (kept.length > 0) await this.#streams.write(kept);
	}
	async end(): Promise<void> {
		this.#ended = true;
		if (this.#tty && this.#io.isTty.stdin) await this.#io.setRaw(false).catch(() => undefined);
	}
}
