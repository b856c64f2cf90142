import { own } from '../../util/own.ts';
import { collect, infoOf, listAll, parseTargets, type Info } from './builder.ts';
import { allNamespacesFlag, filenameFlags, selectorFlag } from './common-flags.ts';
import {
	describeConfigMap,
	describeNamespace,
	describeSecret,
	describeServiceAccount,
} from './describe-config.ts';
import { describeNode } from './describe-node.ts';
import { describePod } from './describe-pod.ts';
import { describeEndpoints, describeEndpointSlice, describeService } from './describe-service.ts';
import { describeDeployment, describeGeneric, describeReplicaSet } from './describe-workload.ts';
import { CliError, throwCollected } from './errors.ts';
import type { Manifest } from './fields.ts';
import { filenames } from './options.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';
import { isNotFound } from '../../client/status.ts';

export const describe: Verb = {
	name: 'describe',
	usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
	short: 'Show details of a specific resource or group of resources',
	group: 'Troubleshooting and Debugging Commands',
	complete: 'resources',
	examples: [
		'kubectl describe pods/nginx',
		'kubectl describe -f pod.json',
		'kubectl describe pods -l name=web',
	],
	flags: [
		allNamespacesFlag,
		{
			name: 'chunk-size',
			type: 'int',
			value: '500',
			usage: 'Accepted and not used.',
			hidden: true,
		},
		...filenameFlags,
		selectorFlag,
		{ name: 'show-events', type: 'bool', value: 'true', usage: 'Whether the events are printed.' },
	],
	run,
};

type Describer = (session: Session, object: Manifest, info: Info) => Promise<string>;

const describers: Record<string, Describer> = {
	Pod: describePod,
	Deployment: (session, _, info) => describeDeployment(session, info),
	ReplicaSet: (session, _, info) => describeReplicaSet(session, info),
	Service: describeService,
	EndpointSlice: describeEndpointSlice,
	Endpoints: describeEndpoints,
	Node: describeNode,
	Namespace: describeNamespace,
	ConfigMap: describeConfigMap,
	Secret: describeSecret,
	ServiceAccount: describeServiceAccount,
};

async function run(session: Session): Promise<void> {
	if (session.args.length === 0 && filenames(session).length === 0)
		throw new CliError(
			'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
		);
	const { infos, errors, byPrefix } = await found(session);
	if (infos.length === 0 && errors.length === 0) {
		const scope = session.flags.bool('all-namespaces') ? '' : ` in ${session.namespace} namespace.`;
		await session.err(`No resources found${scope}\n`);
	}
	let first = true;
	for (const info of infos) {
		try {
			const describer = own(describers, info.object.kind);
			const text = describer
				? await describer(session, info.object, info)
				: await describeGeneric(session, info);
			if (byPrefix) await session.out(`${text}\n`);
			else await session.out(first ? text : `\n\n${text}`);
			first = false;
		} catch (error) {
			errors.push(error);
		}
	}
	throwCollected(errors);
}

/** A name that does not exist may be the beginning of names. After pkg/cmd/describe: DescribeMatchingResources. */
async function found(
	session: Session,
): Promise<{ infos: Info[]; errors: unknown[]; byPrefix?: boolean }> {
	const { args } = session;
	const result = await collect(session, { fetch: true, collections: true });
	const missing = result.errors.length === 1 && isNotFound(result.errors[0]);
	if (!missing || result.infos.length > 0 || args.length !== 2) return result;
	const [target] = await parseTargets(session, args.slice(0, 1));
	if (!target) return result;
	const all = await listAll(session, target, {});
	const matching = all.filter(({ metadata }) => metadata.name.startsWith(args[1] ?? ''));
	if (matching.length === 0) return result;
	return {
		infos: matching.map((object) => infoOf(target.resource, object)),
		errors: [],
		byPrefix: true,
	};
}
