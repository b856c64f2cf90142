import type { TerminalSession } from '../api/cluster.ts';

type FromNode = Uint8Array | { exit: number };

/** The page's end of a PTY: bytes over a raw port, output kept until somebody listens. */
export class PortTerminal implements TerminalSession {
	pid?: number;
	readonly #port: MessagePort;
	readonly #encoder = new TextEncoder();
	#early: Uint8Array[] = [];
	#data: ((data: Uint8Array) => void) | undefined;
	#exit: ((code: number) => void) | undefined;
	#code: number | undefined;

	constructor(port: MessagePort) {
		this.#port = port;
		port.onmessage = (event: MessageEvent<FromNode>) => this.#receive(event.data);
	}

	write(data: Uint8Array | string): void {
		this.#port.postMessage(typeof data === 'string' ? this.#encoder.encode(data) : data);
	}

	resize(rows: number, columns: number): void {
		this.#port.postMessage({ resize: [rows, columns] });
	}

	onData(listener: (data: Uint8Array) => void): void {
		this.#data = listener;
		this.#early.forEach(listener);
		this.#early = [];
	}

	onExit(listener: (code: number) => void): void {
		this.#exit = listener;
		if (this.#code !== undefined) listener(this.#code);
	}

	/** Hangs up: the shell gets SIGHUP. */
	close(): void {
		this.#port.postMessage({ close: true });
		this.#port.close();
	}

	/** The node is gone: the session ends as if the line were cut. */
	cut(): void {
		this.#receive({ exit: -1 });
		this.#port.close();
	}

	#receive(message: FromNode): void {
		if (message instanceof Uint8Array) {
			if (this.#data) this.#data(message);
			else this.#early.push(message);
		} else if (this.#code === undefined) {
			this.#code = message.exit;
			this.#exit?.(message.exit);
		}
	}
}
