import { isNotFound } from '../../client/status.ts';
import { collect, forEach, type Info } from './builder.ts';
import {
	allFlag,
	allNamespacesFlag,
	deleteFlags,
	dryRunFlag,
	fieldSelectorFlag,
	filenameFlags,
	selectorFlag,
} from './common-flags.ts';
import { deleteObject, propagationPolicy, waitGone } from './delete-object.ts';
import { singularName } from './discovery.ts';
import { addSource, CliError } from './errors.ts';
import { readLine } from './prompt.ts';
import { dryRun, dryRunSuffix, filenames } from './options.ts';
import { rawFlag, sendRaw } from './raw.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const deleteVerb: Verb = {
	name: 'delete',
	usage: '([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
	short:
		'Delete resources by file names, stdin, resources and names, or by resources and label selector',
	group: 'Basic Commands (Intermediate)',
	complete: 'resources',
	examples: [
		'kubectl delete -f ./web.yaml',
		'kubectl delete pod,service web',
		'kubectl delete pods -l app=web',
		'kubectl delete pods --all',
	],
	flags: [
		allFlag,
		allNamespacesFlag,
		...deleteFlags,
		dryRunFlag,
		fieldSelectorFlag,
		...filenameFlags,
		{
			name: 'ignore-not-found',
			type: 'bool',
			value: 'false',
			usage: 'Whether an object that is not there counts as deleted.',
		},
		{ name: 'interactive', short: 'i', type: 'bool', value: 'false', usage: 'Ask first.' },
		{ name: 'now', type: 'bool', value: 'false', usage: 'Give one second to end.' },
		{ name: 'output', short: 'o', type: 'string', usage: 'Use "-o name" for short output.' },
		rawFlag,
		selectorFlag,
		{ name: 'wait', type: 'bool', value: 'true', usage: 'Wait until the objects are gone.' },
	],
	run,
};

async function run(session: Session): Promise<void> {
	const { flags } = session;
	if (flags.has('raw')) return sendRaw(session, 'DELETE');
	const output = flags.text('output');
	if (output !== '' && output !== 'name')
		throw new CliError(`unexpected -o output mode: ${output}. We only support '-o name'`);
	const grace = gracePeriod(session);
	propagationPolicy(session);
	if (flags.bool('all') && flags.text('selector') !== '')
		throw new CliError('cannot set --all and --selector at the same time');
	const found = await collect(session, { fetch: false });
	if (!(await confirmed(session, found.infos))) return;
	if (flags.bool('force') && found.infos.length > 0)
		await session.err(
			'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
		);
	await deleteAll(session, found, grace);
}

function gracePeriod({ flags }: Session): number | undefined {
	const given = flags.int('grace-period');
	if (flags.bool('now')) {
		if (given !== -1) throw new CliError('--now and --grace-period cannot be specified together');
		return 1;
	}
	if (given === 0 && !flags.bool('force')) return 1;
	if (flags.bool('force')) {
		if (given > 0)
			throw new CliError('--force and --grace-period greater than 0 cannot be specified together');
		return 0;
	}
	return given < 0 ? undefined : given;
}

async function confirmed(session: Session, infos: Info[]): Promise<boolean> {
	if (!session.flags.bool('interactive')) return true;
	const list = infos.map(({ resource, name }) => `${singularName(resource)}/${name}\n`).join('');
	await session.out(
		`You are about to delete the following ${infos.length} resource(s):\n${list}Do you want to continue? (y/N): `,
	);
	const answer = (await readLine(session.io)).trim().toLowerCase();
	if (answer === 'y' || answer === 'yes') return true;
	await session.out('deletion is cancelled\n');
	return false;
}

async function deleteAll(
	session: Session,
	found: { infos: Info[]; errors: unknown[] },
	gracePeriodSeconds: number | undefined,
): Promise<void> {
	const { flags } = session;
	const strategy = dryRun(session);
	const deleted: { info: Info; uid: string }[] = [];
	let count = 0;
	const errors: unknown[] = [...found.errors];
	for (const info of found.infos) {
		try {
			count++;
			const query = strategy === 'server' ? { dryRun: 'All' } : {};
			const uid =
				strategy === 'client'
					? ''
					: await deleteObject(session, info, { gracePeriodSeconds, query });
			await say(session, info);
			if (strategy === 'none') deleted.push({ info, uid });
		} catch (error) {
			if (isNotFound(error) && (flags.bool('ignore-not-found') || collected(session))) continue;
			errors.push(addSource('deleting', info.source, error));
		}
	}
	if (count === 0 && errors.length === 0) await session.out('No resources found\n');
	if (flags.bool('wait') && !flags.bool('force'))
		for (const { info, uid } of deleted)
			await waitGone(session, info, uid, flags.duration('timeout'));
	await forEach({ infos: [], errors }, async () => undefined);
}

/** Objects found by a selector may well be gone by the time they are deleted. */
function collected(session: Session): boolean {
	const { flags } = session;
	return filenames(session).length === 0 && (flags.bool('all') || flags.has('selector'));
}

async function say(session: Session, { resource, name }: Info): Promise<void> {
	const { flags } = session;
	const type = singularName(resource);
	if (flags.text('output') === 'name') return session.out(`${type}/${name}\n`);
	const operation = flags.bool('force') ? 'force deleted' : 'deleted';
	await session.out(`${type} "${name}" ${operation}${dryRunSuffix(dryRun(session))}\n`);
}
