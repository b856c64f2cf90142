import type { Pod } from '../../api/kubernetes.ts';
import { isNotFound } from '../../client/status.ts';
import { listAll } from './builder.ts';
import { containerFlag, podRunningTimeoutFlag, selectorFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError, throwCollected, UsageError } from './errors.ts';
import { containerFor, namedObject, podsOf } from './pod-for.ts';
import { lines, type Query } from './rest.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const logs: Verb = {
	name: 'logs',
	aliases: ['log'],
	usage: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
	short: 'Print the logs for a container in a pod',
	group: 'Troubleshooting and Debugging Commands',
	complete: 'pods',
	examples: [
		'kubectl logs nginx',
		'kubectl logs -f -c ruby web-1',
		'kubectl logs --tail=20 deployment/web',
		'kubectl logs -l app=web --prefix',
	],
	flags: [
		{ name: 'all-containers', type: 'bool', value: 'false', usage: 'The logs of all containers.' },
		{ name: 'all-pods', type: 'bool', value: 'false', usage: 'The logs of all pods.' },
		containerFlag,
		{ name: 'follow', short: 'f', type: 'bool', value: 'false', usage: 'Go on with new lines.' },
		{
			name: 'ignore-errors',
			type: 'bool',
			value: 'false',
			usage: 'Go on when one log ends badly.',
		},
		{ name: 'limit-bytes', type: 'int', value: '0', usage: 'The most bytes to print.' },
		{ name: 'max-log-requests', type: 'int', value: '5', usage: 'The most logs followed at once.' },
		podRunningTimeoutFlag,
		{ name: 'prefix', type: 'bool', value: 'false', usage: 'Name pod and container on each line.' },
		{
			name: 'previous',
			short: 'p',
			type: 'bool',
			value: 'false',
			usage: 'The log of the container before this one.',
		},
		selectorFlag,
		{ name: 'since', type: 'duration', value: '0s', usage: 'Only lines newer than this (5s, 2m).' },
		{ name: 'since-time', type: 'string', usage: 'Only lines after this time (RFC3339).' },
		{
			name: 'tail',
			type: 'int',
			value: '-1',
			usage: 'How many of the last lines; 10 with a selector.',
		},
		{ name: 'timestamps', type: 'bool', value: 'false', usage: 'Print the time of each line.' },
	],
	run,
};

interface LogSource {
	pod: Pod;
	container: string;
}

async function run(session: Session): Promise<void> {
	checkArgs(session);
	const pods = await logPods(session);
	const sources: LogSource[] = [];
	for (const pod of pods) sources.push(...(await sourcesOf(session, pod)));
	const { flags } = session;
	const follow = flags.bool('follow');
	if (follow && sources.length > flags.int('max-log-requests'))
		throw new CliError(
			`you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${flags.int('max-log-requests')}, use --max-log-requests to increase the limit`,
		);
	const errors: unknown[] = [];
	const one = (source: LogSource) =>
		print(session, source).catch(async (error: unknown) => {
			if (!flags.bool('ignore-errors')) errors.push(error);
			else await session.err(`error: ${error instanceof Error ? error.message : ''}\n`);
		});
	if (follow) await Promise.all(sources.map(one));
	else for (const source of sources) await one(source);
	throwCollected(errors);
}

function checkArgs({ args, flags }: Session): void {
	const selector = flags.text('selector');
	if (args.length === 0 && selector === '')
		throw new UsageError(
			"expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
		);
	if (args.length > 0 && selector !== '')
		throw new UsageError('only a selector (-l) or a POD name is allowed');
	if (args.length > 2)
		throw new UsageError(
			"expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
		);
	if (args.length === 2 && flags.has('container'))
		throw new UsageError('only one of -c or an inline [CONTAINER] arg is allowed');
	if (flags.bool('all-containers') && (flags.has('container') || args.length === 2))
		throw new CliError('--all-containers=true should not be specified with container name');
	if (flags.has('since') && flags.has('since-time'))
		throw new CliError('at most one of `sinceTime` or `sinceSeconds` may be specified');
	if (flags.int('tail') < -1) throw new CliError('--tail must be greater than or equal to -1');
}

async function logPods(session: Session): Promise<Pod[]> {
	const labelSelector = session.flags.text('selector');
	const [word = ''] = session.args;
	if (labelSelector !== '') {
		const resource = await session.resource('pods');
		const target = { resource, namespace: session.namespace };
		const pods = await listAll(session, target, { labelSelector });
		if (pods.length === 0)
			await session.err(`No resources found in ${session.namespace} namespace.\n`);
		return pods as unknown as Pod[];
	}
	const object = await namedObject(session, word).catch((error: unknown) => {
		if (!isNotFound(error) || !(error instanceof Error)) throw error;
		throw new CliError(
			`error from server (NotFound): ${error.message} in namespace "${session.namespace}"`,
		);
	});
	const pods = await podsOf(session, object);
	if (session.flags.bool('all-pods') || object.kind === 'Pod') return pods;
	const [first] = pods;
	if (!first) throw new CliError('timed out waiting for the condition');
	if (pods.length > 1)
		await session.err(`Found ${pods.length} pods, using pod/${first.metadata.name}\n`);
	return [first];
}

async function sourcesOf(session: Session, pod: Pod): Promise<LogSource[]> {
	const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
	if (session.flags.bool('all-containers'))
		return [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => ({
			pod,
			container: name,
		}));
	const inline = session.args[1];
	return [{ pod, container: inline ?? (await containerFor(session, pod, false)) }];
}

function logQuery({ flags }: Session, container: string): Query {
	const since = flags.duration('since');
	const bySelector = flags.text('selector') !== '' && !flags.has('tail') && !flags.bool('follow');
	const tail = bySelector ? 10 : flags.int('tail');
	return {
		container,
		follow: flags.bool('follow') || undefined,
		previous: flags.bool('previous') || undefined,
		timestamps: flags.bool('timestamps') || undefined,
		sinceSeconds: since > 0 ? Math.ceil(since / 1000) : undefined,
		sinceTime: flags.text('since-time') || undefined,
		tailLines: tail >= 0 ? tail : undefined,
		limitBytes: flags.int('limit-bytes') > 0 ? flags.int('limit-bytes') : undefined,
	};
}

async function print(session: Session, { pod, container }: LogSource): Promise<void> {
	const pods = await session.resource('pods');
	const path = pathOf(pods, pod.metadata.namespace, pod.metadata.name, 'log');
	const stream = await session.rest.stream(path, logQuery(session, container));
	if (!session.flags.bool('prefix')) {
		for await (const chunk of stream) await session.out(chunk);
		return;
	}
	const prefix = `[pod/${pod.metadata.name}/${container}] `;
	for await (const line of lines(stream)) await session.out(`${prefix}${line}\n`);
}
