import type { LogEntry, LogOptions } from '../../api/engine.ts';
import type { OutputName } from '../../api/agent.ts';

const newline = 10;
const longestLine = 16_384;
const fullSize = 1 << 20;

/** A container's output as lines with their time; the oldest go when it grows past its size. */
export class LogBuffer {
	readonly #now: () => number;
	#entries: LogEntry[] = [];
	#bytes = 0;
	/** Entries dropped at the front, so that a follower keeps its place. */
	#dropped = 0;
	#closed = true;
	readonly #open: Record<OutputName, Uint8Array<ArrayBuffer>[]> = { stdout: [], stderr: [] };
	readonly #followers = new Set<() => void>();

	constructor(now: () => number) {
		this.#now = now;
	}
	/** A run begins: followers wait for more from here on. */
	begin(): void {
		this.#closed = false;
	}
	append(stream: OutputName, data: Uint8Array<ArrayBuffer>): void {
		for (let start = 0; start < data.length;) {
			const end = data.indexOf(newline, start);
			const part = data.slice(start, end < 0 ? data.length : end + 1);
			this.#open[stream].push(part);
			if (end >= 0 || length(this.#open[stream]) >= longestLine) this.#flush(stream);
			start += part.length;
		}
		this.#wake();
	}
	/** The run is over: what has no line end yet is a line too. */
	end(): void {
		this.#flush('stdout');
		this.#flush('stderr');
		this.#closed = true;
		this.#wake();
	}
	#flush(stream: OutputName): void {
		const parts = this.#open[stream];
		if (parts.length === 0) return;
		const data = concat(parts);
		this.#open[stream] = [];
		this.#entries.push({ time: this.#now(), stream, data });
		this.#bytes += data.length;
		while (this.#bytes > fullSize) this.#drop();
	}
	#drop(): void {
		this.#bytes -= this.#entries.shift()?.data.length ?? 0;
		this.#dropped++;
	}
	#wake(): void {
		for (const follower of [...this.#followers]) follower();
	}
	async *read(options: LogOptions = {}): AsyncGenerator<LogEntry> {
		const { since = 0, until = Infinity, signal } = options;
		let next = this.#dropped + this.#tailStart(options);
		for (;;) {
			while (next < this.#dropped + this.#entries.length) {
				const entry = this.#entries[Math.max(0, next - this.#dropped)];
				next = Math.max(next, this.#dropped) + 1;
				if (entry && entry.time >= since && entry.time <= until) yield entry;
				if (signal?.aborted) return;
			}
			if (this.#isOver(options)) return;
			await this.#changed(signal);
		}
	}
	#isOver({ follow, signal, until = Infinity }: LogOptions): boolean {
		return !follow || this.#closed || (signal?.aborted ?? false) || this.#now() > until;
	}
	#tailStart({ tail, since = 0 }: LogOptions): number {
		if (tail === undefined || tail < 0) return 0;
		const fresh = this.#entries.filter((entry) => entry.time >= since).length;
		return this.#entries.length - Math.min(tail, fresh);
	}
	#changed(signal: AbortSignal | undefined): Promise<void> {
		return new Promise((resolve) => {
			const wake = () => {
				this.#followers.delete(wake);
				signal?.removeEventListener('abort', wake);
				resolve();
			};
			this.#followers.add(wake);
			signal?.addEventListener('abort', wake);
		});
	}
	snapshot(): { entries: number; bytes: number; dropped: number } {
		return { entries: this.#entries.length, bytes: this.#bytes, dropped: this.#dropped };
	}
}

function length(parts: Uint8Array[]): number {
	return parts.reduce((sum, part) => sum + part.length, 0);
}

function concat(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
	if (parts.length === 1 && parts[0]) return parts[0];
	const joined = new Uint8Array(length(parts));
	let at = 0;
	for (const part of parts) {
		joined.set(part, at);
		at += part.length;
	}
	return joined;
}
