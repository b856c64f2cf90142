const mostCharacters = 1_000_000;

/** What a terminal printed and when, for a file in the format of asciinema, version 2. */
export class Recording {
	#begun = 0;
	#size = { width: 80, height: 24 };
	#events: { at: number; text: string }[] = [];
	#characters = 0;
	readonly #now: () => number;

	constructor(now: () => number = () => Date.now()) {
		this.#now = now;
	}
	begin(width: number, height: number): void {
		if (this.#begun !== 0) return;
		this.#begun = this.#now();
		this.#size = { width, height };
	}
	/** The oldest output goes when there is more than a megabyte. */
	output(text: string): void {
		this.#events.push({ at: this.#now(), text });
		this.#characters += text.length;
		while (this.#characters > mostCharacters) {
			const [oldest] = this.#events.splice(0, 1);
			this.#characters -= oldest?.text.length ?? 0;
		}
	}
	/** `.cast`: a header and one line an event. */
	asciicast(title: string): string {
		const [first] = this.#events;
		const zero = first?.at ?? this.#begun;
		const header = { version: 2, ...this.#size, timestamp: Math.floor(zero / 1000), title };
		const lines = this.#events.map(({ at, text }) =>
			JSON.stringify([Math.round(at - zero) / 1000, 'o', text]),
		);
		return [JSON.stringify(header), ...lines, ''].join('\n');
	}
}
