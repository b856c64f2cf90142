import { CliError, daemonMessage, startExitCode } from './errors.ts';
import { runForeground } from './foreground.ts';
import { boolFlag, type Call, type Verb } from './verb.ts';

/** `docker start` */
export const start: Verb = {
	name: 'start',
	usage: 'start [OPTIONS] CONTAINER [CONTAINER...]',
	short: 'Start one or more stopped containers',
	aliases: ['docker container start', 'docker start'],
	flags: [
		boolFlag('attach', 'Show the output and hand signals on', 'a'),
		boolFlag('interactive', "Attach the container's STDIN", 'i'),
	],
	min: 1,
	completes: 'container',
	run: async (call) => {
		if (call.flags.bool('attach') || call.flags.bool('interactive')) return startAttached(call);
		let isFailed = false;
		for (const name of call.args) {
			try {
				await call.engine.startContainer(name);
				await call.io.out(`${name}\n`);
			} catch (error) {
				isFailed = true;
				await call.io.err(`${daemonMessage(error)}\n`);
			}
		}
		if (isFailed) throw new CliError(`failed to start containers: ${call.args.join(', ')}`);
		return 0;
	},
};

async function startAttached(call: Call): Promise<number> {
	const [name = ''] = call.args;
	if (call.args.length > 1)
		throw new CliError('you cannot start and attach multiple containers at once');
	const { id, config, state } = call.engine.container(name);
	const tty = config.tty ?? false;
	if (state === 'running') return attachRunning(call, id);
	return runForeground(call, id, {
		tty,
		stdin: call.flags.bool('interactive') && (config.openStdin ?? false),
		proxySignals: !tty,
		begin: () => restartWaiter(call, id),
	});
}

async function attachRunning(call: Call, id: string): Promise<number> {
	const { config } = call.engine.container(id);
	return runForeground(call, id, {
		tty: config.tty ?? false,
		stdin: config.openStdin ?? false,
		proxySignals: !(config.tty ?? false),
		begin: () => Promise.resolve(),
	});
}

async function restartWaiter(call: Call, id: string): Promise<void> {
	try {
		await call.engine.startContainer(id);
	} catch (error) {
		const message = daemonMessage(error);
		throw new CliError(message, startExitCode(message) === 125 ? 1 : startExitCode(message));
	}
}
