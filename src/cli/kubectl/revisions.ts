import { collect, listAll, type Found, type Info } from './builder.ts';
import { CliError } from './errors.ts';
import { listAt, textAt, type Manifest } from './fields.ts';
import { filenames } from './options.ts';
import { selectorOf } from './pod-for.ts';
import type { Session } from './session.ts';

export const revisionKey = 'deployment.kubernetes.io/revision';
export const changeCauseKey = 'kubernetes.io/change-cause';

/** The ReplicaSets of a Deployment by revision, oldest first. */
export async function revisionsOf(session: Session, info: Info): Promise<Map<bigint, Manifest>> {
	if (info.object.kind !== 'Deployment')
		throw new CliError(
			`no history viewer has been implemented for {"${info.resource.group}" "${info.object.kind}"}`,
		);
	const resource = await session.resource('replicasets.apps');
	const labelSelector = selectorOf(info.object);
	const sets = await listAll(session, { resource, namespace: info.namespace }, { labelSelector });
	const { uid } = info.object.metadata;
	const owned = sets.filter((set) =>
		listAt(set, 'metadata', 'ownerReferences').some((owner) => owner['uid'] === uid),
	);
	const entries = owned.map((set): [bigint, Manifest] => [revisionOf(set), set]);
	return new Map(
		entries.filter(([revision]) => revision > 0n).sort(([a], [b]) => (a < b ? -1 : 1)),
	);
}

/** Revisions are 64-bit numbers. */
function revisionOf(object: Manifest): bigint {
	const text = textAt(object, 'metadata', 'annotations', revisionKey);
	return /^-?\d+$/.test(text) ? BigInt(text) : 0n;
}

/** The revision that a flag names; 0 for none. */
export function flaggedRevision(session: Session, flag: string): bigint {
	return BigInt(session.flags.text(flag) || '0');
}

/** Every rollout command needs to be told of which object. */
export function requireResource(session: Session): void {
	if (session.args.length === 0 && filenames(session).length === 0)
		throw new CliError('required resource not specified');
}

/** What a rollout command is about; a type alone means all of its objects. */
export async function rolloutTargets(session: Session): Promise<Found> {
	requireResource(session);
	const found = await collect(session, { fetch: true, collections: true });
	await sayNoneFound(session, found);
	return found;
}

/** Tells when a type or a selector has led to nothing. */
export async function sayNoneFound(session: Session, { infos, errors }: Found): Promise<void> {
	if (infos.length === 0 && errors.length === 0)
		await session.err(`No resources found in ${session.namespace} namespace.\n`);
}
