import type { GuestProcess } from '../../api/agent.ts';
import type { Engine, ExecConfig } from '../../api/engine.ts';
import type { Connection, HttpResponse } from '../../api/transport.ts';
import { EngineError, StartError } from '../../client/engine-error.ts';
import { readBody, type Struct } from './decode.ts';
import { rawConnection, streamed, type Streams } from './raw-connection.ts';
import { answer, param, terminalSize, type Call, type Route } from './route.ts';
import { unsupported } from './unsupported.ts';

interface Exec {
	id: string;
	container: string;
	config: ExecConfig;
	started: boolean;
	process?: GuestProcess;
	exitCode: number | undefined;
}

interface CreateBody {
	Cmd?: string[];
	Tty?: boolean;
	AttachStdin?: boolean;
	Env?: string[];
	User?: string;
	WorkingDir?: string;
	Privileged?: boolean;
	ConsoleSize?: number[];
}

const createBody: Struct = {
	struct: 'ExecConfig',
	fields: {
		AttachStdin: 'bool',
		AttachStdout: 'bool',
		AttachStderr: 'bool',
		Cmd: { list: 'string' },
		ConsoleSize: { list: 'uint' },
		Detach: 'bool',
		DetachKeys: 'string',
		Env: { list: 'string' },
		Privileged: 'bool',
		Tty: 'bool',
		User: 'string',
		WorkingDir: 'string',
	},
};

interface StartBody {
	Detach?: boolean;
	ConsoleSize?: number[];
}

const startBody: Struct = {
	struct: 'ExecStartCheck',
	fields: { Detach: 'bool', Tty: 'bool', ConsoleSize: { list: 'uint' } },
};

/** Ended execs can be asked about; the oldest are forgotten. */
const keptExecs = 256;

/** Execs between their creation and their end: docker makes them in two calls. */
export class ExecTable {
	readonly #engine: Engine;
	readonly #execs = new Map<string, Exec>();
	#next = 1;

	constructor(engine: Engine) {
		this.#engine = engine;
	}

	/** After moby daemon/exec.go: ContainerExecCreate. */
	create(container: string, body: CreateBody): string {
		const { id: owner, state } = this.#engine.container(container);
		if (state === 'paused')
			throw new EngineError(
				409,
				`Container ${container} is paused, unpause the container before exec`,
			);
		if (state !== 'running') throw new EngineError(409, `container ${owner} is not running`);
		if (!body.Cmd?.length) throw new EngineError(400, 'No exec command specified');
		const id = `${owner.slice(0, 48)}${(this.#next++).toString(16).padStart(16, '0')}`;
		const config: ExecConfig = {
			cmd: body.Cmd,
			tty: body.Tty ?? false,
			stdin: body.AttachStdin ?? false,
			...(body.Env ? { env: body.Env } : {}),
			...(body.User ? { user: body.User } : {}),
			...(body.WorkingDir ? { workingDir: body.WorkingDir } : {}),
			...(body.Privileged ? { privileged: true } : {}),
			...consoleSize(body),
		};
		this.#forgetOld();
		this.#execs.set(id, { id, container: owner, config, started: false, exitCode: undefined });
		return id;
	}
	#forgetOld(): void {
		for (const { id, exitCode } of this.#execs.values()) {
			if (this.#execs.size < keptExecs) return;
			if (exitCode !== undefined) this.#execs.delete(id);
		}
	}

	get(id: string): Exec {
		const exec = this.#execs.get(id);
		if (!exec) throw new EngineError(404, `No such exec instance: ${id}`);
		return exec;
	}

	/** Once only. */
	async start(id: string, body: StartBody): Promise<{ exec: Exec; process: GuestProcess }> {
		const exec = this.get(id);
		if (exec.started)
			throw new EngineError(409, `Error: Exec command ${id} has already run or is running`);
		exec.started = true;
		try {
			const config = { ...exec.config, ...consoleSize(body) };
			const process = await this.#engine.exec(exec.container, config);
			exec.process = process;
			const ended = (code: number) => void (exec.exitCode = code);
			void process.exited.then(
				({ code }) => ended(code),
				() => ended(255),
			);
			return { exec, process };
		} catch (error) {
			exec.exitCode = error instanceof StartError ? error.exitCode : 126;
			throw error;
		}
	}
}

function consoleSize({ ConsoleSize = [] }: StartBody): Pick<ExecConfig, 'size'> {
	const [rows = 0, columns = 0] = ConsoleSize;
	return rows > 0 && columns > 0 ? { size: { rows, columns } } : {};
}

export function execRoutes(execs: ExecTable): Route[] {
	return [
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/exec$/,
			handle: (call) => {
				const body = readBody<CreateBody & { DetachKeys?: string }>(call, createBody);
				if (body.DetachKeys) throw unsupported('DetachKeys');
				return answer({ Id: execs.create(param(call), body) }, 201);
			},
		},
		{
			method: 'POST',
			pattern: /^\/exec\/([^/]+)\/start$/,
			handle: (call) => startPlain(execs, call),
			upgrade: (call) => startAttached(execs, call, readBody(call, startBody)),
		},
		{
			method: 'POST',
			pattern: /^\/exec\/([^/]+)\/resize$/,
			handle: (call) => {
				const { process } = execs.get(param(call));
				const { rows, columns } = terminalSize(call);
				process?.resize(rows, columns);
				return answer(undefined, 201);
			},
		},
		{
			method: 'GET',
			pattern: /^\/exec\/([^/]+)\/json$/,
			handle: (call) => answer(view(execs.get(param(call)))),
		},
	];
}

async function startPlain(execs: ExecTable, call: Call): Promise<HttpResponse> {
	const body = readBody<StartBody>(call, startBody);
	if (!body.Detach) {
		const connection = await startAttached(execs, call, body);
		// A program that has ended takes no end of its input.
		connection.send({ channel: 0, data: undefined }).catch(() => undefined);
		return streamed(connection, call.signal);
	}
	const { process } = await execs.start(param(call), body);
	process.onOutput(() => undefined);
	process.closeStdin();
	return answer(undefined, 200);
}

/** The head of the answer is out when the program starts: why it does not is told in the stream. */
async function startAttached(execs: ExecTable, call: Call, body: StartBody): Promise<Connection> {
	const { config } = execs.get(param(call));
	const tty = config.tty ?? false;
	try {
		const { process } = await execs.start(param(call), body);
		return rawConnection({
			tty,
			onOutput: (listener) => process.onOutput(listener),
			write: (data) => process.write(data),
			closeStdin: () => process.closeStdin(),
			done: process.exited,
			close: () => process.closeStdin(),
		});
	} catch (error) {
		if (error instanceof StartError) return rawConnection({ tty, ...lastWords(error.message) });
		throw error;
	}
}

function lastWords(message: string): Omit<Streams, 'tty'> {
	return {
		onOutput: (listener) => {
			const told = listener('stdout', new TextEncoder().encode(`${message}\r\n`));
			// Who has gone need not hear it.
			if (told) told.catch(() => undefined);
		},
		write: () => Promise.resolve(),
		closeStdin: () => undefined,
		done: Promise.resolve(),
		close: () => undefined,
	};
}

function view(exec: Exec) {
	const { config, process, exitCode } = exec;
	return {
		ID: exec.id,
		ContainerID: exec.container,
		Running: process !== undefined && exitCode === undefined,
		ExitCode: exitCode ?? null,
		Pid: process?.pid ?? 0,
		OpenStdin: config.stdin ?? false,
		OpenStdout: true,
		OpenStderr: true,
		CanRemove: exitCode !== undefined,
		DetachKeys: '',
		ProcessConfig: {
			entrypoint: config.cmd[0] ?? '',
			arguments: config.cmd.slice(1),
			tty: config.tty ?? false,
			user: config.user ?? '',
			privileged: config.privileged ?? false,
		},
	};
}
