import { forEach, type Info } from './builder.ts';
import { dryRunFlag, filenameFlags, outputFlags, selectorFlag } from './common-flags.ts';
import { podTemplateText } from './describe-template.ts';
import { pathOf, singularName } from './discovery.ts';
import { CliError } from './errors.ts';
import { dig, mapAt, stringMap, type Json, type Manifest } from './fields.ts';
import { lastAppliedKey } from './last-applied.ts';
import { dryRun, dryRunSuffix, writeQuery } from './options.ts';
import { patchTypes } from './rest.ts';
import { flaggedRevision, revisionKey, revisionsOf, rolloutTargets } from './revisions.ts';
import type { Session } from './session.ts';
import { equal } from './strategic-merge.ts';
import type { Verb } from './verb.ts';

export const undo: Verb = {
	name: 'undo',
	usage: '(TYPE NAME | TYPE/NAME) [flags]',
	short: 'Undo a previous rollout',
	complete: 'resources',
	flags: [
		dryRunFlag,
		...filenameFlags,
		...outputFlags,
		selectorFlag,
		{
			name: 'to-revision',
			type: 'int',
			value: '0',
			usage: 'The revision to go back to; 0 is the last one.',
		},
	],
	async run(session) {
		const found = await rolloutTargets(session);
		await forEach(found, (info) => rollBack(session, info));
	},
};

const ownAnnotations = new Set([
	lastAppliedKey,
	revisionKey,
	'deployment.kubernetes.io/revision-history',
	'deployment.kubernetes.io/desired-replicas',
	'deployment.kubernetes.io/max-replicas',
	'deprecated.deployment.rollback.to',
]);

/** After pkg/polymorphichelpers/rollback.go: DeploymentRollbacker.Rollback. */
async function rollBack(session: Session, info: Info): Promise<void> {
	if (info.object.kind !== 'Deployment')
		throw new CliError(`no rollbacker has been implemented for "${info.object.kind}"`);
	const name = singularName(info.resource);
	if (dig(info.object, 'spec', 'paused') === true)
		throw new CliError(
			"you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
		);
	const target = chosen(
		info.name,
		await revisionsOf(session, info),
		flaggedRevision(session, 'to-revision'),
	);
	const template = templateOf(target);
	const strategy = dryRun(session);
	if (strategy === 'client') {
		const text = podTemplateText(mapAt(target, 'spec', 'template'));
		return session.out(`${name}/${info.name} ${text}${dryRunSuffix(strategy)}\n`);
	}
	const current = templateOf(info.object);
	if (equal(current, template))
		return session.out(
			`${name}/${info.name} skipped rollback (current template already matches revision ${session.flags.text('to-revision')})\n`,
		);
	await session.rest.json('PATCH', pathOf(info.resource, info.namespace, info.name), {
		query: writeQuery(session),
		body: [
			{ op: 'replace', path: '/spec/template', value: template },
			{ op: 'replace', path: '/metadata/annotations', value: annotations(info.object, target) },
		],
		contentType: patchTypes.json,
	});
	await session.out(`${name}/${info.name} rolled back${dryRunSuffix(strategy)}\n`);
}

function chosen(name: string, revisions: Map<bigint, Manifest>, wanted: bigint): Manifest {
	if (wanted > 0n) {
		const found = revisions.get(wanted);
		if (!found) throw new CliError(`unable to find specified revision ${wanted} in history`);
		return found;
	}
	const previous = [...revisions.values()].at(-2);
	if (!previous) throw new CliError(`no rollout history found for deployment "${name}"`);
	return previous;
}

/** The pod template without the label that the controller adds. */
function templateOf(object: Manifest): Json {
	const template = structuredClone(mapAt(object, 'spec', 'template'));
	delete mapAt(template, 'metadata', 'labels')['pod-template-hash'];
	return template;
}

/** The Deployment keeps its own bookkeeping and takes the rest from the revision. */
function annotations(deployment: Manifest, target: Manifest): Record<string, string> {
	const own = Object.entries(stringMap(deployment.metadata.annotations));
	const other = Object.entries(stringMap(target.metadata.annotations));
	return Object.fromEntries([
		...own.filter(([key]) => ownAnnotations.has(key)),
		...other.filter(([key]) => !ownAnnotations.has(key)),
	]);
}
