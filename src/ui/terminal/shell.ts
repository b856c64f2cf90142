import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Cluster, TerminalSession } from '../../api/cluster.ts';
import { terminalTheme } from './terminal-theme.ts';

export interface ShellOptions {
	node: string;
	fontSize: number;
	screenReader: boolean;
	/** Bytes arrived; a tab out of view marks itself. */
	onOutput: () => void;
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
const prompt = /[#$] $/;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * One xterm with its session. It lives in an element of its own, which is moved between places
 * of the page, so that neither a layout nor the language ends a shell.
 */
export class Shell {
	readonly element = document.createElement('div');
	readonly #terminal: Terminal;
	readonly #fit = new FitAddon();
	readonly #options: ShellOptions;
	#session: TerminalSession | undefined;
	#lastOutput = 0;
	#connected = 0;
	#prompted = false;

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
			screenReaderMode: options.screenReader,
			scrollback: 5000,
			theme: terminalTheme(document.documentElement),
		});
		this.#terminal.loadAddon(this.#fit);
		this.#terminal.attachCustomKeyEventHandler((event) => this.#key(event));
		this.#terminal.onData((data) => this.#session?.write(data));
		this.#terminal.onBinary((data) =>
			this.#session?.write(Uint8Array.from(data, (char) => char.charCodeAt(0))),
		);
		this.#terminal.onResize(({ rows, cols }) => this.#session?.resize(rows, cols));
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
		session.onData((data) => {
			this.#lastOutput = performance.now();
			this.#terminal.write(data);
			if (this.#lastOutput - this.#connected > greetingMs) this.#options.onOutput();
		});
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
		this.#session?.close();
		this.#terminal.dispose();
		this.element.remove();
	}
	interrupt(): void {
		this.#session?.write('\x03');
	}
	/** The cursor stands behind a prompt and nothing has been printed for a moment. */
	get idle(): boolean {
		if (performance.now() - this.#lastOutput < quietMs) return false;
		const buffer = this.#terminal.buffer.active;
		const line = buffer.getLine(buffer.baseY + buffer.cursorY);
		const idle = prompt.test(line?.translateToString(false, 0, buffer.cursorX) ?? '');
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
	/**
	 * Types at reading speed and presses Enter; settles when the shell asks for the next command, or, for a program
	 * that keeps the terminal, when it was given a moment to start.
	 */
	async type(text: string, returns = true): Promise<void> {
		const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
		const perKey = still ? 0 : Math.min(keyMs, longestTypingMs / Math.max(1, text.length));
		this.#terminal.scrollToBottom();
		for (const [index, part] of [...text].entries()) {
			this.#session?.write(part === '\n' ? '\r' : part);
			if (perKey > 0 && index % 3 === 2) await pause(perKey * 3);
		}
		this.#lastOutput = performance.now();
		this.#session?.write('\r');
		if (returns) await this.untilIdle();
		else await pause(startedMs);
	}

	/** Answers false for the keys that leave the terminal and for those of the clipboard. */
	#key(event: KeyboardEvent): boolean {
		if (event.key === 'F6' || (event.key === 'Tab' && event.shiftKey)) return false;
		if (!event.ctrlKey || !event.shiftKey) return true;
		if (event.code === 'KeyC') {
			if (event.type === 'keydown') void this.#copy();
			event.preventDefault();
			return false;
		}
		// The browser's own "paste as plain text" reaches xterm as a paste event.
		return event.code !== 'KeyV';
	}
	async #copy(): Promise<void> {
		const text = this.#terminal.getSelection();
		if (text === '') return;
		try {
			await navigator.clipboard.writeText(text);
		} catch {
			document.execCommand('copy');
		}
	}
}
