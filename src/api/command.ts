import type { Transport } from './transport.ts';
import type { Engine } from './engine.ts';
import type { Runs } from './node.ts';

/** What a command of ours sees of the shell it was typed in. Files are the guest's. */
export interface CommandIo {
	/** `argv[0]` is the program's name. */
	argv: string[];
	env: Record<string, string>;
	cwd: string;
	isTty: { stdin: boolean; stdout: boolean; stderr: boolean };
	size(): { rows: number; columns: number };
	/** `null` at the end of the input. */
	read(): Promise<Uint8Array<ArrayBuffer> | null>;
	out(data: string | Uint8Array): Promise<void>;
	err(data: string | Uint8Array): Promise<void>;
	setRaw(raw: boolean): Promise<void>;
	onResize(listener: (rows: number, columns: number) => void): void;
	/** Ctrl-C, or the terminal was closed. */
	signal: AbortSignal;
	/** Every signal sent to the command, the first included: `docker run` hands them on. */
	onSignal?(listener: (signal: number) => void): void;
	/** Paths are resolved against `cwd`. Errors have the errno's name in `errno`. */
	readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
	writeFile(path: string, data: string | Uint8Array): Promise<void>;
	stat(path: string): Promise<{ type: string; size: number; mtime: number }>;
	listDir(path: string): Promise<{ name: string; type: string }[]>;
	/** Runs a program in the guest's shell environment (an editor, a diff) on the caller's terminal. */
	run(argv: string[], options?: { input?: Uint8Array }): Promise<number>;
}

export interface CommandServices {
	/** What the node runs: without Kubernetes, kubectl knows no cluster. */
	runs: Runs;
	/** The API server as this node reaches it. */
	api: Transport;
	/** A machine that runs Linux alone has none. */
	engine: Engine | undefined;
	nodeName: string;
	clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
}

/** Answers the exit code. */
export type Command = (io: CommandIo, services: CommandServices) => Promise<number>;
