import type { Clock } from '../../util/clock.ts';

interface Entry {
	delay: number;
	lastUpdate: number;
}

/**
 * Delays per key that double up to a limit, and start anew once a key was quiet for twice that limit.
 * After client-go/util/flowcontrol/backoff.go: Backoff
 */
export class CrashBackoff {
	readonly #clock: Clock;
	readonly #base: number;
	readonly #max: number;
	readonly #entries = new Map<string, Entry>();

	constructor(clock: Clock, base: number, max: number) {
		this.#clock = clock;
		this.#base = base;
		this.#max = max;
	}
	/** Milliseconds left since `eventTime`; 0 when the key may be tried. */
	remaining(key: string, eventTime: number): number {
		const entry = this.#entries.get(key);
		if (!entry || this.#expired(entry, eventTime)) return 0;
		return Math.max(0, eventTime + entry.delay - this.#clock.now());
	}
	/** The delay in force, in milliseconds. */
	delay(key: string): number {
		return this.#entries.get(key)?.delay ?? 0;
	}
	/** Time of the last failure recorded. */
	lastUpdate(key: string): number {
		return this.#entries.get(key)?.lastUpdate ?? 0;
	}
	next(key: string, eventTime: number): void {
		const entry = this.#entries.get(key);
		const fresh = !entry || this.#expired(entry, eventTime);
		const delay = fresh ? this.#base : Math.min(this.#max, entry.delay * 2);
		this.#entries.set(key, { delay, lastUpdate: this.#clock.now() });
	}
	/** Drops every key of one pod. */
	forget(prefix: string): void {
		for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
	}
	snapshot(): Record<string, Entry> {
		return Object.fromEntries(this.#entries);
	}
	#expired(entry: Entry, eventTime: number): boolean {
		return eventTime - entry.lastUpdate > this.#max * 2;
	}
}

/** A duration as Go prints it: `10s`, `1m20s`, `5m0s`, `1.5s`, `350ms`. */
export function goDuration(ms: number): string {
	if (ms === 0) return '0s';
	if (ms < 1000) return `${Number(ms.toFixed(3))}ms`;
	const minutes = Math.floor(ms / 60_000);
	const seconds = Number(((ms % 60_000) / 1000).toFixed(3));
	if (minutes === 0) return `${seconds}s`;
	if (minutes < 60) return `${minutes}m${seconds}s`;
	return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}s`;
}
