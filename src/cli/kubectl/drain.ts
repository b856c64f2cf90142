import { isNotFound, StatusError } from '../../client/status.ts';
import { listAll } from './builder.ts';
import { dryRunFlag, selectorFlag } from './common-flags.ts';
import { cordonNodes, nodesOf } from './cordon.ts';
import { deleteObject } from './delete-object.ts';
import { pathOf, type ApiResource } from './discovery.ts';
import { CliError, ErrorList, UsageError } from './errors.ts';
import { listAt, textAt, type Manifest } from './fields.ts';
import { until, WaitTimeout } from './observe.ts';
import { dryRun, dryRunSuffix } from './options.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const drain: Verb = {
	name: 'drain',
	usage: 'NODE',
	short: 'Drain node in preparation for maintenance',
	group: 'Cluster Management Commands',
	complete: 'nodes',
	flags: [
		{
			name: 'chunk-size',
			type: 'int',
			value: '500',
			usage: 'Accepted and not used.',
			hidden: true,
		},
		{
			name: 'delete-emptydir-data',
			type: 'bool',
			value: 'false',
			usage: 'Go on even if pods use emptyDir.',
		},
		{
			name: 'disable-eviction',
			type: 'bool',
			value: 'false',
			usage: 'Delete instead of evicting.',
		},
		dryRunFlag,
		{
			name: 'force',
			type: 'bool',
			value: 'false',
			usage: 'Go on even if pods have no controller.',
		},
		{
			name: 'grace-period',
			type: 'int',
			value: '-1',
			usage: 'Seconds that each pod is given to end.',
		},
		{
			name: 'ignore-daemonsets',
			type: 'bool',
			value: 'false',
			usage: 'Leave the pods of DaemonSets.',
		},
		{ name: 'pod-selector', type: 'string', usage: 'Only pods with these labels.' },
		selectorFlag,
		{
			name: 'timeout',
			type: 'duration',
			value: '0s',
			usage: 'How long to wait; 0 waits for ever.',
		},
		{
			name: 'skip-wait-for-delete-timeout',
			type: 'int',
			value: '0',
			usage: 'Accepted and not used.',
			hidden: true,
		},
	],
	async run(session) {
		if (session.args.length === 0 && session.flags.text('selector') === '')
			throw new UsageError('USAGE: drain NODE [flags]');
		const nodes = await nodesOf(session);
		await cordonNodes(session, nodes, true);
		for (const node of nodes) await drainNode(session, node.metadata.name);
	},
};

interface Verdict {
	evict: Manifest[];
	warnings: string[];
	errors: string[];
}

async function drainNode(session: Session, node: string): Promise<void> {
	const resource = await session.resource('pods');
	const pods = await listAll(
		session,
		{ resource, namespace: undefined },
		{
			fieldSelector: `spec.nodeName=${node}`,
			labelSelector: session.flags.text('pod-selector') || undefined,
		},
	);
	const verdict = judge(session, pods);
	if (verdict.errors.length > 0) {
		const all = verdict.errors.join(', ');
		const why = verdict.errors.length > 1 ? `[${all}]` : all;
		await session.err(
			`error: unable to drain node "${node}" due to error: ${why}, continuing command...\nThere are pending nodes to be drained:\n ${node}\n`,
		);
		throw new ErrorList(verdict.errors.map((message) => new CliError(message)));
	}
	if (verdict.warnings.length > 0) await session.err(`Warning: ${verdict.warnings.join('; ')}\n`);
	await evictAll(session, resource, verdict.evict);
	await session.out(`node/${node} drained${dryRunSuffix(dryRun(session))}\n`);
}

function names(pods: Manifest[]): string {
	return pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
}

/** Which pods go, and what speaks against it. After pkg/drain/filters.go. */
function judge({ flags }: Session, pods: Manifest[]): Verdict {
	const finished = (pod: Manifest) =>
		['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
	const controller = (pod: Manifest) =>
		listAt(pod, 'metadata', 'ownerReferences').find((owner) => owner['controller'] === true);
	const mirror = (pod: Manifest) =>
		'kubernetes.io/config.mirror' in (pod.metadata.annotations ?? {});
	const candidates = pods.filter((pod) => !mirror(pod));
	const daemons = candidates.filter(
		(pod) => controller(pod)?.['kind'] === 'DaemonSet' && !finished(pod),
	);
	const rest = candidates.filter((pod) => !daemons.includes(pod));
	const bare = rest.filter((pod) => !controller(pod) && !finished(pod));
	const local = rest.filter(
		(pod) =>
			!finished(pod) && listAt(pod, 'spec', 'volumes').some((volume) => 'emptyDir' in volume),
	);
	const verdict: Verdict = { evict: rest, warnings: [], errors: [] };
	const weigh = (found: Manifest[], allowed: boolean, warning: string, error: string) => {
		if (found.length === 0) return;
		if (!allowed) verdict.errors.push(`${error}: ${names(found)}`);
		else if (warning) verdict.warnings.push(`${warning}: ${names(found)}`);
	};
	weigh(
		daemons,
		flags.bool('ignore-daemonsets'),
		'ignoring DaemonSet-managed Pods',
		'cannot delete cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
	);
	weigh(
		local,
		flags.bool('delete-emptydir-data'),
		'',
		'cannot delete cannot delete Pods with local storage (use --delete-emptydir-data to override)',
	);
	weigh(
		bare,
		flags.bool('force'),
		'deleting Pods that declare no controller',
		'cannot delete cannot delete Pods that declare no controller (use --force to override)',
	);
	return verdict;
}

async function evictAll(session: Session, resource: ApiResource, pods: Manifest[]): Promise<void> {
	const { flags } = session;
	const suffix = dryRunSuffix(dryRun(session));
	const canEvict = !flags.bool('disable-eviction') && resource.subresources.includes('eviction');
	const word = canEvict ? ['evicting', 'evicted'] : ['deleting', 'deleted'];
	for (const { metadata } of pods)
		await session.out(`${word[0]} pod ${metadata.namespace}/${metadata.name}${suffix}\n`);
	if (dryRun(session) !== 'none') return;
	const results = await Promise.allSettled(
		pods.map(async (pod) => {
			await removePod(session, resource, pod, canEvict);
			await session.out(`pod/${pod.metadata.name} ${word[1]}\n`);
		}),
	);
	const failed = results.find((result) => result.status === 'rejected');
	if (failed) throw failed.reason;
}

const retryMs = 5000;

async function removePod(
	session: Session,
	resource: ApiResource,
	pod: Manifest,
	evict: boolean,
): Promise<void> {
	const grace = session.flags.int('grace-period');
	const gracePeriodSeconds = grace < 0 ? undefined : grace;
	const place = { resource, namespace: pod.metadata.namespace, name: pod.metadata.name };
	try {
		if (!evict) await deleteObject(session, place, { gracePeriodSeconds });
		else await requestEviction(session, place, gracePeriodSeconds);
	} catch (error) {
		if (isNotFound(error)) return;
		throw new CliError(
			`error when evicting pods/"${place.name}" -n "${place.namespace}": ${error instanceof Error ? error.message : ''}`,
		);
	}
	const timeout = session.flags.duration('timeout');
	try {
		await until(session, place, timeout, (object) =>
			object?.metadata.uid === pod.metadata.uid ? undefined : true,
		);
	} catch (error) {
		if (!(error instanceof WaitTimeout)) throw error;
		throw new CliError(
			`error when waiting for pod "${place.name}" in namespace "${place.namespace}" to terminate: global timeout reached: ${session.flags.text('timeout')}`,
		);
	}
}

/** A disruption budget that allows no more makes the server answer 429: asked again until it does. */
async function requestEviction(
	session: Session,
	{
		resource,
		namespace,
		name,
	}: { resource: ApiResource; namespace: string | undefined; name: string },
	gracePeriodSeconds: number | undefined,
): Promise<void> {
	const body = {
		apiVersion: 'policy/v1',
		kind: 'Eviction',
		metadata: { name, namespace },
		...(gracePeriodSeconds === undefined ? {} : { deleteOptions: { gracePeriodSeconds } }),
	};
	for (;;) {
		try {
			await session.rest.json('POST', pathOf(resource, namespace, name, 'eviction'), { body });
			return;
		} catch (error) {
			if (!(error instanceof StatusError) || error.code !== 429) throw error;
			await session.err(
				`error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${error.message}\n`,
			);
			await session.services.clock.sleep(retryMs, session.io.signal);
		}
	}
}
