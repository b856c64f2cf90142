import type { GuestProcess, ProcessSpec } from '../../api/agent.ts';
import type { Container, ContainerConfig, ExecConfig, Image } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { effectiveCapabilities } from './capabilities.ts';
import type { ContainerRecord } from './container-record.ts';
import type { EngineContext } from './context.ts';
import { defaultPath, mergeEnv } from './run-spec.ts';
import { execFailure } from './start-error.ts';

/** Starts another process in a running container. */
export async function execIn(
	context: EngineContext,
	record: ContainerRecord,
	config: ExecConfig,
): Promise<GuestProcess> {
	requireRunning(record);
	if (config.workingDir && !config.workingDir.startsWith('/'))
		throw execFailure(new Error('Cwd must be an absolute path'));
	try {
		const process = await context.agent.spawn(execSpec(record, config));
		announce(context, record, process);
		return process;
	} catch (error) {
		throw execFailure(error);
	}
}

function requireRunning(record: ContainerRecord): void {
	const { info } = record;
	if (info.state === 'paused')
		throw new EngineError(
			409,
			`Container ${info.name} is paused, unpause the container before exec`,
		);
	if (!record.isRunning) throw new EngineError(409, `container ${info.id} is not running`);
}

function execSpec({ info, image }: ContainerRecord, config: ExecConfig): ProcessSpec {
	const own = info.config;
	return {
		joinPid: info.pid,
		argv: config.cmd,
		env: execEnv(info, image, config),
		cwd: config.workingDir || own.workingDir || image.config.workingDir || '/',
		user: config.user || own.user || image.config.user || '0',
		groups: groupsOf(own, config),
		...(config.privileged || own.privileged
			? {}
			: { capabilities: effectiveCapabilities(own.capAdd, own.capDrop) }),
		...(own.noNewPrivileges ? { noNewPrivileges: true } : {}),
		...(config.tty ? { terminal: config.size ?? { rows: 24, columns: 80 } } : {}),
		stdin: config.stdin ?? false,
	};
}

/** Another user does not get the groups of the container's. */
function groupsOf({ groups = [] }: ContainerConfig, { user }: ExecConfig): number[] {
	return user ? [] : groups;
}

function execEnv(info: Container, image: Image, config: ExecConfig): string[] {
	const hostname = info.config.hostname || info.id.slice(0, 12);
	return mergeEnv(
		[defaultPath, `HOSTNAME=${hostname}`],
		config.tty ? ['TERM=xterm'] : [],
		image.config.env,
		info.config.env ?? [],
		config.env ?? [],
	);
}

function announce(context: EngineContext, record: ContainerRecord, process: GuestProcess): void {
	context.events.container('exec_start', record.info);
	void process.exited.then(
		(status) => context.events.container('exec_die', record.info, status.code),
		() => undefined,
	);
}
