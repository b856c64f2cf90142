import { containerFlag, filenameFlags, podRunningTimeoutFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError, UsageError } from './errors.ts';
import { fileInfos } from './builder.ts';
import { filenames } from './options.ts';
import { containerFor, podFor, podsOf } from './pod-for.ts';
import type { Pod } from '../../api/kubernetes.ts';
import type { Session } from './session.ts';
import { runStreams } from './streams.ts';
import type { Flag } from '../flags.ts';
import type { Verb } from './verb.ts';

export const streamFlags: Flag[] = [
	{
		name: 'quiet',
		short: 'q',
		type: 'bool',
		value: 'false',
		usage: 'Only print what the process prints.',
	},
	{
		name: 'stdin',
		short: 'i',
		type: 'bool',
		value: 'false',
		usage: 'Pass the input to the container.',
	},
	{ name: 'tty', short: 't', type: 'bool', value: 'false', usage: 'The input is a terminal.' },
];

export const exec: Verb = {
	name: 'exec',
	usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
	short: 'Execute a command in a container',
	group: 'Troubleshooting and Debugging Commands',
	complete: 'pods',
	examples: [
		'kubectl exec web -- date',
		'kubectl exec -it web -- sh',
		'kubectl exec deploy/web -- env',
	],
	flags: [containerFlag, ...filenameFlags.slice(0, 1), podRunningTimeoutFlag, ...streamFlags],
	run,
};

async function run(session: Session): Promise<void> {
	const { pod, command } = await podAndCommand(session);
	const phase = pod.status.phase ?? '';
	if (phase === 'Succeeded' || phase === 'Failed')
		throw new CliError(
			`cannot exec into a container in a completed pod; current phase is ${phase}`,
		);
	const container = await containerFor(session, pod, session.flags.bool('quiet'));
	const stdin = session.flags.bool('stdin');
	const tty = await wantsTty(session, stdin);
	const pods = await session.resource('pods');
	const connection = await session.rest.upgrade(
		pathOf(pods, pod.metadata.namespace, pod.metadata.name, 'exec'),
		{
			command,
			container,
			stdin: stdin || undefined,
			stdout: true,
			stderr: tty ? undefined : true,
			tty: tty || undefined,
		},
	);
	await runStreams(session, connection, { stdin, tty });
}

async function podAndCommand(session: Session): Promise<{ pod: Pod; command: string[] }> {
	const { args, flags } = session;
	const files = filenames(session);
	const names = flags.dash === 0 ? [] : args;
	if ((names[0] ?? '') === '' && files.length === 0)
		throw new CliError('pod, type/name or --filename must be specified');
	if (files.length > 0) {
		if (args.length === 0)
			throw new CliError('you must specify at least one command for the container');
		const { infos } = await fileInfos(session, files);
		const [info] = infos;
		const [pod] = info ? await podsOf(session, info.object) : [];
		if (!pod) throw new CliError('the files name no pod');
		return { pod, command: args };
	}
	const [word = '', ...command] = args;
	if (flags.dash < 0 && command.length > 0)
		throw new UsageError(
			'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
		);
	if (command.length === 0)
		throw new CliError('you must specify at least one command for the container');
	return { pod: await podFor(session, word), command };
}

/** A terminal is only promised to the container when there is one. */
export async function wantsTty(session: Session, stdin: boolean): Promise<boolean> {
	const asked = session.flags.bool('tty');
	if (!asked) return false;
	if (!stdin || session.io.isTty.stdin) return stdin || session.io.isTty.stdin;
	if (!session.flags.bool('quiet'))
		await session.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
	return false;
}
