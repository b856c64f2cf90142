import type { Agent, CommandSession, DirEntry, KernelOp, KernelResult } from '../api/agent.ts';
import type { Command, CommandIo, CommandServices } from '../api/command.ts';
import { docker } from '../cli/docker/docker.ts';
import { kubectl } from '../cli/kubectl/kubectl.ts';
import { interruptedCode } from '../cli/interrupted.ts';
import { logged, type Log } from '../util/log.ts';

const commands: Record<string, Command> = { docker, kubectl };
const maxFileBytes = 16 << 20;

/** Answers what is typed in the guest: the client program there is only a pair of hands. */
export function serveCommands(agent: Agent, services: CommandServices, log: Log): void {
	agent.onCommand((session) => {
		const failed = logged(log, 'commands', `cannot answer ${session.request.argv[0]}`);
		serve(agent, session, services).catch(failed);
	});
}

async function serve(
	agent: Agent,
	session: CommandSession,
	services: CommandServices,
): Promise<void> {
	const name = session.request.argv[0]?.split('/').pop() ?? '';
	const io = new SessionIo(agent, session);
	try {
		const command = commands[name];
		if (!command) {
			await io.err(`${name}: this command has no counterpart in Drydock yet\n`);
			return session.exit(127);
		}
		session.exit(await command(io, services));
	} catch (error) {
		session.exit(await explain(io, name, error));
	}
}

/** The exit code of a command that threw: that of the signal when one ended it, 141 when its reader is gone, 1 otherwise. */
async function explain(io: SessionIo, name: string, error: unknown): Promise<number> {
	if (io.signal.aborted) return interruptedCode(io.signal);
	if ((error as { errno?: string }).errno === 'EPIPE') return 141;
	const message = error instanceof Error ? error.message : String(error);
	await io.err(`${name === 'kubectl' ? 'error' : name}: ${message}\n`).catch(() => undefined);
	return 1;
}

/** A file operation of a command failed in the guest; `message` reads like the C library's. */
class GuestFileError extends Error {
	readonly errno: string;
	constructor(errno: string, message: string) {
		super(message);
		this.errno = errno;
	}
}

/** The shell's side of a command, through the client program's own root and working directory. */
class SessionIo implements CommandIo {
	readonly argv: string[];
	readonly env: Record<string, string>;
	readonly cwd: string;
	readonly isTty: CommandIo['isTty'];
	readonly signal: AbortSignal;
	readonly #agent: Agent;
	readonly #session: CommandSession;
	readonly #encoder = new TextEncoder();
	#size: { rows: number; columns: number };
	#resized: ((rows: number, columns: number) => void) | undefined;

	constructor(agent: Agent, session: CommandSession) {
		this.#agent = agent;
		this.#session = session;
		const { argv, env, cwd, isTty, size } = session.request;
		this.argv = [argv[0]?.split('/').pop() ?? '', ...argv.slice(1)];
		this.env = env;
		this.cwd = cwd;
		this.isTty = isTty;
		this.signal = session.signal;
		this.#size = size;
		session.onResize((rows, columns) => {
			this.#size = { rows, columns };
			this.#resized?.(rows, columns);
		});
	}

	size(): { rows: number; columns: number } {
		return this.#size;
	}

	read(): Promise<Uint8Array<ArrayBuffer> | null> {
		return this.#session.read();
	}

	out(data: string | Uint8Array): Promise<void> {
		return this.#session.write('stdout', this.#bytes(data));
	}

	err(data: string | Uint8Array): Promise<void> {
		return this.#session.write('stderr', this.#bytes(data));
	}

	setRaw(raw: boolean): Promise<void> {
		return this.#session.setRaw(raw);
	}

	onResize(listener: (rows: number, columns: number) => void): void {
		this.#resized = listener;
	}

	onSignal(listener: (signal: number) => void): void {
		this.#session.onSignal(listener);
	}

	async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
		const { data } = await this.#do(path, {
			op: 'read',
			path: this.#path(path),
			max: maxFileBytes,
		});
		return data ?? new Uint8Array();
	}

	async writeFile(path: string, data: string | Uint8Array): Promise<void> {
		await this.#do(path, { op: 'write', path: this.#path(path), data });
	}

	async stat(path: string): Promise<{ type: string; size: number; mtime: number }> {
		const [entry] = await this.#entries(path, { op: 'stat', path: this.#path(path) });
		if (!entry) throw new GuestFileError('EIO', `stat ${path}: no answer`);
		return entry;
	}

	listDir(path: string): Promise<{ name: string; type: string }[]> {
		return this.#entries(path, { op: 'list', path: this.#path(path) });
	}

	/** The program gets a PTY of its own whose bytes pass through the caller's terminal. */
	async run(argv: string[], options: { input?: Uint8Array } = {}): Promise<number> {
		const terminal = this.isTty.stdin && this.isTty.stdout && !options.input;
		const child = await this.#agent.spawn({
			argv,
			env: Object.entries(this.env).map(([name, value]) => `${name}=${value}`),
			cwd: this.cwd,
			stdin: true,
			...(terminal ? { terminal: this.#size } : {}),
		});
		child.onOutput((stream, data) => this.#session.write(stream, data));
		if (terminal) {
			await this.setRaw(true);
			this.onResize((rows, columns) => child.resize(rows, columns));
			// The program has ended, or the terminal is gone: the exit tells.
			this.#feed(child).catch(() => undefined);
		} else {
			if (options.input) await child.write(options.input);
			child.closeStdin();
		}
		const { code } = await child.exited;
		if (terminal) await this.setRaw(false);
		return code;
	}

	async #feed(child: {
		write(data: Uint8Array): Promise<void>;
		closeStdin(): void;
	}): Promise<void> {
		for (let data = await this.read(); data; data = await this.read()) await child.write(data);
		child.closeStdin();
	}

	#bytes(data: string | Uint8Array): Uint8Array {
		return typeof data === 'string' ? this.#encoder.encode(data) : data;
	}

	/** As the client program sees it, which may live in a mount namespace or chroot of the learner's. */
	#path(path: string): string {
		const absolute = path.startsWith('/') ? path : `${this.cwd}/${path}`;
		return `/proc/${this.#session.request.pid}/root${absolute}`;
	}

	async #entries(path: string, op: KernelOp): Promise<DirEntry[]> {
		return (await this.#do(path, op)).entries ?? [];
	}

	async #do(path: string, op: KernelOp): Promise<KernelResult & { ok: true }> {
		const [result] = await this.#agent.batch([op]);
		if (result?.ok) return result;
		const errno = result?.errno ?? 'EIO';
		const verb = { read: 'open', write: 'open', list: 'open', stat: 'stat' }[op.op as 'read'];
		throw new GuestFileError(errno, `${verb} ${path}: ${errnoText(errno)}`);
	}
}

const texts: Record<string, string> = {
	ENOENT: 'no such file or directory',
	EACCES: 'permission denied',
	EISDIR: 'is a directory',
	ENOTDIR: 'not a directory',
	EEXIST: 'file exists',
	ENOSPC: 'no space left on device',
	EROFS: 'read-only file system',
};

/** Go's wording, which docker and kubectl print. */
function errnoText(errno: string): string {
	return texts[errno] ?? errno;
}
