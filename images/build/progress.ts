export interface Phase {
	readonly name: string;
	/** About how long this phase takes, next to the others. */
	readonly weight: number;
}

const barWidth = 28;

/** One bar for the whole build on a terminal; one line per phase elsewhere. */
export class Progress {
	readonly #phases: readonly Phase[];
	readonly #out: NodeJS.WriteStream;
	readonly #live: boolean;
	readonly #fractions = new Map<string, number>();
	readonly #started = new Map<string, number>();
	readonly #seconds = new Map<string, number>();

	constructor(phases: readonly Phase[], out: NodeJS.WriteStream = process.stderr) {
		this.#phases = phases;
		this.#out = out;
		this.#live = out.isTTY === true;
	}

	/** Runs one phase; `work` is given a function that says how far it is (0 to 1) and with what. */
	async phase<T>(
		name: string,
		work: (update: (fraction: number, detail?: string) => void) => Promise<T>,
	): Promise<T> {
		this.#started.set(name, Date.now());
		this.#show(name, 0, '');
		if (!this.#live) this.#out.write(`${name} ...\n`);
		const result = await work((fraction, detail = '') => this.#show(name, fraction, detail));
		const seconds = (Date.now() - (this.#started.get(name) ?? 0)) / 1000;
		this.#seconds.set(name, seconds);
		this.#show(name, 1, '');
		if (!this.#live) this.#out.write(`${name}: ${seconds.toFixed(1)} s\n`);
		return result;
	}

	/** Takes the bar away. */
	end(): void {
		if (this.#live) this.#out.write('\r\x1b[K');
	}

	/** How long each finished phase took. */
	seconds(): Readonly<Record<string, number>> {
		return Object.fromEntries(this.#seconds);
	}

	#show(name: string, fraction: number, detail: string): void {
		this.#fractions.set(name, Math.min(1, Math.max(fraction, this.#fractions.get(name) ?? 0)));
		if (!this.#live) return;
		const total = this.#phases.reduce((sum, phase) => sum + phase.weight, 0);
		const done = this.#phases.reduce(
			(sum, phase) => sum + phase.weight * (this.#fractions.get(phase.name) ?? 0),
			0,
		);
		const share = done / total;
		const full = Math.round(share * barWidth);
		const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
		const text = `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${name} ${detail}`;
		this.#out.write(`\r\x1b[K${text.slice(0, (this.#out.columns ?? 80) - 1)}`);
	}
}
