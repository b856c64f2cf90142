import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Cluster, TerminalSession } from '../../api/cluster.ts';
import { consoleLog, logged } from '../../util/log.ts';
import { Composition } from './composition.ts';
import { isClipboardKey, leavesTerminal } from './keys.ts';
import { isPrompt } from './prompt.ts';
import { PromptMarks } from './prompt-marks.ts';
import { CommandReader, type CommandResult } from './command-reader.ts';
import { judge, type ShellState } from './shell-state.ts';
import { findInBuffer, type Found } from './find.ts';
import { terminalTheme } from './terminal-theme.ts';
import { Recording } from './recording.ts';

export type { CommandResult } from './command-reader.ts';

export interface ShellOptions {
	node: string;
	/** Of the shell's own words. */
	language: string;
	fontSize: number;
	screenReader: boolean;
	/** Bytes arrived; a tab out of view marks itself. */
	onOutput: () => void;
	/** It asks for a command. */
	onPrompt: () => void;
	/** A command has returned to the prompt. */
	onCommand: (result: CommandResult) => void;
	/** The session ended, with the words to show for it. */
	onExit: (code: number) => void;
	/** Several lines are about to be pasted at a prompt, where each may be a command. */
	onPaste: (text: string) => void;
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
/** How long a program is given after each thing that asks it to end. */
const endMs = 1500;
/** A kernel is not asked twice about the same silence before that. */
const askAgainMs = 1000;
const interruptKey = '\x03';
const signals = { term: 15, kill: 9 };
/** The screen of a program that was not asked to leave it: its buffer, its mouse, a hidden cursor. */
const plainScreen = '\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?25h\x1b[?1l\x1b[0m';

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
	readonly #marks: PromptMarks;
	readonly #decoder = new TextDecoder();
	#session: TerminalSession | undefined;
	#cluster: Cluster | undefined;
	#lastOutput = 0;
	#connected = 0;
	#prompted = false;
	#hasFocus = false;
	/** What the kernel said, of the silence since this output. */
	#seen: { output: number; until: number; state: ShellState } | undefined;
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
		this.#marks = new PromptMarks(this.#terminal, () => this.#returned());
		const composition = new Composition(
			this.element,
			(text) => this.#type(text),
			() => this.#terminal.options.screenReaderMode === true,
		);
		this.#terminal.attachCustomKeyEventHandler(
			(event) => !(event.type === 'keydown' && composition.takesKeys) && this.#key(event),
		);
		this.element.addEventListener('paste', (event) => this.#onPaste(event), true);
		this.#keepFocus();
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
		const { node, language } = this.#options;
		const session = await cluster.openTerminal(node, { rows, columns, language });
		this.#session = session;
		this.#cluster = cluster;
		this.#marks.reset();
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
		// It was moved while somebody was typing.
		if (this.#hasFocus && document.activeElement === document.body) this.focus();
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
	/** As if the key that sends this had been pressed; a cursor key as the program in the terminal wants it. */
	press(data: string): void {
		const arrow = /^\[([ABCD])$/.exec(data.slice(1))?.[1];
		const own = this.#terminal.modes.applicationCursorKeysMode;
		this.#send(arrow !== undefined && own ? `\x1bO${arrow}` : data);
	}
	interrupt(): void {
		this.#send(interruptKey);
	}
	/** Ends what runs; a program that catches Ctrl-C is asked twice and then left alone. */
	async interrupted(): Promise<boolean> {
		for (let tries = 2; tries > 0; tries--) {
			this.interrupt();
			this.#lastOutput = performance.now();
			if (await this.untilPrompt(3000)) return true;
		}
		return false;
	}
	/** Back to an empty prompt: a begun line is given up, a program is interrupted, asked to end, ended. False when it stays. */
	async settled(): Promise<boolean> {
		if (this.#terminal.buffer.active.type === 'normal') {
			this.interrupt();
			this.#lastOutput = performance.now();
			if (await this.untilPrompt(endMs)) return true;
		}
		for (const signal of [signals.term, signals.kill]) {
			const state = await this.state();
			if (state.at === 'prompt') return true;
			// A shell is no program that stands in the way: its own line or loop is.
			if (state.at === 'line' || state.pgid === undefined || state.pgid === this.pid)
				this.interrupt();
			else await this.#cluster?.signal(this.#options.node, state.pgid, signal);
			this.#lastOutput = performance.now();
			this.#terminal.write(plainScreen);
			if (await this.untilPrompt(endMs)) return true;
		}
		return false;
	}
	/** What keys that are typed now would meet: the shell's own word, else the kernel's. */
	async state(): Promise<ShellState> {
		if (this.#marks.atPrompt) {
			const { begun } = this.#marks;
			return begun === undefined ? { at: 'prompt' } : { at: 'line', text: begun };
		}
		const { buffer } = this.#terminal;
		const shell = this.pid;
		const foreground =
			shell === undefined
				? undefined
				: await this.#cluster?.foreground(this.#options.node, shell).catch(() => undefined);
		return judge({
			foreground,
			shell,
			marked: this.#marks.known,
			before: this.#beforeCursor,
			fullScreen: buffer.active.type === 'alternate',
		});
	}
	/** A shell that has not shown its first prompt yet is given time; a busy one is not waited for. */
	async free(): Promise<boolean> {
		if (this.#marks.begun !== undefined) return false;
		return this.untilPrompt(this.#prompted ? busyMs : startMs);
	}
	/** Answers whether an empty prompt has come. */
	async untilPrompt(timeoutMs = promptTimeoutMs): Promise<boolean> {
		const end = performance.now() + timeoutMs;
		while (this.#session && performance.now() < end) {
			if (await this.atPrompt()) return true;
			await pause(60);
		}
		return this.atPrompt();
	}
	/** An empty prompt stands there. Costs the machine nothing while the screen says otherwise. */
	async atPrompt(): Promise<boolean> {
		if (!this.#session) return false;
		const asks = this.#marks.atPrompt || (this.#isQuiet && isPrompt(this.#beforeCursor));
		if (!asks) return false;
		const isPrompting = (await this.#lately()).at === 'prompt';
		this.#prompted ||= isPrompting;
		return isPrompting;
	}
	/** Types at reading speed and presses Enter; of several lines each waits until it is asked for. */
	async enter(text: string): Promise<void> {
		this.#terminal.scrollToBottom();
		const lines = text.split('\n');
		for (const [index, line] of lines.entries()) {
			const asked = this.#marks.count;
			await this.#keys(line, text.length);
			this.#lastOutput = performance.now();
			this.#send('\r');
			if (index < lines.length - 1) await this.#untilAsked(asked);
		}
	}
	/**
	 * After {@link enter}: settles when the shell asks for the next command, or, for a program that keeps the terminal,
	 * when it was given a moment to start.
	 */
	async taken(returns = true): Promise<void> {
		if (returns) await this.untilPrompt();
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
			this.#paste(await navigator.clipboard.readText());
			return true;
		} catch {
			return false;
		}
	}
	/** As it is, into whatever has the terminal. */
	insert(text: string): void {
		this.#terminal.paste(text);
		this.focus();
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
		this.#settling = setTimeout(() => {
			this.#settled().catch(logged(consoleLog, 'terminal', 'is not known to be at its prompt'));
		}, quietMs + 60);
	}
	/** Of shells that do not say when they prompt. */
	async #settled(): Promise<void> {
		if (!this.#marks.atPrompt && (await this.atPrompt())) this.#returned();
	}
	#returned(): void {
		this.#prompted = true;
		this.#options.onPrompt();
		const result = this.#reader.finished();
		if (result) this.#options.onCommand(result);
	}
	get #isQuiet(): boolean {
		return performance.now() - this.#lastOutput >= quietMs;
	}
	get #beforeCursor(): string {
		const buffer = this.#terminal.buffer.active;
		const line = buffer.getLine(buffer.baseY + buffer.cursorY);
		return line?.translateToString(false, 0, buffer.cursorX) ?? '';
	}
	/** As {@link state}, where the kernel's last word on the same silence will do. */
	async #lately(): Promise<ShellState> {
		if (this.#marks.atPrompt) return this.state();
		const output = this.#lastOutput;
		const now = performance.now();
		if (this.#seen?.output === output && now < this.#seen.until) return this.#seen.state;
		const state = await this.state();
		this.#seen = { output, until: now + askAgainMs, state };
		return state;
	}
	async #keys(line: string, whole: number): Promise<void> {
		const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
		const perKey = still ? 0 : Math.min(keyMs, longestTypingMs / Math.max(1, whole));
		for (const [index, part] of [...line].entries()) {
			this.#send(part);
			if (perKey > 0 && index % 3 === 2) await pause(perKey * 3);
		}
	}
	/** The next line is asked for: by a prompt, or by the one that says a line goes on. */
	async #untilAsked(prompts: number): Promise<void> {
		const end = performance.now() + promptTimeoutMs;
		while (this.#session && performance.now() < end) {
			if (this.#marks.atPrompt && this.#marks.count > prompts) return;
			if (!this.#marks.atPrompt && this.#isQuiet && this.#beforeCursor.endsWith('> ')) return;
			if (await this.atPrompt()) return;
			await pause(30);
		}
	}
	/** What somebody types, as if by keys. */
	#type(text: string): void {
		this.#terminal.input(text);
	}
	#send(data: string): void {
		if (data.includes('\r') && this.#terminal.buffer.active.type === 'normal') this.#reader.enter();
		this.#marks.typed(data);
		this.#session?.write(data);
	}
	#onPaste(event: ClipboardEvent): void {
		event.preventDefault();
		event.stopPropagation();
		this.#paste(event.clipboardData?.getData('text/plain') ?? '');
	}
	#paste(text: string): void {
		const isSeveral = text.trim().includes('\n');
		const runs = !this.#marks.atPrompt && this.#marks.known;
		if (isSeveral && !runs && this.#terminal.buffer.active.type === 'normal')
			this.#options.onPaste(text);
		else this.insert(text);
	}
	/** An element that is moved loses the focus: it is remembered. */
	#keepFocus(): void {
		this.element.addEventListener('focusin', () => (this.#hasFocus = true));
		this.element.addEventListener('focusout', () =>
			queueMicrotask(() => (this.#hasFocus &&= !this.element.isConnected)),
		);
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
