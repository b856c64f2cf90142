import { listAll } from './builder.ts';
import { dryRunFlag, selectorFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { UsageError } from './errors.ts';
import { dig, type Manifest } from './fields.ts';
import { dryRun, dryRunSuffix } from './options.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

function cordonVerb(name: 'cordon' | 'uncordon', unschedulable: boolean): Verb {
	return {
		name,
		usage: 'NODE',
		short: `Mark node as ${unschedulable ? 'unschedulable' : 'schedulable'}`,
		group: 'Cluster Management Commands',
		complete: 'nodes',
		flags: [dryRunFlag, selectorFlag],
		async run(session) {
			if (session.args.length === 0 && session.flags.text('selector') === '')
				throw new UsageError(`USAGE: ${name} NODE [flags]`);
			await cordonNodes(session, await nodesOf(session), unschedulable);
		},
	};
}

export const cordon = cordonVerb('cordon', true);
export const uncordon = cordonVerb('uncordon', false);

/** The nodes that the arguments or the selector name. */
export async function nodesOf(session: Session): Promise<Manifest[]> {
	const resource = await session.resource('nodes');
	const labelSelector = session.flags.text('selector');
	if (labelSelector !== '')
		return listAll(session, { resource, namespace: undefined }, { labelSelector });
	const names = session.args.map((arg) => arg.replace(/^nodes?\//, ''));
	return Promise.all(names.map((name) => session.rest.get(pathOf(resource, undefined, name))));
}

/** Marks nodes and says what changed. */
export async function cordonNodes(
	session: Session,
	nodes: Manifest[],
	unschedulable: boolean,
): Promise<void> {
	const resource = await session.resource('nodes');
	const word = unschedulable ? 'cordoned' : 'uncordoned';
	for (const node of nodes) {
		const { name } = node.metadata;
		const same = (dig(node, 'spec', 'unschedulable') === true) === unschedulable;
		if (!same && dryRun(session) !== 'client')
			await session.rest.json('PATCH', pathOf(resource, undefined, name), {
				query: dryRun(session) === 'server' ? { dryRun: 'All' } : {},
				body: { spec: { unschedulable: unschedulable || null } },
				contentType: patchTypes.strategic,
			});
		await session.out(
			`node/${name} ${same ? 'already ' : ''}${word}${dryRunSuffix(dryRun(session))}\n`,
		);
	}
}
