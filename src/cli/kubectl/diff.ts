import { isNotFound } from '../../client/status.ts';
import { fileInfos, type Info } from './builder.ts';
import { fieldManagerFlag, filenameFlags, selectorFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError, formatError, throwCollected } from './errors.ts';
import { without, type Manifest } from './fields.ts';
import { fieldPatchType, lastApplied, lastAppliedKey, withLastApplied } from './last-applied.ts';
import { filenames } from './options.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';
import { threeWayPatch } from './strategic-merge.ts';
import type { Verb } from './verb.ts';
import { toYaml } from './yaml-writer.ts';

export const diff: Verb = {
	name: 'diff',
	usage: '-f FILENAME',
	short: 'Diff the live version against a would-be applied version',
	group: 'Advanced Commands',
	complete: 'none',
	flags: [
		fieldManagerFlag('kubectl-client-side-apply'),
		...filenameFlags,
		selectorFlag,
		{
			name: 'server-side',
			type: 'bool',
			value: 'false',
			usage: 'Compare with a server-side apply.',
		},
		{ name: 'force-conflicts', type: 'bool', value: 'false', usage: 'Take over fields of others.' },
		{
			name: 'show-managed-fields',
			type: 'bool',
			value: 'false',
			usage: 'Compare managedFields too.',
		},
	],
	/** 0 and 1 are diff's own answers; a failure is more than 1. */
	async run(session) {
		try {
			return await compare(session);
		} catch (error) {
			const { text, code } = formatError(error, session.command);
			await session.err(text);
			return Math.max(2, code);
		}
	},
};

async function compare(session: Session): Promise<number> {
	const files = filenames(session);
	if (files.length === 0) throw new CliError('must specify one of -f and -k');
	const found = await fileInfos(session, files);
	throwCollected(found.errors);
	const root = `/tmp/kubectl-diff-${Math.floor(session.now())}`;
	await session.io.run(['mkdir', '-p', `${root}/LIVE`, `${root}/MERGED`]);
	try {
		for (const info of found.infos) await writePair(session, info, root);
		const program = (session.io.env['KUBECTL_EXTERNAL_DIFF'] ?? 'diff -u -N').split(/\s+/);
		const code = await session.io.run([...program, `${root}/LIVE`, `${root}/MERGED`]);
		if (code === 127)
			throw new CliError(`failed to run "${program[0]}": it is not installed here`, 127);
		return code;
	} finally {
		await session.io.run(['rm', '-rf', root]);
	}
}

async function writePair(session: Session, info: Info, root: string): Promise<void> {
	const { apiVersion, kind } = info.object;
	const file = [apiVersion.replace('/', '.'), kind, info.namespace ?? '', info.name].join('.');
	const live = await current(session, info);
	const merged = await wouldBe(session, info, live);
	await session.io.writeFile(`${root}/MERGED/${file}`, toYaml(shown(session, merged)));
	if (live) await session.io.writeFile(`${root}/LIVE/${file}`, toYaml(shown(session, live)));
}

async function current(session: Session, info: Info): Promise<Manifest | undefined> {
	try {
		return await session.rest.get(pathOf(info.resource, info.namespace, info.name));
	} catch (error) {
		if (isNotFound(error)) return undefined;
		throw error;
	}
}

async function wouldBe(
	session: Session,
	info: Info,
	live: Manifest | undefined,
): Promise<Manifest> {
	const path = pathOf(info.resource, info.namespace, info.name);
	const fieldManager = session.flags.text('field-manager');
	const query = { dryRun: 'All', fieldManager };
	if (session.flags.bool('server-side'))
		return session.rest.json('PATCH', path, {
			query: { ...query, force: session.flags.bool('force-conflicts') },
			body: info.object,
			contentType: patchTypes.apply,
		});
	const wanted = withLastApplied(info.object);
	if (!live)
		return session.rest.json('POST', pathOf(info.resource, info.namespace), {
			query,
			body: wanted,
		});
	const type = fieldPatchType(info.resource.group);
	const body = threeWayPatch(lastApplied(live), wanted, live, { strategic: type === 'strategic' });
	if (Object.keys(body).length === 0) return live;
	return session.rest.json('PATCH', path, { query, body, contentType: patchTypes[type] });
}

function shown(session: Session, { metadata, ...object }: Manifest): Manifest {
	const keepManaged = session.flags.bool('show-managed-fields');
	const annotations = without(metadata.annotations ?? {}, lastAppliedKey);
	const rest = without(metadata, 'annotations', ...(keepManaged ? [] : ['managedFields' as const]));
	const noted = Object.keys(annotations).length > 0 ? { annotations } : {};
	return { ...object, metadata: { ...rest, ...noted } };
}
