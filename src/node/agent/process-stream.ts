import type { ExitStatus, GuestProcess, OutputName } from '../../api/agent.ts';
import type { Connection, StreamSink } from './connection.ts';
import type { Frame } from './frame.ts';
import { creditStep, frameType } from './protocol.ts';
import { SendWindow } from './send-window.ts';

type OutputListener = (stream: OutputName, data: Uint8Array<ArrayBuffer>) => void | Promise<void>;

const killed = 9;

interface Chunk {
	stream: OutputName;
	data: Uint8Array<ArrayBuffer>;
}

/** What `wait` told, as a shell prints it. */
export function exitStatus(wait: number): ExitStatus {
	const signal = wait & 0x7f;
	return signal ? { code: 128 + signal, signal } : { code: (wait >> 8) & 0xff };
}

/** The host's side of a process: output in order, credit back as the listener takes it. */
export class ProcessStream implements GuestProcess, StreamSink {
	pid = 0;
	readonly exited: Promise<ExitStatus>;
	readonly #connection: Connection;
	readonly #id: number;
	readonly #window: SendWindow;
	readonly #queue: Chunk[] = [];
	#listener: OutputListener | undefined;
	#delivering = false;
	#taken = 0;
	#status: ExitStatus | undefined;
	#resolve: (status: ExitStatus) => void = () => undefined;
	#reject: (error: Error) => void = () => undefined;

	constructor(connection: Connection, id: number) {
		this.#connection = connection;
		this.#id = id;
		this.#window = new SendWindow(connection, id);
		this.exited = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		/* Who does not wait for the exit need not hear that the guest is gone. */
		this.exited.catch(() => undefined);
	}

	write(data: Uint8Array): Promise<void> {
		return this.#window.write(data);
	}

	closeStdin(): void {
		this.#window.after(() => this.#connection.send(frameType.end, this.#id));
	}

	resize(rows: number, columns: number): void {
		const size = new Uint8Array(new Uint16Array([rows, columns]).buffer);
		this.#connection.send(frameType.resize, this.#id, size);
	}

	onOutput(listener: OutputListener): void {
		this.#listener = listener;
		this.#pass();
	}

	frame(frame: Frame): void {
		if (frame.type === frameType.data) {
			const stream = frame.payload[0] === 2 ? 'stderr' : 'stdout';
			this.#queue.push({ stream, data: frame.payload.subarray(1) });
			this.#pass();
		} else if (frame.type === frameType.credit) this.#window.add(u32(frame));
		else if (frame.type === frameType.exit) this.#exit(exitStatus(u32(frame)));
	}

	fail(error: Error): void {
		this.#window.fail(error);
		this.#reject(error);
	}

	/** Nobody can tell how it went on: its streams are closed, and what is left of its cgroup is killed. */
	lost(): void {
		this.#exit({ code: 128 + killed, signal: killed });
	}

	#exit(status: ExitStatus): void {
		this.#status = status;
		this.#connection.dropStream(this.#id);
		this.#window.fail(new Error(`process ${this.pid} has ended`));
		this.#pass();
	}

	/** A channel that takes no credit has failed, and with it the process as it is seen from here. */
	#pass(): void {
		this.#deliver().catch((error: unknown) => this.fail(error as Error));
	}

	async #deliver(): Promise<void> {
		if (this.#delivering) return;
		this.#delivering = true;
		while (this.#listener && this.#queue.length) await this.#deliverOne(this.#listener);
		this.#delivering = false;
		if (this.#status && !this.#queue.length) this.#resolve(this.#status);
	}

	async #deliverOne(listener: OutputListener): Promise<void> {
		const chunk = this.#queue.shift();
		if (!chunk) return;
		// Who hands the bytes on to another thread takes them away.
		const { length } = chunk.data;
		try {
			await listener(chunk.stream, chunk.data);
		} catch {
			/* A listener that has gone loses the output, it does not stop the process. */
		}
		this.#giveCredit(length);
	}

	#giveCredit(count: number): void {
		this.#taken += count;
		if (this.#taken < creditStep) return;
		this.#connection.sendU32(frameType.credit, this.#id, this.#taken);
		this.#taken = 0;
	}
}

/** The number a frame's payload begins with. */
export function u32(frame: Frame): number {
	const { payload } = frame;
	if (payload.length < 4) return 0;
	return new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
}
