import { collect, forEach, type Info } from './builder.ts';
import { fieldManagerFlag, filenameFlags, outputFlags, validateFlag } from './common-flags.ts';
import { pathOf, qualifiedName } from './discovery.ts';
import { CliError, formatError } from './errors.ts';
import { isJson, without, type Json, type Manifest } from './fields.ts';
import { fieldPatchType } from './last-applied.ts';
import { parseYamlText, readText } from './manifest.ts';
import { writeQuery } from './options.ts';
import { printerFor, report, toJson } from './printers.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';
import { equal, twoWayPatch } from './strategic-merge.ts';
import type { Verb } from './verb.ts';
import { toYaml } from './yaml-writer.ts';

export const edit: Verb = {
	name: 'edit',
	usage: '(RESOURCE/NAME | -f FILENAME)',
	short: 'Edit a resource on the server',
	group: 'Basic Commands (Intermediate)',
	complete: 'resources',
	examples: ['kubectl edit deployment/web', 'KUBE_EDITOR="nano" kubectl edit svc/web'],
	flags: [
		fieldManagerFlag('kubectl-edit'),
		...filenameFlags,
		...outputFlags,
		{ name: 'output-patch', type: 'bool', value: 'false', usage: 'Print the patch.' },
		{
			name: 'save-config',
			type: 'bool',
			value: 'false',
			usage: 'Accepted and not used.',
			hidden: true,
		},
		{ name: 'subresource', type: 'string', usage: 'The subresource to edit.' },
		validateFlag,
		{
			name: 'windows-line-endings',
			type: 'bool',
			value: 'false',
			usage: 'Accepted and not used.',
			hidden: true,
		},
	],
	async run(session) {
		const found = await collect(session, { fetch: true });
		if (!session.io.isTty.stdin && !session.io.env['KUBE_EDITOR'] && !session.io.env['EDITOR'])
			throw new CliError('edit needs a terminal, or an editor in $KUBE_EDITOR or $EDITOR');
		await forEach(found, (info) => editOne(session, info));
	},
};

const preface = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

async function editOne(session: Session, info: Info): Promise<void> {
	const asJson = session.flags.text('output') === 'json';
	const extension = asJson ? 'json' : 'yaml';
	const metadata = without(info.object.metadata, 'managedFields');
	const shown = { ...info.object, metadata } as Manifest;
	const original = asJson ? toJson(shown) : toYaml(shown);
	const path = `/tmp/kubectl-edit-${Math.floor(session.now())}.${extension}`;
	let content = `${preface}${original}`;
	for (let failure = ''; ;) {
		await session.io.writeFile(
			path,
			failure === '' ? content : withFailure(content, info, failure),
		);
		await runEditor(session, path);
		const edited = await readText(session.io, path);
		const body = withoutComments(edited);
		if (body.trim() === '') return session.err('Edit cancelled, saved file was empty.\n');
		if (failure !== '' && body === withoutComments(content))
			throw new CliError(`Edit cancelled, no valid changes were saved.`);
		if (body === original) return session.err('Edit cancelled, no changes made.\n');
		try {
			return await save(session, info, shown, parseYamlText(body));
		} catch (error) {
			failure = formatError(error, session.command).text.trimEnd();
			await session.err(`${failure}\n`);
			content = `${preface}${body}`;
		}
	}
}

function withFailure(content: string, info: Info, failure: string): string {
	const lines = failure.split('\n').map((line) => `# ${line}`);
	const note = `# ${qualifiedName(info.resource)} "${info.name}" was not valid:\n${lines.join('\n')}\n#\n`;
	return `${preface}${note}${withoutComments(content)}`;
}

function withoutComments(content: string): string {
	return content.replace(/^#.*\n?/gm, '');
}

async function runEditor(session: Session, path: string): Promise<void> {
	const { env } = session.io;
	const editor = env['KUBE_EDITOR'] || env['EDITOR'] || 'vi';
	const words = /["'$&|;<>()`]/.test(editor)
		? ['sh', '-c', `${editor} "$1"`, 'sh', path]
		: [...editor.split(/\s+/), path];
	const code = await session.io.run(words);
	if (code === 127)
		throw new CliError(
			`there was a problem with the editor "${editor}": it is not installed here; set $KUBE_EDITOR to one that is`,
		);
	if (code !== 0) throw new CliError(`there was a problem with the editor "${editor}"`);
}

async function save(session: Session, info: Info, shown: Manifest, edited: unknown): Promise<void> {
	if (!isJson(edited)) throw new CliError('the edited file holds no object');
	const changed: Json = edited;
	if (equal(changed, shown)) return session.err('Edit cancelled, no changes made.\n');
	const type = fieldPatchType(info.resource.group);
	const body = twoWayPatch(shown, changed, type === 'strategic');
	const sub = session.flags.text('subresource') || undefined;
	const object = await session.rest.json(
		'PATCH',
		pathOf(info.resource, info.namespace, info.name, sub),
		{
			query: writeQuery(session, { validate: true }),
			body,
			contentType: patchTypes[type],
		},
	);
	if (session.flags.bool('output-patch')) await session.out(`Patch: ${JSON.stringify(body)}\n`);
	const printer = await printerFor(session);
	await report(session, printer, object, 'edited');
}
