import { isConflict, isNotFound, StatusError } from '../../client/status.ts';
import { fileInfos, forEach, type Info } from './builder.ts';
import {
	allFlag,
	deleteFlags,
	dryRunFlag,
	fieldManagerFlag,
	filenameFlags,
	outputFlags,
	selectorFlag,
	validateFlag,
} from './common-flags.ts';
import { upgradeOwners } from './csa-upgrade.ts';
import { deleteObject, waitGone } from './delete-object.ts';
import { pathOf } from './discovery.ts';
import { addSource, CliError, UsageError } from './errors.ts';
import { stringMap, type Manifest } from './fields.ts';
import { sortKeys } from './jsonpath.ts';
import { fieldPatchType, lastApplied, lastAppliedKey, withLastApplied } from './last-applied.ts';
import { dryRun, filenames, writeQuery } from './options.ts';
import { printerFor, report, type Printer } from './printers.ts';
import { recorded, recordFlag } from './record.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';
import { threeWayPatch } from './strategic-merge.ts';
import { matchLabels, parseLabelSelector } from '../../client/selectors.ts';
import type { Verb } from './verb.ts';
import { viewLastApplied } from './view-last-applied.ts';

export const apply: Verb = {
	name: 'apply',
	usage: '(-f FILENAME | -k DIRECTORY)',
	short: 'Apply a configuration to a resource by file name or stdin',
	group: 'Advanced Commands',
	complete: 'none',
	examples: ['kubectl apply -f ./web.yaml', 'cat web.yaml | kubectl apply -f -'],
	flags: [
		allFlag,
		...filenameFlags,
		...outputFlags,
		...deleteFlags,
		dryRunFlag,
		fieldManagerFlag('kubectl-client-side-apply'),
		{
			name: 'force-conflicts',
			type: 'bool',
			value: 'false',
			usage: 'With --server-side: take over fields that other managers own.',
		},
		{
			name: 'overwrite',
			type: 'bool',
			value: 'true',
			usage: 'Whether values of the file win over changes made by hand.',
		},
		{ name: 'openapi-patch', type: 'bool', value: 'true', usage: 'Accepted and not used.' },
		{ name: 'prune', type: 'bool', value: 'false', usage: 'Refused: delete objects by name.' },
		recordFlag,
		selectorFlag,
		{
			name: 'server-side',
			type: 'bool',
			value: 'false',
			usage: 'Whether the server merges the fields and keeps who owns them.',
		},
		{ name: 'subresource', type: 'string', usage: 'The subresource that is applied to.' },
		validateFlag,
		{ name: 'wait', type: 'bool', value: 'false', usage: 'Whether to wait for deletions.' },
	],
	verbs: [viewLastApplied],
	run,
};

/** After pkg/cmd/apply: what kubectl says below a conflict. */
const conflictAdvice = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

async function run(session: Session): Promise<void> {
	const { flags } = session;
	if (session.args.length > 0) throw new UsageError(`Unexpected args: [${session.args.join(' ')}]`);
	if (flags.bool('prune'))
		throw new CliError('--prune is not supported: remove objects with kubectl delete');
	const files = filenames(session);
	if (files.length === 0) throw new CliError('must specify one of -f and -k');
	checkServerSide(session);
	const found = await fileInfos(session, files);
	const selector = flags.text('selector');
	if (selector !== '')
		found.infos = found.infos.filter(({ object }) =>
			matchLabels(parseLabelSelector(selector), stringMap(object.metadata.labels)),
		);
	const noneFound = found.infos.length === 0 && found.errors.length === 0;
	if (noneFound && selector === '') throw new CliError('no objects passed to apply');
	const printer = await printerFor(session);
	await forEach(found, (info) =>
		applyOne(session, { ...info, object: recorded(session, info.object) }, printer),
	);
}

function checkServerSide({ flags }: Session): void {
	if (flags.bool('force-conflicts') && !flags.bool('server-side'))
		throw new CliError('--force-conflicts only works with --server-side');
	if (flags.text('dry-run') === 'client' && flags.bool('server-side'))
		throw new CliError(
			"--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
		);
}

async function applyOne(session: Session, info: Info, printer: Printer): Promise<void> {
	if (info.name === '')
		throw new CliError(
			info.object.metadata.generateName
				? `from ${info.object.metadata.generateName}: cannot use generate name with apply`
				: `error when ${retrieving(info)} "${info.source}": resource name may not be empty`,
		);
	if (session.flags.bool('server-side')) return serverSide(session, info, printer);
	const live = await current(session, info);
	if (!live) return createMissing(session, info, printer);
	return patchLive(session, info, live, printer);
}

async function current(session: Session, info: Info): Promise<Manifest | undefined> {
	try {
		return await session.rest.get(pathOf(info.resource, info.namespace, info.name));
	} catch (error) {
		if (isNotFound(error)) return undefined;
		throw addSource(retrieving(info), info.source, error);
	}
}

async function createMissing(session: Session, info: Info, printer: Printer): Promise<void> {
	let object = withLastApplied(info.object);
	if (dryRun(session) !== 'client')
		try {
			object = await session.rest.json('POST', pathOf(info.resource, info.namespace), {
				query: writeQuery(session, { validate: true }),
				body: object,
			});
		} catch (error) {
			throw addSource('creating', info.source, error);
		}
	await report(session, printer, object, 'created');
}

async function patchLive(
	session: Session,
	info: Info,
	live: Manifest,
	printer: Printer,
): Promise<void> {
	if (live.metadata.annotations?.[lastAppliedKey] === undefined)
		await session.err(
			`Warning: resource ${info.resource.name}/${info.name} is missing the ${lastAppliedKey} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
		);
	try {
		const { object, changed } = await patchWithRetry(session, info, live);
		await report(session, printer, object, changed ? 'configured' : 'unchanged');
	} catch (error) {
		const replaceable =
			error instanceof StatusError && ['Conflict', 'Invalid'].includes(error.reason);
		if (!session.flags.bool('force') || !replaceable) throw error;
		await recreate(session, info, printer);
	}
}

/** After pkg/resource: Info.String. */
function described({ resource, object, namespace = '', name }: Info): string {
	const group = `${resource.group}/${resource.version}`;
	return `Resource: "${group}, Resource=${resource.name}", GroupVersionKind: "${group}, Kind=${object.kind}"\nName: "${name}", Namespace: "${namespace}"`;
}

function retrieving(info: Info): string {
	return `retrieving current configuration of:\n${described(info)}\nfrom server for:`;
}

/** A write that met a newer version starts again from that one, five times at most. */
async function patchWithRetry(
	session: Session,
	info: Info,
	live: Manifest,
): Promise<{ object: Manifest; changed: boolean }> {
	let base = live;
	for (let attempt = 1; ; attempt++) {
		const wanted = withLastApplied(info.object);
		const type = fieldPatchType(info.resource.group);
		const strategic = type === 'strategic';
		const body = threeWayPatch(lastApplied(base), wanted, base, { strategic });
		if (Object.keys(body).length === 0) return { object: base, changed: false };
		if (dryRun(session) === 'client') return { object: base, changed: true };
		try {
			const path = pathOf(info.resource, info.namespace, info.name, subresource(session));
			const query = writeQuery(session, { validate: true });
			const contentType = patchTypes[type];
			const object = await session.rest.json('PATCH', path, { query, body, contentType });
			return { object, changed: true };
		} catch (error) {
			const what = `applying patch:\n${JSON.stringify(sortKeys(body))}\nto:\n${described(info)}\nfor:`;
			if (!isConflict(error) || attempt >= 5) throw addSource(what, info.source, error);
			base = await session.rest.get(pathOf(info.resource, info.namespace, info.name));
		}
	}
}

function subresource(session: Session): string | undefined {
	return session.flags.text('subresource') || undefined;
}

async function recreate(session: Session, info: Info, printer: Printer): Promise<void> {
	const deleted = await deleteObject(session, info, { gracePeriodSeconds: 0 });
	await waitGone(session, info, deleted, 0);
	const object = await session.rest.json('POST', pathOf(info.resource, info.namespace), {
		query: writeQuery(session, { validate: true }),
		body: withLastApplied(info.object),
	});
	await report(session, printer, object, 'configured');
}

async function serverSide(session: Session, info: Info, printer: Printer): Promise<void> {
	const { flags } = session;
	const manager = flags.has('field-manager') ? flags.text('field-manager') : 'kubectl';
	const path = pathOf(info.resource, info.namespace, info.name, subresource(session));
	const query = {
		...writeQuery(session, { validate: true }),
		fieldManager: manager,
		force: flags.bool('force-conflicts'),
	};
	try {
		const contentType = patchTypes.apply;
		const send = () => session.rest.json('PATCH', path, { query, body: info.object, contentType });
		let object = await send();
		if (await upgradeOwners(session, info, object, manager)) object = await send();
		await report(session, printer, object, 'serverside-applied');
	} catch (error) {
		if (!isConflict(error) || !(error instanceof Error))
			throw addSource('applying', info.source, error);
		throw new CliError(`${error.message}\n${conflictAdvice}`);
	}
}
