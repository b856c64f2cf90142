import type { IMarker, Terminal } from '@xterm/xterm';

/**
 * What a shell says of itself (`OSC 133`, as shell integrations elsewhere do): `B` behind its prompt, after `P;k=s` that
 * of a line which goes on, `C` as a command begins. Shells in containers do not say it.
 */
export class PromptMarks {
	/** A shell that says it has been here. */
	known = false;
	/** Prompts so far, those of lines that go on too. */
	count = 0;
	readonly #terminal: Terminal;
	readonly #onPrompt: () => void;
	/** Where the prompt ends, while nothing has been entered behind it. */
	#end: { row: IMarker; column: number } | undefined;
	#continues = false;
	#touched = false;

	/** `onPrompt`: the shell asks for a command, what it printed before is in the buffer. */
	constructor(terminal: Terminal, onPrompt: () => void) {
		this.#terminal = terminal;
		this.#onPrompt = onPrompt;
		terminal.parser.registerOscHandler(133, (data) => this.#said(data));
	}
	/** Keys went to the shell. */
	typed(keys: string): void {
		// The end of a line in a paste that says where it begins and ends is part of the line.
		if (keys.includes('\r') && !keys.startsWith('\x1b[200~')) this.#forget();
		else this.#touched = true;
	}
	/** Who connects anew talks to a shell that has said nothing yet. */
	reset(): void {
		this.#forget();
		this.known = false;
		this.#touched = false;
	}
	get atPrompt(): boolean {
		return this.#end !== undefined;
	}
	/** What stands behind the prompt and was typed there; undefined when nothing was, empty behind `> `. */
	get begun(): string | undefined {
		const end = this.#end;
		if (!end) return undefined;
		if (this.#continues) return '';
		const buffer = this.#terminal.buffer.active;
		const moved = buffer.baseY + buffer.cursorY !== end.row.line || buffer.cursorX !== end.column;
		// A line that a program of the background printed moves the cursor as well.
		if (moved && !this.#touched) return undefined;
		let text = buffer.getLine(end.row.line)?.translateToString(true, end.column) ?? '';
		for (let row = end.row.line + 1; buffer.getLine(row)?.isWrapped; row++)
			text += buffer.getLine(row)?.translateToString(true) ?? '';
		return moved || text.trim() !== '' ? text.trim() : undefined;
	}

	#said(data: string): boolean {
		const [kind] = data.split(';');
		this.known = true;
		if (kind === 'B') this.#prompted();
		else if (kind === 'C') this.#forget();
		else if (kind === 'D') this.#touched = this.#continues = false;
		else if (kind === 'P') this.#continues = true;
		else if (kind === 'A') this.#continues = false;
		// Others read the exit status in it.
		return kind !== 'D';
	}
	#prompted(): void {
		this.#forget();
		this.#end = {
			row: this.#terminal.registerMarker(0),
			column: this.#terminal.buffer.active.cursorX,
		};
		this.count++;
		if (!this.#continues) this.#onPrompt();
	}
	#forget(): void {
		this.#end?.row.dispose();
		this.#end = undefined;
	}
}
