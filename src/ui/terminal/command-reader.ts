import type { IMarker, Terminal } from '@xterm/xterm';
import { commandOf } from './prompt.ts';

export interface CommandResult {
	command: string;
	/** What stands between the command and the next prompt. */
	output: string;
	/** Exit status, where the shell tells it. */
	code: number | undefined;
}

const mostLines = 400;

/**
 * Tells commands and their output apart: a mark stands where Enter was pressed, the shell says the exit
 * status as `OSC 133 ; D ; <status>` before its prompt.
 */
export class CommandReader {
	readonly #terminal: Terminal;
	#begin: IMarker | undefined;
	#code: number | undefined;

	constructor(terminal: Terminal) {
		this.#terminal = terminal;
		terminal.parser.registerOscHandler(133, (data) => {
			const [kind, status] = data.split(';');
			if (kind === 'D' && this.#begin) this.#code = Number(status);
			return kind === 'D';
		});
	}
	/** Enter is pressed in this row. A second one before the prompt belongs to the same command. */
	enter(): void {
		if (this.#begin && !this.#begin.isDisposed) return;
		this.#begin = this.#terminal.registerMarker(0);
		this.#code = undefined;
	}
	/** Called at a prompt: what was run since the last one. */
	finished(): CommandResult | undefined {
		const begin = this.#begin;
		this.#begin = undefined;
		if (!begin || begin.isDisposed) return undefined;
		const buffer = this.#terminal.buffer.active;
		const end = buffer.baseY + buffer.cursorY;
		let row = begin.line;
		begin.dispose();
		while (row > 0 && buffer.getLine(row)?.isWrapped) row--;
		let typed = buffer.getLine(row)?.translateToString(true) ?? '';
		for (row++; row < end && buffer.getLine(row)?.isWrapped; row++)
			typed += buffer.getLine(row)?.translateToString(true) ?? '';
		const command = commandOf(typed);
		if (command === '') return undefined;
		return { command, output: this.#lines(Math.max(row, end - mostLines), end), code: this.#code };
	}
	#lines(from: number, to: number): string {
		const buffer = this.#terminal.buffer.active;
		let text = '';
		for (let row = from; row < to; row++) {
			const line = buffer.getLine(row);
			text += `${line?.isWrapped || row === from ? '' : '\n'}${line?.translateToString(true) ?? ''}`;
		}
		return text;
	}
}
