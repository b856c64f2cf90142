import type { Pod } from '../../api/kubernetes.ts';
import { containerFlag, podRunningTimeoutFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import { streamFlags, wantsTty } from './exec.ts';
import { containerFor, podFor } from './pod-for.ts';
import type { Session } from './session.ts';
import { runStreams } from './streams.ts';
import type { Verb } from './verb.ts';

export const attach: Verb = {
	name: 'attach',
	usage: '(POD | TYPE/NAME) -c CONTAINER',
	short: 'Attach to a running container',
	group: 'Troubleshooting and Debugging Commands',
	complete: 'pods',
	flags: [containerFlag, podRunningTimeoutFlag, ...streamFlags],
	async run(session) {
		const [word] = session.args;
		if (word === undefined) throw new CliError('at least 1 argument is required for attach');
		if (session.args.length > 2)
			throw new CliError(
				`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${session.args.length}: [${session.args.join(' ')}]`,
			);
		const name = session.args[1] === undefined ? word : `${word}/${session.args[1]}`;
		const pod = await podFor(session, name);
		const container = await containerFor(session, pod, session.flags.bool('quiet'));
		await attachTo(session, pod, container);
	},
};

/** Connects the terminal with the main process of a container. */
export async function attachTo(session: Session, pod: Pod, container: string): Promise<void> {
	const phase = pod.status.phase ?? '';
	if (phase === 'Succeeded' || phase === 'Failed')
		throw new CliError(`cannot attach a container in a completed pod; current phase is ${phase}`);
	const spec = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
		({ name }) => name === container,
	);
	const stdin = session.flags.bool('stdin');
	let tty = await wantsTty(session, stdin);
	if (tty && !spec?.tty) {
		tty = false;
		if (!session.flags.bool('quiet'))
			await session.err(
				`error: Unable to use a TTY - container ${container} did not allocate one\n`,
			);
	}
	if (stdin && tty && !session.flags.bool('quiet'))
		await session.err("If you don't see a command prompt, try pressing enter.\n");
	const pods = await session.resource('pods');
	const { namespace, name } = pod.metadata;
	const connection = await session.rest.upgrade(pathOf(pods, namespace, name, 'attach'), {
		container,
		stdin: stdin || undefined,
		stdout: true,
		stderr: tty ? undefined : true,
		tty: tty || undefined,
	});
	await runStreams(session, connection, { stdin, tty });
}
