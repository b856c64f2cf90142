import { detachKeys } from './detach-keys.ts';
import { CliError } from './errors.ts';
import { runForeground } from './foreground.ts';
import { boolFlag, type Verb } from './verb.ts';

/** `docker attach` */
export const attach: Verb = {
	name: 'attach',
	usage: 'attach [OPTIONS] CONTAINER',
	short: 'Attach local standard input, output, and error streams to a running container',
	aliases: ['docker container attach', 'docker attach'],
	flags: [
		boolFlag('no-stdin', 'Do not attach STDIN'),
		{ name: 'sig-proxy', kind: 'bool', usage: 'Hand signals on to the process', fallback: 'true' },
		{ name: 'detach-keys', kind: 'string', usage: 'Keys that detach from the container' },
	],
	min: 1,
	max: 1,
	completes: 'running',
	run: async (call) => {
		const { id, config, state } = call.engine.container(call.args[0] ?? '');
		if (state === 'paused')
			throw new CliError('cannot attach to a paused container, unpause it first');
		if (state === 'restarting')
			throw new CliError('cannot attach to a restarting container, wait until it is running');
		if (state !== 'running')
			throw new CliError('cannot attach to a stopped container, start it first');
		const tty = config.tty ?? false;
		const noStdin = call.flags.bool('no-stdin');
		if (tty && !noStdin && !call.io.isTty.stdin)
			throw new CliError('the input device is not a TTY');
		return runForeground(call, id, {
			tty,
			stdin: !noStdin && (config.openStdin ?? false),
			proxySignals: !tty && call.flags.bool('sig-proxy'),
			detachKeys: detachKeys(call.flags.string('detach-keys')),
			tellsDetach: true,
			begin: () => Promise.resolve(),
		});
	},
};
