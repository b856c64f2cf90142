import type { CommandIo, CommandServices } from '../../api/command.ts';
import type { Engine } from '../../api/engine.ts';
import type { Transport } from '../../api/transport.ts';
import { kubectl } from './kubectl.ts';

/** What a typed command left behind. */
export interface Ran {
	code: number;
	out: string;
	err: string;
}

interface Clock {
	now(): number;
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A shell for tests: files in memory, a server given as a transport. */
export class ShellHarness {
	readonly files = new Map<string, string>();
	readonly env: Record<string, string> = { HOME: '/root' };
	/** What `io.run` does, instead of a program of the guest. */
	onRun: (argv: string[]) => number = () => 127;
	readonly #api: Transport;
	readonly #clock: Clock;

	constructor(api: Transport, clock: Clock) {
		this.#api = api;
		this.#clock = clock;
	}

	/** Runs a command line; words are split at spaces outside single quotes. */
	async run(line: string, options: { input?: string; signal?: AbortSignal } = {}): Promise<Ran> {
		const ran: Ran = { code: 0, out: '', err: '' };
		const argv = (line.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));
		ran.code = await kubectl(this.#io(argv, ran, options), this.#services());
		return ran;
	}

	#services(): CommandServices {
		const engine = {} as Engine;
		return { runs: 'kubernetes', api: this.#api, engine, nodeName: 'node-1', clock: this.#clock };
	}

	#io(argv: string[], ran: Ran, options: { input?: string; signal?: AbortSignal }): CommandIo {
		const input = options.input === undefined ? [] : [new TextEncoder().encode(options.input)];
		const decode = (data: string | Uint8Array) =>
			typeof data === 'string' ? data : new TextDecoder().decode(data);
		return {
			argv,
			env: this.env,
			cwd: '/root',
			isTty: { stdin: false, stdout: false, stderr: false },
			size: () => ({ rows: 24, columns: 80 }),
			read: async () => input.shift() ?? null,
			out: async (data) => void (ran.out += decode(data)),
			err: async (data) => void (ran.err += decode(data)),
			setRaw: async () => undefined,
			onResize: () => undefined,
			signal: options.signal ?? new AbortController().signal,
			readFile: async (path) => new TextEncoder().encode(this.#read(path)),
			writeFile: async (path, data) => void this.files.set(path, decode(data)),
			stat: async (path) => this.#stat(path),
			listDir: async (path) => this.#list(path),
			run: async (words) => this.onRun(words),
		};
	}

	#read(path: string): string {
		const content = this.files.get(path);
		if (content === undefined) throw missing(path);
		return content;
	}

	#list(path: string): { name: string; type: string }[] {
		const below = [...this.files.keys()].filter((file) => file.startsWith(`${path}/`));
		const names = new Set(below.map((file) => file.slice(path.length + 1).split('/')[0] ?? ''));
		return [...names].map((name) => ({
			name,
			type: this.files.has(`${path}/${name}`) ? 'file' : 'dir',
		}));
	}

	#stat(path: string): { type: string; size: number; mtime: number } {
		const type = this.files.has(path) ? 'file' : 'dir';
		if (type === 'dir' && this.#list(path).length === 0) throw missing(path);
		return { type, size: 0, mtime: 0 };
	}
}

function missing(path: string): Error {
	return Object.assign(new Error(`ENOENT: ${path}`), { errno: 'ENOENT' });
}
