import { collect, forEach, type Info } from './builder.ts';
import {
	allFlag,
	allNamespacesFlag,
	dryRunFlag,
	fieldManagerFlag,
	fieldSelectorFlag,
	filenameFlags,
	outputFlags,
	selectorFlag,
} from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import { stringMap, type Json, type Manifest } from './fields.ts';
import { dryRun, filenames, writeQuery } from './options.ts';
import { printerFor, report, type Printer } from './printers.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

type Field = 'labels' | 'annotations';

interface Change {
	field: Field;
	/** What the changes are called: `labeled`. */
	done: string;
	set: Record<string, string>;
	remove: string[];
}

function metadataVerb(name: string, field: Field, done: string, short: string): Verb {
	return {
		name,
		usage: `[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]`,
		short,
		group: 'Settings Commands',
		complete: 'resources',
		flags: [
			allFlag,
			allNamespacesFlag,
			dryRunFlag,
			fieldManagerFlag(`kubectl-${name}`),
			fieldSelectorFlag,
			...filenameFlags,
			{ name: 'list', type: 'bool', value: 'false', usage: `Print the ${field} afterwards.` },
			...outputFlags,
			{
				name: 'overwrite',
				type: 'bool',
				value: 'false',
				usage: `Whether ${field} that are there may be changed.`,
			},
			{ name: 'resource-version', type: 'string', usage: 'Only change this version.' },
			selectorFlag,
		],
		run: (session) => run(session, field, done),
	};
}

export const label = metadataVerb('label', 'labels', 'labeled', 'Update the labels on a resource');
export const annotate = metadataVerb(
	'annotate',
	'annotations',
	'annotated',
	'Update the annotations on a resource',
);

/** `a=b` sets, `a-` removes; what stands before them names objects. */
function parsePairs(args: string[]): {
	resources: string[];
	set: Record<string, string>;
	remove: string[];
} {
	const isPair = (arg: string) => arg.includes('=') || (arg.endsWith('-') && arg !== '-');
	const first = args.findIndex(isPair);
	const resources = first < 0 ? args : args.slice(0, first);
	const pairs = first < 0 ? [] : args.slice(first);
	const set = new Map<string, string>();
	const remove: string[] = [];
	for (const pair of pairs) {
		const equals = pair.indexOf('=');
		if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
		else if (pair.endsWith('-')) remove.push(pair.slice(0, -1));
		else throw new CliError(`unexpected argument: ${pair}`);
	}
	return { resources, set: Object.fromEntries(set), remove };
}

async function run(session: Session, field: Field, done: string): Promise<void> {
	const { resources, set, remove } = parsePairs(session.args);
	const singular = field.slice(0, -1);
	if (resources.length === 0 && filenames(session).length === 0)
		throw new CliError(
			'one or more resources must be specified as <resource> <name> or <resource>/<name>',
		);
	if (field === 'labels') checkLabelValues(set);
	const changes = Object.keys(set).length + remove.length;
	if (changes === 0 && !session.flags.bool('list'))
		throw new CliError(`at least one ${singular} update is required`);
	const both = remove.find((key) => Object.hasOwn(set, key));
	if (both) throw new CliError(`can not both modify and remove a ${singular} in the same command`);
	const found = await collect(session, { args: resources, fetch: true });
	const printer = await printerFor(session);
	const change = { field, done, set, remove };
	const several = found.infos.length > 1;
	await forEach(found, async (info) => {
		const object = changes === 0 ? info.object : await applyChange(session, info, change, printer);
		if (session.flags.bool('list')) await listField(session, info, { object, field, several });
	});
}

function checkLabelValues(set: Record<string, string>): void {
	for (const [key, value] of Object.entries(set)) {
		const problem = labelValueProblem(value);
		if (problem !== undefined)
			throw new CliError(`invalid label value: ${JSON.stringify(`${key}=${value}`)}: ${problem}`);
	}
}

/** After apimachinery/pkg/util/validation: IsValidLabelValue. */
function labelValueProblem(value: string): string | undefined {
	if (value.length > 63) return 'must be no more than 63 bytes';
	if (/^(?:[A-Za-z0-9]|[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(value)) return undefined;
	return `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;
}

async function applyChange(
	session: Session,
	info: Info,
	change: Change,
	printer: Printer,
): Promise<Manifest> {
	const { field, set, remove } = change;
	const before = stringMap(info.object.metadata[field]);
	if (!session.flags.bool('overwrite')) {
		const taken = Object.keys(set).find(
			(key) => Object.hasOwn(before, key) && before[key] !== set[key],
		);
		if (taken !== undefined)
			throw new CliError(
				field === 'labels'
					? `'${taken}' already has a value (${before[taken]}), and --overwrite is false`
					: `--overwrite is false but found the following declared annotation(s): '${taken}' already has a value (${before[taken]})`,
			);
	}
	if (field === 'labels')
		for (const key of remove)
			if (!Object.hasOwn(before, key)) await session.out(`label "${key}" not found.\n`);
	const removed = Object.fromEntries(
		remove.filter((key) => Object.hasOwn(before, key)).map((key) => [key, null]),
	);
	const differing = Object.entries(set).filter(([key, value]) => before[key] !== value);
	const values = { ...Object.fromEntries(differing), ...removed };
	const object = await send(session, info, change, values);
	await report(session, printer, object, message(change, values));
	return object;
}

async function send(
	session: Session,
	info: Info,
	{ field }: Change,
	values: Record<string, string | null>,
): Promise<Manifest> {
	const version = session.flags.text('resource-version');
	const metadata: Json = { [field]: values, ...(version ? { resourceVersion: version } : {}) };
	if (Object.keys(values).length === 0) return info.object;
	if (dryRun(session) === 'client') {
		const merged = { ...stringMap(info.object.metadata[field]), ...values };
		const kept = Object.entries(merged).filter(([, value]) => value !== null);
		const changed = { ...info.object.metadata, [field]: Object.fromEntries(kept) };
		return { ...info.object, metadata: changed };
	}
	return session.rest.json('PATCH', pathOf(info.resource, info.namespace, info.name), {
		query: writeQuery(session),
		body: { metadata },
		contentType: patchTypes.merge,
	});
}

function message({ field, done }: Change, values: Record<string, string | null>): string {
	const all = Object.values(values);
	if (field === 'annotations') return done;
	if (all.length === 0) return `not ${done}`;
	const sets = all.some((value) => value !== null);
	const removes = all.some((value) => value === null);
	if (removes && !sets) return 'unlabeled';
	return done;
}

async function listField(
	session: Session,
	info: Info,
	{ object, field, several }: { object: Manifest; field: Field; several: boolean },
): Promise<void> {
	const values = stringMap(object.metadata[field]);
	const lines = Object.keys(values)
		.sort()
		.map((key) => `${key}=${values[key]}\n`);
	const indent = several ? ' ' : '';
	const { kind } = info.object;
	const head = several ? `Listing ${field} for ${kind}.${info.resource.group}/${info.name}:\n` : '';
	await session.out(head + lines.map((line) => indent + line).join(''));
}
