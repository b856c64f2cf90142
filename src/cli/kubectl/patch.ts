import { collect, forEach, type Info } from './builder.ts';
import { dryRunFlag, fieldManagerFlag, filenameFlags, outputFlags } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import { parseYamlText, readText } from './manifest.ts';
import { dryRun, writeQuery } from './options.ts';
import { printerFor, report, type Printer } from './printers.ts';
import { recordAfterwards, recordFlag } from './record.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const patch: Verb = {
	name: 'patch',
	usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
	short: 'Update fields of a resource',
	group: 'Advanced Commands',
	complete: 'resources',
	examples: [`kubectl patch deployment web -p '{"spec":{"replicas":3}}'`],
	flags: [
		dryRunFlag,
		fieldManagerFlag('kubectl-patch'),
		...filenameFlags,
		...outputFlags,
		{ name: 'patch', short: 'p', type: 'string', usage: 'The patch, as JSON or YAML.' },
		{ name: 'patch-file', type: 'string', usage: 'A file with the patch.' },
		recordFlag,
		{ name: 'subresource', type: 'string', usage: 'The subresource to patch.' },
		{
			name: 'type',
			type: 'string',
			value: 'strategic',
			usage: 'The type of the patch; one of [json merge strategic].',
		},
	],
	async run(session) {
		const type = session.flags.text('type').toLowerCase();
		if (type !== 'json' && type !== 'merge' && type !== 'strategic')
			throw new CliError(`--type must be one of [json merge strategic], not "${type}"`);
		const body = await patchBody(session);
		const found = await collect(session, { fetch: true });
		const printer = await printerFor(session);
		await forEach(found, (info) => patchOne(session, info, { type, body }, printer));
	},
};

async function patchBody(session: Session): Promise<unknown> {
	const { flags } = session;
	const given = flags.text('patch');
	const file = flags.text('patch-file');
	if ((given === '') === (file === ''))
		throw new CliError(
			given === ''
				? 'must specify --patch or --patch-file containing the contents of the patch'
				: 'cannot specify --patch and --patch-file together',
		);
	const source = given === '' ? await readText(session.io, file) : given;
	try {
		return parseYamlText(source);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new CliError(`unable to parse ${JSON.stringify(source)}: ${why}`);
	}
}

async function patchOne(
	session: Session,
	info: Info,
	{ type, body }: { type: 'json' | 'merge' | 'strategic'; body: unknown },
	printer: Printer,
): Promise<void> {
	const sub = session.flags.text('subresource') || undefined;
	// Unlike Kubernetes: with --dry-run=client the server merges too, and keeps nothing.
	const tries = dryRun(session) === 'client' ? { dryRun: 'All' } : {};
	const object = await session.rest.json(
		'PATCH',
		pathOf(info.resource, info.namespace, info.name, sub),
		{
			query: { ...writeQuery(session), ...tries },
			body,
			contentType: patchTypes[type],
		},
	);
	if (dryRun(session) === 'none') await recordAfterwards(session, info);
	const same = object.metadata.resourceVersion === info.object.metadata.resourceVersion;
	await report(session, printer, object, same ? 'patched (no change)' : 'patched');
}
