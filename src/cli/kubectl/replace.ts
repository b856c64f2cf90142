import { isNotFound } from '../../client/status.ts';
import { fileInfos, forEach, type Info } from './builder.ts';
import {
	deleteFlags,
	dryRunFlag,
	fieldManagerFlag,
	filenameFlags,
	outputFlags,
	validateFlag,
} from './common-flags.ts';
import { deleteObject, waitGone } from './delete-object.ts';
import { pathOf, singularName } from './discovery.ts';
import { addSource, CliError } from './errors.ts';
import type { Manifest } from './fields.ts';
import { lastAppliedKey, withLastApplied } from './last-applied.ts';
import { dryRun, filenames, writeQuery } from './options.ts';
import { printerFor, report, type Printer } from './printers.ts';
import { rawFlag, sendRaw } from './raw.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const replace: Verb = {
	name: 'replace',
	usage: '-f FILENAME',
	short: 'Replace a resource by file name or stdin',
	group: 'Advanced Commands',
	complete: 'none',
	flags: [
		...deleteFlags,
		dryRunFlag,
		fieldManagerFlag('kubectl-replace'),
		...filenameFlags,
		...outputFlags,
		rawFlag,
		{ name: 'save-config', type: 'bool', value: 'false', usage: 'Note the object for apply.' },
		{ name: 'subresource', type: 'string', usage: 'The subresource to replace.' },
		validateFlag,
		{ name: 'wait', type: 'bool', value: 'false', usage: 'Whether to wait for deletions.' },
	],
	async run(session) {
		if (session.flags.has('raw')) return sendRaw(session, 'PUT');
		const files = filenames(session);
		if (files.length === 0) throw new CliError('must specify one of -f and -k');
		const found = await fileInfos(session, files);
		if (found.infos.length === 0 && found.errors.length === 0)
			throw new CliError('no objects passed to replace');
		const printer = await printerFor(session);
		await forEach(found, async (info) => {
			try {
				await (session.flags.bool('force')
					? force(session, info, printer)
					: put(session, info, printer));
			} catch (error) {
				throw addSource('replacing', info.source, error);
			}
		});
	},
};

function annotated(session: Session, object: Manifest): Manifest {
	const noted = object.metadata.annotations?.[lastAppliedKey] !== undefined;
	return session.flags.bool('save-config') || noted ? withLastApplied(object) : object;
}

async function put(session: Session, info: Info, printer: Printer): Promise<void> {
	const sub = session.flags.text('subresource') || undefined;
	const path = pathOf(info.resource, info.namespace, info.name, sub);
	let object = annotated(session, info.object);
	if (dryRun(session) !== 'client')
		object = await session.rest.json('PUT', path, {
			query: writeQuery(session, { validate: true }),
			body: object,
		});
	await report(session, printer, object, 'replaced');
}

async function force(session: Session, info: Info, printer: Printer): Promise<void> {
	const grace = session.flags.int('grace-period');
	try {
		const uid = await deleteObject(session, info, { gracePeriodSeconds: Math.max(0, grace) });
		await session.out(`${singularName(info.resource)} "${info.name}" deleted\n`);
		await waitGone(session, info, uid, session.flags.duration('timeout'));
	} catch (error) {
		if (!isNotFound(error)) throw error;
	}
	const object = await session.rest.json('POST', pathOf(info.resource, info.namespace), {
		query: writeQuery(session, { validate: true }),
		body: annotated(session, info.object),
	});
	await report(session, printer, object, 'replaced');
}
