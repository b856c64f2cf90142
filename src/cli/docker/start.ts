import { detachKeys } from './detach-keys.ts';
import { CliError, daemonMessage } from './errors.ts';
import { notOffered } from './flags.ts';
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
		{ name: 'detach-keys', kind: 'string', usage: 'Keys that detach from the container' },
		...notOffered('checkpoint checkpoint-dir'),
	],
	min: 1,
	completes: 'container',
	run: async (call) => {
		if (call.flags.bool('attach') || call.flags.bool('interactive')) return startAttached(call);
		const failed: string[] = [];
		for (const name of call.args) {
			try {
				await call.engine.startContainer(name);
				await call.io.out(`${name}\n`);
			} catch (error) {
				failed.push(name);
				await call.io.err(`${daemonMessage(error)}\n`);
			}
		}
		if (failed.length > 0)
			throw new CliError(`Error: failed to start containers: ${failed.join(', ')}`);
		return 0;
	},
};

async function startAttached(call: Call): Promise<number> {
	const { args, engine, flags } = call;
	const [name = ''] = args;
	if (args.length > 1)
		throw new CliError('you cannot start and attach multiple containers at once');
	const { id, config, state } = engine.container(name);
	const tty = config.tty ?? false;
	return runForeground(call, id, {
		tty,
		stdin: flags.bool('interactive') && (config.openStdin ?? false),
		proxySignals: !tty,
		detachKeys: detachKeys(flags.string('detach-keys')),
		begin: () => (state === 'running' ? Promise.resolve() : engine.startContainer(id)),
	});
}
