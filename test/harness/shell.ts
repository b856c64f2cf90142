import type { LocalCluster } from '../../src/cluster/cluster.ts';
import type { TerminalSession } from '../../src/api/cluster.ts';

const escapes = /\u001b(\[[0-9;?]*[a-zA-Z]|\][^\u0007]*\u0007|[()][A-Z0-9])/g;

/** Types into a login shell as somebody at the page does, and reads what it prints. */
export class Shell {
	readonly #session: TerminalSession;
	readonly #decoder = new TextDecoder();
	#text = '';
	#wake = () => {};

	constructor(session: TerminalSession) {
		this.#session = session;
		session.onData((data) => {
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
			const error = await this.until(/# $/, 5000).catch((late: Error) => late);
			if (!(error instanceof Error)) return;
			if (tries === 0) throw error;
		}
	}

	close(): void {
		this.#session.close();
	}
}
