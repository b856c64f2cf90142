import { detachKeys } from './detach-keys.ts';
import { environment } from './environment.ts';
import { CliError, daemonMessage, startExitCode } from './errors.ts';
import { escapeSequence } from './foreground.ts';
import { StreamSession } from './stream-session.ts';
import { boolFlag, type Call, type Verb } from './verb.ts';
import { interruptedCode } from '../interrupted.ts';

/** `docker exec` */
export const exec: Verb = {
	name: 'exec',
	usage: 'exec [OPTIONS] CONTAINER COMMAND [ARG...]',
	short: 'Execute a command in a running container',
	aliases: ['docker container exec', 'docker exec'],
	flags: [
		boolFlag('detach', 'Run the command in the background', 'd'),
		{ name: 'detach-keys', kind: 'string', usage: 'Keys that detach from the container' },
		{ name: 'env', short: 'e', kind: 'list', usage: 'Set an environment variable' },
		{ name: 'env-file', kind: 'list', usage: 'Take environment variables from a file' },
		boolFlag('interactive', 'Keep STDIN open', 'i'),
		boolFlag('privileged', 'Give the command all privileges'),
		boolFlag('tty', 'Give it a terminal', 't'),
		{
			name: 'user',
			short: 'u',
			kind: 'string',
			usage: 'User name or UID (format: <name|uid>[:<group|gid>])',
		},
		{ name: 'workdir', short: 'w', kind: 'string', usage: 'Working directory in the container' },
	],
	min: 2,
	stopsAtArgument: true,
	completes: 'running',
	run: async (call) => {
		const { flags, io } = call;
		if (flags.bool('tty') && flags.bool('interactive') && !io.isTty.stdin)
			throw new CliError('the input device is not a TTY', 1);
		const keys = detachKeys(flags.string('detach-keys'));
		const process = await begin(call);
		if (flags.bool('detach')) return 0;
		const session = new StreamSession(io, process, flags.bool('tty'), keys);
		session.showOutput();
		try {
			await session.takeTerminal();
			if (flags.bool('interactive')) session.carryInput().catch(() => undefined);
			const first = await Promise.race([process.exited, session.detached, aborted(call)]);
			if (first === 'detached') throw new CliError(escapeSequence);
			return first.code;
		} finally {
			await session.end();
		}
	},
};

async function begin(call: Call) {
	const { engine, flags, args, io } = call;
	const [name = '', ...cmd] = args;
	try {
		return await engine.exec(name, {
			cmd,
			tty: flags.bool('tty') && !flags.bool('detach'),
			stdin: flags.bool('interactive') && !flags.bool('detach'),
			env: (await environment(call)).filter((entry) => entry.includes('=')),
			user: flags.string('user'),
			workingDir: flags.string('workdir'),
			privileged: flags.bool('privileged'),
			...(flags.bool('tty') && io.size().rows > 0 ? { size: io.size() } : {}),
		});
	} catch (error) {
		const { message } = error as Error;
		if (!message.startsWith('OCI runtime exec failed')) throw error;
		const code = startExitCode(message);
		throw new CliError(code === 125 ? daemonMessage(error) : message, code === 125 ? 1 : code);
	}
}

/** Ctrl-C ends the client; the command in the container goes on, as with docker. */
function aborted({ io }: Call): Promise<{ code: number }> {
	return new Promise((resolve) => {
		const leave = () => resolve({ code: interruptedCode(io.signal) });
		if (io.signal.aborted) leave();
		else io.signal.addEventListener('abort', leave, { once: true });
	});
}
