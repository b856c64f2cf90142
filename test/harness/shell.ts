import type { LocalCluster } from '../../src/cluster/cluster.ts';
import type { TerminalSession } from '../../src/api/cluster.ts';
import { isPrompt } from '../../src/ui/terminal/prompt.ts';

const escapes = /\u001b(\[[0-9;?]*[a-zA-Z]|\][^\u0007]*\u0007|[()][A-Z0-9])/g;

const quietMs = 160;
const startedMs = 800;

/** Types into a login shell as somebody at the page does, and reads what it prints. */
export class Shell {
	/** Settles with the shell's exit code. */
	readonly ended: Promise<number>;
	readonly #session: TerminalSession;
	readonly #decoder = new TextDecoder();
	#text = '';
	#lastOutput = 0;
	#wake = () => {};

	constructor(session: TerminalSession) {
		this.#session = session;
		this.ended = new Promise((resolve) => session.onExit(resolve));
		session.onData((data) => {
			this.#lastOutput = Date.now();
			const text = this.#decoder.decode(data, { stream: true });
			// A lone carriage return only moves the cursor: the prompt uses it to begin a fresh line.
			this.#text = (this.#text + text.replace(escapes, '')).replace(/\r(?=[^\r\n])/g, '');
			this.#wake();
		});
	}

	static async open(cluster: LocalCluster, node: string): Promise<Shell> {
		const shell = new Shell(await cluster.openTerminal(node, { rows: 30, columns: 120 }));
		await shell.until(/@[^\r\n]*# $/);
		return shell;
	}

	/**
	 * Types a line and waits for the next prompt, of whatever shell it is; a program that keeps the terminal is given
	 * a moment to start.
	 */
	async type(line: string, returns: boolean, ms = 60_000): Promise<void> {
		this.#text = '';
		this.keys(`${line.replaceAll('\n', '\r')}\r`);
		if (returns) await this.prompt(ms);
		else await new Promise((resolve) => setTimeout(resolve, startedMs));
	}

	/** Waits until the last line is a prompt and nothing more is printed. */
	async prompt(ms: number): Promise<void> {
		const end = Date.now() + ms;
		while (!this.#isIdle()) {
			if (Date.now() > end) throw new Error(`no prompt in: ${JSON.stringify(this.tail())}`);
			await new Promise((resolve) => setTimeout(resolve, 40));
		}
	}
	/** What was printed last. */
	tail(): string {
		return this.#text.slice(-1500);
	}
	#isIdle(): boolean {
		if (Date.now() - this.#lastOutput < quietMs) return false;
		const [line, ...before] = this.#text.split('\n').reverse();
		// The line that was typed is echoed first: a prompt before that is the old one.
		return before.length > 0 && isPrompt(line ?? '');
	}

	/** Sends keys as they are. */
	keys(text: string): void {
		this.#session.write(text);
	}

	/** Waits for a pattern in what came since the last `until`; answers and forgets it. */
	async until(pattern: RegExp, ms = 60_000): Promise<string> {
		const end = Date.now() + ms;
		for (;;) {
			const match = pattern.exec(this.#text);
			if (match) {
				const seen = this.#text.slice(0, match.index + match[0].length);
				this.#text = this.#text.slice(match.index + match[0].length);
				return seen;
			}
			const left = end - Date.now();
			if (left <= 0)
				throw new Error(`no ${pattern} in: ${JSON.stringify(this.#text.slice(-2000))}`);
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, left);
				this.#wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	}

	/** Runs one line and answers its output, without the echo and the prompt. */
	async run(line: string, ms?: number): Promise<string> {
		this.#text = '';
		this.keys(`${line}\r`);
		const seen = await this.until(/\r\n[^\r\n]*[@][^\r\n]*# $/, ms);
		const lines = seen.split('\r\n');
		return lines.slice(1, -1).join('\n');
	}

	/**
	 * Back to an empty prompt, whatever was going on. bash handles a Ctrl-C that comes while it is just about to
	 * wait for a key only with the next key: whoever types presses it again.
	 */
	async interrupt(): Promise<void> {
		this.#text = '';
		for (let tries = 3; ; tries--) {
			this.keys('\x03');
			const error = await this.until(/[#$] $/, 5000).catch((late: Error) => late);
			if (!(error instanceof Error)) return;
			if (tries === 0) throw error;
		}
	}

	close(): void {
		this.#session.close();
	}
}
