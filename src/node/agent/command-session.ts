import type { CommandRequest, CommandSession, OutputName } from '../../api/agent.ts';
import { findAttribute, readAttributes, type Attribute } from './attributes.ts';
import type { Connection, StreamSink } from './connection.ts';
import type { Frame } from './frame.ts';
import { KernelError } from './kernel-error.ts';
import { u32 } from './process-stream.ts';
import { attribute as a, frameType } from './protocol.ts';
import { SendWindow } from './send-window.ts';

/** Why the signal of a command was aborted. */
export class CommandSignal extends Error {
	override readonly name = 'CommandSignal';
	readonly signal: number;
	constructor(signal: number) {
		super(`signal ${signal}`);
		this.signal = signal;
	}
}

const hangup = 1;

function readRequest(list: Attribute[]): CommandRequest {
	const env: Record<string, string> = {};
	for (const item of list) {
		if (item.tag !== a.env) continue;
		const equals = item.text.indexOf('=');
		if (equals > 0) env[item.text.slice(0, equals)] = item.text.slice(equals + 1);
	}
	const tty = findAttribute(list, a.tty)?.u32 ?? 0;
	return {
		argv: list.filter((item) => item.tag === a.arg).map((item) => item.text),
		env,
		cwd: findAttribute(list, a.cwd)?.text ?? '/',
		pid: findAttribute(list, a.pid)?.u32 ?? 0,
		isTty: { stdin: (tty & 1) > 0, stdout: (tty & 2) > 0, stderr: (tty & 4) > 0 },
		size: {
			rows: findAttribute(list, a.rows)?.u32 ?? 0,
			columns: findAttribute(list, a.columns)?.u32 ?? 0,
		},
	};
}

interface Reader {
	resolve(data: Uint8Array<ArrayBuffer> | null): void;
	reject(error: Error): void;
}

/** The host's side of a program typed in the guest's shell. */
export class CommandStream implements CommandSession, StreamSink {
	readonly request: CommandRequest;
	readonly #connection: Connection;
	readonly #id: number;
	readonly #window: SendWindow;
	readonly #abort = new AbortController();
	readonly #readers: Reader[] = [];
	#inputEnded = false;
	#gone: Error | undefined;
	#onResize: (rows: number, columns: number) => void = () => undefined;
	#onSignal: (signal: number) => void = () => undefined;

	constructor(connection: Connection, frame: Frame) {
		this.#connection = connection;
		this.#id = frame.id;
		this.#window = new SendWindow(connection, frame.id);
		this.request = readRequest(readAttributes(frame.payload));
	}

	get signal(): AbortSignal {
		return this.#abort.signal;
	}

	read(): Promise<Uint8Array<ArrayBuffer> | null> {
		if (this.#inputEnded) return Promise.resolve(null);
		if (this.#gone) return Promise.reject(this.#gone);
		return new Promise((resolve, reject) => {
			this.#readers.push({ resolve, reject });
			if (this.#readers.length === 1) this.#connection.send(frameType.read, this.#id);
		});
	}

	async write(stream: OutputName, data: Uint8Array): Promise<void> {
		await this.#window.write(data, stream === 'stderr' ? 2 : 1);
	}

	async setRaw(raw: boolean): Promise<void> {
		this.#connection.sendU32(frameType.raw, this.#id, Number(raw));
	}

	onResize(listener: (rows: number, columns: number) => void): void {
		this.#onResize = listener;
	}

	onSignal(listener: (signal: number) => void): void {
		this.#onSignal = listener;
	}

	/** What was written before reaches the terminal first. */
	exit(code: number): void {
		this.#window.after(() => {
			this.#connection.sendU32(frameType.exit, this.#id, code);
			this.#connection.dropStream(this.#id);
		});
	}

	frame(frame: Frame): void {
		switch (frame.type) {
			case frameType.data:
				return this.#input(frame.payload);
			case frameType.end:
				this.#inputEnded = true;
				return this.#input(null);
			case frameType.credit:
				return this.#window.add(u32(frame));
			case frameType.signal:
				this.#abort.abort(new CommandSignal(u32(frame)));
				return this.#onSignal(u32(frame));
			case frameType.resize: {
				const size = new DataView(frame.payload.buffer, frame.payload.byteOffset);
				return this.#onResize(size.getUint16(0, true), size.getUint16(2, true));
			}
			case frameType.close:
				return this.#broken(u32(frame));
		}
	}

	fail(error: Error): void {
		this.#gone = error;
		this.#window.fail(error);
		for (const reader of this.#readers.splice(0)) reader.reject(error);
		this.#abort.abort(new CommandSignal(hangup));
	}

	lost(error: Error): void {
		this.fail(error);
	}

	/** With a stream's number its reader is gone, without one the client is. */
	#broken(stream: number): void {
		if (stream) return this.#window.fail(new KernelError('EPIPE', 'broken pipe', 'write'));
		this.#connection.dropStream(this.#id);
		this.fail(new KernelError('EPIPE', 'the client has gone', 'command'));
	}

	#input(data: Uint8Array<ArrayBuffer> | null): void {
		if (data === null) for (const reader of this.#readers.splice(0)) reader.resolve(null);
		else this.#readers.shift()?.resolve(data);
		if (this.#readers.length) this.#connection.send(frameType.read, this.#id);
	}
}
