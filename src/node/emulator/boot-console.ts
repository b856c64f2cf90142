const lineLimit = 1000;
/** A line that does not end is cut: anything may be written to a serial port. */
const lengthLimit = 4096;

/** What the guest prints on its serial console, by line. */
export class BootConsole {
	readonly #lines: string[] = [];
	#line: number[] = [];
	#onLine: (line: string) => void = () => undefined;

	/** Takes a byte and answers the line it ends. */
	byte(byte: number): string | undefined {
		if (byte === 0x0d) return undefined;
		if (byte !== 0x0a) this.#line.push(byte);
		if (byte !== 0x0a && this.#line.length < lengthLimit) return undefined;
		const line = new TextDecoder().decode(Uint8Array.from(this.#line));
		this.#line = [];
		this.#lines.push(line);
		if (this.#lines.length > lineLimit) this.#lines.shift();
		this.#onLine(line);
		return line;
	}

	onLine(listener: (line: string) => void): void {
		this.#onLine = listener;
	}

	/** All lines that are kept, the unfinished one last. */
	get text(): string {
		const rest = new TextDecoder().decode(Uint8Array.from(this.#line));
		return [...this.#lines, rest].join('\n');
	}
}
