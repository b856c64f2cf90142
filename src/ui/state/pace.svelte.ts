/** More changes in a second than eyes can tell apart. */
const readable = 15;
const secondMs = 1000;

/** How fast things change: what changes faster than anybody can follow is drawn without motion. */
export class Pace {
	rushed = $state(false);
	#times: number[] = [];
	#calm: ReturnType<typeof setTimeout> | undefined;

	/** Something changed at this time, in milliseconds. */
	tick(time: number): void {
		this.#times = [...this.#times.filter((one) => time - one < secondMs), time];
		if (this.#times.length <= readable) return;
		this.rushed = true;
		clearTimeout(this.#calm);
		this.#calm = setTimeout(() => (this.rushed = false), secondMs);
	}
}
