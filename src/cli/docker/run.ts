import type { Container } from '../../api/engine.ts';
import { containerFlags, containerVerb, runFlags } from './container-flags.ts';
import { makeContainer } from './create-container.ts';
import { detachKeys } from './detach-keys.ts';
import { CliError, daemonMessage, startExitCode, withHelp } from './errors.ts';
import { runForeground } from './foreground.ts';
import type { Call, Verb } from './verb.ts';

/** `docker run` */
export const run: Verb = {
	...containerVerb,
	name: 'run',
	usage: 'run [OPTIONS] IMAGE [COMMAND] [ARG...]',
	short: 'Create and run a new container from an image',
	aliases: ['docker container run', 'docker run'],
	flags: [...containerFlags, ...runFlags],
	run: async (call) => {
		checkTerminal(call);
		const container = await makeContainer(call, 'run').catch(fail);
		return call.flags.bool('detach') ? runDetached(call, container) : runAttached(call, container);
	},
};

function checkTerminal({ flags, io }: Call): void {
	if (flags.bool('detach') && flags.list('attach').length > 0)
		throw new CliError('conflicting options: cannot specify both --attach and --detach');
	if (flags.bool('tty') && flags.bool('interactive') && !flags.bool('detach') && !io.isTty.stdin)
		throw new CliError('the input device is not a TTY', 1);
}

function fail(error: unknown): never {
	if (error instanceof CliError) throw error;
	throw withHelp(error, 'run', startExitCode(daemonMessage(error)));
}

async function runDetached({ engine, io }: Call, { id }: Container): Promise<number> {
	await engine.startContainer(id).catch(fail);
	await io.out(`${id}\n`);
	return 0;
}

async function runAttached(call: Call, { id, config }: Container): Promise<number> {
	const { engine, flags } = call;
	const attached = flags.list('attach').map((name) => name.toLowerCase());
	const wants = (name: string) => attached.length === 0 || attached.includes(name);
	const tty = config.tty ?? false;
	return runForeground(call, id, {
		tty,
		stdin: (config.openStdin ?? false) && wants('stdin'),
		proxySignals: !tty && flags.bool('sig-proxy'),
		detachKeys: detachKeys(flags.string('detach-keys')),
		streams: { stdout: wants('stdout'), stderr: wants('stderr') },
		begin: () => engine.startContainer(id).catch(fail),
	});
}
