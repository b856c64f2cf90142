import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Cluster, TerminalSession } from '../../api/cluster.ts';
import { consoleLog, logged } from '../../util/log.ts';
import { isClipboardKey, leavesTerminal } from './keys.ts';
import { isPrompt } from './prompt.ts';
import { CommandReader, type CommandResult } from './command-reader.ts';
import { findInBuffer, type Found } from './find.ts';
import { terminalTheme } from './terminal-theme.ts';
import { Recording } from './recording.ts';

export type { CommandResult } from './command-reader.ts';

export interface ShellOptions {
	node: string;
	fontSize: number;
	screenReader: boolean;
	/** Bytes arrived; a tab out of view marks itself. */
	onOutput: () => void;
	/** A command has returned to the prompt. */
	onCommand: (result: CommandResult) => void;
	/** The session ended, with the words to show for it. */
	onExit: (code: number) => void;
}

const keyMs = 9;
const longestTypingMs = 1200;
const quietMs = 160;
/** A shell's first prompt is no news. */
const greetingMs = 2500;
const busyMs = 600;
const startMs = 15_000;
const startedMs = 800;
const promptTimeoutMs = 180_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * One xterm with its session. It lives in an element of its own, which is moved between places
 * of the page, so that neither a layout nor the language ends a shell.
 */
export class Shell {
	readonly element = document.createElement('div');
	readonly recording = new Recording();
	readonly #terminal: Terminal;
	readonly #fit = new FitAddon();
	readonly #options: ShellOptions;
	readonly #reader: CommandReader;
	readonly #decoder = new TextDecoder();
	#session: TerminalSession | undefined;
	#lastOutput = 0;
	#connected = 0;
	#prompted = false;
	#settling: ReturnType<typeof setTimeout> | undefined;
	#found: Found | undefined;

	constructor(options: ShellOptions) {
		this.#options = options;
		this.element.className = 'shell';
		this.#terminal = new Terminal({
			allowProposedApi: false,
			cursorBlink: true,
			convertEol: false,
			fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
			fontSize: options.fontSize,
			lineHeight: 1.2,
			minimumContrastRatio: 4.5,
			rightClickSelectsWord: false,
			screenReaderMode: options.screenReader,
			scrollback: 5000,
			theme: terminalTheme(document.documentElement),
		});
		this.#terminal.loadAddon(this.#fit);
		this.#reader = new CommandReader(this.#terminal);
		this.#terminal.attachCustomKeyEventHandler((event) => this.#key(event));
		this.#terminal.onData((data) => this.#send(data));
		this.#terminal.onBinary((data) =>
			this.#session?.write(Uint8Array.from(data, (char) => char.charCodeAt(0))),
		);
		this.#terminal.onResize(({ rows, cols }) => this.#session?.resize(rows, cols));
	}
	/** Of the program that the session runs, while there is one. */
	get pid(): number | undefined {
		return this.#session?.pid;
	}
	get connected(): boolean {
		return this.#session !== undefined;
	}
	/** Opens a session on the node; for the first time or after the node came back. */
	async connect(cluster: Cluster): Promise<void> {
		const { rows, cols: columns } = this.#terminal;
		const session = await cluster.openTerminal(this.#options.node, { rows, columns });
		this.#session = session;
		this.#connected = performance.now();
		this.#prompted = false;
		this.recording.begin(columns, rows);
		session.onData((data) => this.#receive(data));
		session.onExit((code) => {
			this.#session = undefined;
			this.#options.onExit(code);
		});
	}
	/** Puts the terminal into a place of the page and gives it its size. */
	attach(parent: HTMLElement, name: string): void {
		parent.append(this.element);
		if (!this.#terminal.element) this.#terminal.open(this.element);
		this.#terminal.textarea?.setAttribute('aria-label', name);
		this.fit();
	}
	fit(): void {
		if (this.element.clientWidth > 0 && this.element.clientHeight > 0) this.#fit.fit();
	}
	restyle(fontSize: number, screenReader: boolean): void {
		this.#terminal.options.theme = terminalTheme(document.documentElement);
		this.#terminal.options.fontSize = fontSize;
		this.#terminal.options.screenReaderMode = screenReader;
		this.fit();
	}
	/** A line of the page's own, set apart from what programs print. */
	say(text: string): void {
		this.#terminal.write(`\r\n\x1b[2;3m${text}\x1b[0m\r\n`);
	}
	focus(): void {
		this.#terminal.focus();
	}
	clear(): void {
		this.#terminal.clear();
	}
	dispose(): void {
		clearTimeout(this.#settling);
		this.#session?.close();
		this.#terminal.dispose();
		this.element.remove();
	}
	interrupt(): void {
		this.#session?.write('\x03');
	}
	/** Ends what runs; a program that catches Ctrl-C is asked twice and then left alone. */
	async interrupted(): Promise<boolean> {
		for (let tries = 2; tries > 0; tries--) {
			this.interrupt();
			this.#lastOutput = performance.now();
			if (await this.untilIdle(3000)) return true;
		}
		return false;
	}
	/** The cursor stands behind a prompt and nothing has been printed for a moment. */
	get idle(): boolean {
		if (performance.now() - this.#lastOutput < quietMs) return false;
		const buffer = this.#terminal.buffer.active;
		const line = buffer.getLine(buffer.baseY + buffer.cursorY);
		const before = line?.translateToString(false, 0, buffer.cursorX) ?? '';
		const idle = buffer.type === 'normal' && isPrompt(before);
		this.#prompted ||= idle;
		return idle;
	}
	/** A shell that has not shown its first prompt yet is given time; a busy one is not waited for. */
	async free(): Promise<boolean> {
		return this.untilIdle(this.#prompted ? busyMs : startMs);
	}
	async untilIdle(timeoutMs = promptTimeoutMs): Promise<boolean> {
		const end = performance.now() + timeoutMs;
		while (!this.idle && performance.now() < end && this.#session) await pause(60);
		return this.idle;
	}
	/** Types at reading speed and presses Enter. */
	async enter(text: string): Promise<void> {
		const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
		const perKey = still ? 0 : Math.min(keyMs, longestTypingMs / Math.max(1, text.length));
		this.#terminal.scrollToBottom();
		for (const [index, part] of [...text].entries()) {
			this.#send(part === '\n' ? '\r' : part);
			if (perKey > 0 && index % 3 === 2) await pause(perKey * 3);
		}
		this.#lastOutput = performance.now();
		this.#send('\r');
	}
	/**
	 * After {@link enter}: settles when the shell asks for the next command, or, for a program that keeps the terminal,
	 * when it was given a moment to start.
	 */
	async taken(returns = true): Promise<void> {
		if (returns) await this.untilIdle();
		else await pause(startedMs);
	}
	get selection(): string {
		return this.#terminal.getSelection();
	}
	selectAll(): void {
		this.#terminal.selectAll();
	}
	/** False when the browser refuses the clipboard: the keys of the browser's own menu still work. */
	async copy(): Promise<boolean> {
		if (this.selection === '') return true;
		try {
			await navigator.clipboard.writeText(this.selection);
			return true;
		} catch {
			return document.execCommand('copy');
		}
	}
	async paste(): Promise<boolean> {
		try {
			this.#terminal.paste(await navigator.clipboard.readText());
			this.focus();
			return true;
		} catch {
			return false;
		}
	}
	/** Selects the next place where the words stand, upwards from the last one; answers how many there are. */
	search(words: string, step: 1 | -1): number {
		const found = findInBuffer(this.#terminal.buffer.active, words);
		if (found.length === 0) {
			this.#terminal.clearSelection();
			this.#found = undefined;
			return 0;
		}
		const at = found.findIndex(
			({ row, column }) => row === this.#found?.row && column === this.#found.column,
		);
		const next = at < 0 ? found.length - 1 : (at + step + found.length) % found.length;
		const place = (this.#found = found[next]);
		if (place) {
			this.#terminal.select(place.column, place.row, place.length);
			this.#terminal.scrollToLine(Math.max(0, place.row - 2));
		}
		return found.length;
	}
	/** Everything that can be scrolled to, as plain text. */
	get text(): string {
		const buffer = this.#terminal.buffer.active;
		let text = '';
		for (let row = 0; row < buffer.length; row++) {
			const line = buffer.getLine(row);
			text += `${line?.isWrapped || row === 0 ? '' : '\n'}${line?.translateToString(true) ?? ''}`;
		}
		return `${text.trimEnd()}\n`;
	}

	#receive(data: Uint8Array): void {
		this.#lastOutput = performance.now();
		this.#terminal.write(data);
		this.recording.output(this.#decoder.decode(data, { stream: true }));
		if (this.#lastOutput - this.#connected > greetingMs) this.#options.onOutput();
		clearTimeout(this.#settling);
		this.#settling = setTimeout(() => this.#settled(), quietMs + 60);
	}
	#settled(): void {
		if (!this.idle) return;
		const result = this.#reader.finished();
		if (result) this.#options.onCommand(result);
	}
	#send(data: string): void {
		if (data.includes('\r') && this.#terminal.buffer.active.type === 'normal') this.#reader.enter();
		this.#session?.write(data);
	}
	/** Answers false for the keys that leave the terminal and for those of the clipboard. */
	#key(event: KeyboardEvent): boolean {
		if (leavesTerminal(event)) return false;
		const key = isClipboardKey(event, this.selection !== '');
		if (key === undefined) return true;
		if (key === 'copy') {
			// What is copied is not selected any more: the next Ctrl+C is the shell's.
			if (event.type === 'keydown')
				this.copy().then(
					() => this.#terminal.clearSelection(),
					logged(consoleLog, 'terminal', 'nothing was copied'),
				);
			event.preventDefault();
		}
		// The browser's own paste reaches xterm as a paste event, without asking for permission.
		return false;
	}
}
