import type { GuestProcess } from '../../api/agent.ts';
import type { Engine, ExecConfig } from '../../api/engine.ts';
import type { Connection, HttpResponse } from '../../api/transport.ts';
import { EngineError } from '../../client/engine-error.ts';
import { rawConnection } from './raw-connection.ts';
import { answer, param, type Call, type Route } from './route.ts';

interface Exec {
	id: string;
	container: string;
	config: ExecConfig;
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
}

/** Execs between their creation and their end: docker makes them in two calls. */
export class ExecTable {
	readonly #engine: Engine;
	readonly #execs = new Map<string, Exec>();
	#next = 1;

	constructor(engine: Engine) {
		this.#engine = engine;
	}

	create(container: string, body: CreateBody): string {
		const { id: owner } = this.#engine.container(container);
		const id = `${owner.slice(0, 48)}${(this.#next++).toString(16).padStart(16, '0')}`;
		const config: ExecConfig = {
			cmd: body.Cmd ?? [],
			tty: body.Tty ?? false,
			stdin: body.AttachStdin ?? false,
			...(body.Env ? { env: body.Env } : {}),
			...(body.User ? { user: body.User } : {}),
			...(body.WorkingDir ? { workingDir: body.WorkingDir } : {}),
			...(body.Privileged ? { privileged: true } : {}),
		};
		this.#execs.set(id, { id, container: owner, config, exitCode: undefined });
		return id;
	}

	get(id: string): Exec {
		const exec = this.#execs.get(id);
		if (!exec) throw new EngineError(404, `No such exec instance: ${id}`);
		return exec;
	}

	async start(id: string): Promise<{ exec: Exec; process: GuestProcess }> {
		const exec = this.get(id);
		const process = await this.#engine.exec(exec.container, exec.config);
		exec.process = process;
		void process.exited.then(({ code }) => (exec.exitCode = code));
		return { exec, process };
	}
}

export function execRoutes(execs: ExecTable): Route[] {
	return [
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/exec$/,
			handle: (call) => answer({ Id: execs.create(param(call), call.body) }, 201),
		},
		{
			method: 'POST',
			pattern: /^\/exec\/([^/]+)\/start$/,
			handle: (call) => startDetached(execs, call),
			upgrade: (call) => startAttached(execs, call),
		},
		{
			method: 'POST',
			pattern: /^\/exec\/([^/]+)\/resize$/,
			handle: (call) => {
				const { process } = execs.get(param(call));
				process?.resize(Number(call.query.get('h')), Number(call.query.get('w')));
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

async function startDetached(execs: ExecTable, call: Call): Promise<HttpResponse> {
	const { process } = await execs.start(param(call));
	process.onOutput(() => undefined);
	process.closeStdin();
	return answer(undefined, 200);
}

async function startAttached(execs: ExecTable, call: Call): Promise<Connection> {
	const { exec, process } = await execs.start(param(call));
	return rawConnection({
		tty: exec.config.tty ?? false,
		onOutput: (listener) => process.onOutput(listener),
		write: (data) => process.write(data),
		closeStdin: () => process.closeStdin(),
		done: process.exited,
		close: () => process.closeStdin(),
	});
}

function view(exec: Exec) {
	return {
		ID: exec.id,
		ContainerID: exec.container,
		Running: exec.process !== undefined && exec.exitCode === undefined,
		ExitCode: exec.exitCode ?? null,
		Pid: exec.process?.pid ?? 0,
		ProcessConfig: {
			entrypoint: exec.config.cmd[0] ?? '',
			arguments: exec.config.cmd.slice(1),
			tty: exec.config.tty ?? false,
		},
	};
}
