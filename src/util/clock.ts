/** A pending call of {@link Clock.after} or {@link Clock.every}; `cancel` is safe to call twice. */
export interface Timer {
	cancel(): void;
}

/** The only source of time outside `src/ui`: it can be paused, stepped and slowed down. */
export interface Clock {
	/** Wall-clock time in milliseconds since 1970. */
	now(): number;
	/** Calls `fn` once, `ms` milliseconds from now. */
	after(ms: number, fn: () => void): Timer;
	/** Calls `fn` every `ms` milliseconds until cancelled. */
	every(ms: number, fn: () => void): Timer;
	/** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Waits on any clock; kept outside the classes so that both clocks share one meaning of abort. */
function sleepOn(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const fail = () => {
			timer.cancel();
			reject(signal?.reason as Error);
		};
		const timer = clock.after(ms, () => {
			signal?.removeEventListener('abort', fail);
			resolve();
		});
		if (signal?.aborted) fail();
		else signal?.addEventListener('abort', fail, { once: true });
	});
}

/** The host's real time. */
export class RealClock implements Clock {
	now(): number {
		return Date.now();
	}
	after(ms: number, fn: () => void): Timer {
		const id = setTimeout(fn, ms);
		return { cancel: () => clearTimeout(id) };
	}
	every(ms: number, fn: () => void): Timer {
		const id = setInterval(fn, ms);
		return { cancel: () => clearInterval(id) };
	}
	sleep(ms: number, signal?: AbortSignal): Promise<void> {
		return sleepOn(this, ms, signal);
	}
}

interface Entry {
	at: number;
	order: number;
	fn: () => void;
	every?: number;
}

/** A clock that stands still until `advance` is called: tests and stepping use it. */
export class ManualClock implements Clock {
	#now: number;
	#order = 0;
	readonly #entries = new Set<Entry>();

	constructor(now = 1_700_000_000_000) {
		this.#now = now;
	}
	now(): number {
		return this.#now;
	}
	after(ms: number, fn: () => void): Timer {
		return this.#add({ at: this.#now + Math.max(0, ms), order: this.#order++, fn });
	}
	every(ms: number, fn: () => void): Timer {
		return this.#add({ at: this.#now + ms, order: this.#order++, fn, every: ms });
	}
	sleep(ms: number, signal?: AbortSignal): Promise<void> {
		return sleepOn(this, ms, signal);
	}
	/** Moves time on by `ms`, running what falls due in order and letting promises settle between. */
	async advance(ms: number): Promise<void> {
		const end = this.#now + ms;
		await settle();
		for (let next = this.#next(end); next; next = this.#next(end)) {
			this.#now = Math.max(this.#now, next.at);
			if (next.every === undefined) this.#entries.delete(next);
			else next.at += next.every;
			next.fn();
			await settle();
		}
		this.#now = end;
	}
	/** Time passes while nothing runs, as when a computer sleeps: what falls due meanwhile runs at the next `advance`. */
	sleepThrough(ms: number): void {
		this.#now += ms;
	}
	#add(entry: Entry): Timer {
		this.#entries.add(entry);
		return { cancel: () => this.#entries.delete(entry) };
	}
	#next(end: number): Entry | undefined {
		let best: Entry | undefined;
		for (const entry of this.#entries) {
			if (entry.at > end) continue;
			if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order))
				best = entry;
		}
		return best;
	}
}

/** Lets chains of already resolved promises run: each turn of the loop is one link of the longest such chain. */
async function settle(): Promise<void> {
	for (let link = 0; link < 400; link++) await Promise.resolve();
}
