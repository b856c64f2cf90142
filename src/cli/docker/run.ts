import type { Container } from '../../api/engine.ts';
import { containerConfig } from './container-config.ts';
import { containerFlags, containerVerb, runFlags } from './container-flags.ts';
import { CliError, daemonMessage, startExitCode } from './errors.ts';
import { runForeground } from './foreground.ts';
import { requireImage } from './pull.ts';
import type { Call, Verb } from './verb.ts';

const help = "\n\nRun 'docker run --help' for more information";

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
		const container = await create(call);
		return call.flags.bool('detach') ? runDetached(call, container) : runAttached(call, container);
	},
};

function checkTerminal({ flags, io }: Call): void {
	if (flags.bool('detach') && flags.list('attach').length > 0)
		throw new CliError(
			`docker: conflicting options: cannot specify both --attach and --detach${help}`,
			125,
		);
	if (flags.bool('tty') && flags.bool('interactive') && !flags.bool('detach') && !io.isTty.stdin)
		throw new CliError('the input device is not a TTY', 1);
}

async function create(call: Call): Promise<Container> {
	const [ref = ''] = call.args;
	const image = await requireImage(call, ref);
	try {
		const container = await call.engine.createContainer(await containerConfig(call, image));
		const cidfile = call.flags.optional('cidfile');
		if (cidfile) await call.io.writeFile(cidfile, container.id);
		return container;
	} catch (error) {
		throw failed(error);
	}
}

function failed(error: unknown): CliError {
	if (error instanceof CliError) return error;
	const message = daemonMessage(error);
	return new CliError(`docker: ${message}${help}`, startExitCode(message));
}

async function runDetached({ engine, io }: Call, { id }: Container): Promise<number> {
	await engine.startContainer(id).catch((error: unknown) => {
		throw failed(error);
	});
	await io.out(`${id}\n`);
	return 0;
}

async function runAttached(call: Call, { id, config }: Container): Promise<number> {
	const attached = call.flags.list('attach').map((name) => name.toLowerCase());
	const wants = (name: string) => attached.length === 0 || attached.includes(name);
	return runForeground(call, id, {
		tty: config.tty ?? false,
		stdin: (config.openStdin ?? false) && wants('stdin'),
		proxySignals:
			!(config.tty ?? false) && (!call.flags.has('sig-proxy') || call.flags.bool('sig-proxy')),
		streams: { stdout: wants('stdout'), stderr: wants('stderr') },
		begin: () =>
			call.engine.startContainer(id).catch((error: unknown) => {
				throw failed(error);
			}),
	});
}
