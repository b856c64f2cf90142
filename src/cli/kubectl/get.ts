import { parseTargets, listAll, selectors, fileInfos, type Target } from './builder.ts';
import {
	allNamespacesFlag,
	fieldSelectorFlag,
	filenameFlags,
	outputFlags,
	selectorFlag,
} from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError, throwCollected, UsageError } from './errors.ts';
import { watchTargets } from './get-watch.ts';
import { JsonPath, relaxedJsonPath } from './jsonpath.ts';
import { isTable, objectsPrinter, readTable, tablePrinter } from './get-output.ts';
import type { Manifest } from './fields.ts';
import { filenames } from './options.ts';
import { rawFlag, rawPath } from './raw.ts';
import type { Session } from './session.ts';
import { compareValues, type Table } from './table-printer.ts';
import { isNotFound } from '../../client/status.ts';
import type { Verb } from './verb.ts';

export const get: Verb = {
	name: 'get',
	usage:
		'[(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
	short: 'Display one or many resources',
	group: 'Basic Commands (Intermediate)',
	complete: 'resources',
	examples: [
		'kubectl get pods',
		'kubectl get pods -o wide',
		'kubectl get deployment web -o yaml',
		"kubectl get pods -o jsonpath='{.items[*].metadata.name}'",
		'kubectl get rs,services',
	],
	flags: [
		allNamespacesFlag,
		{ name: 'chunk-size', type: 'int', value: '500', usage: 'How many objects are read at once.' },
		fieldSelectorFlag,
		...filenameFlags,
		{
			name: 'ignore-not-found',
			type: 'bool',
			value: 'false',
			usage: 'Whether an object that is not there is no error.',
		},
		{
			name: 'label-columns',
			short: 'L',
			type: 'strings',
			usage: 'Labels that get columns of their own.',
		},
		{ name: 'no-headers', type: 'bool', value: 'false', usage: 'Leave the header line out.' },
		...outputFlags,
		{
			name: 'output-watch-events',
			type: 'bool',
			value: 'false',
			usage: 'Print the type of each watch event.',
		},
		rawFlag,
		selectorFlag,
		{
			name: 'server-print',
			type: 'bool',
			value: 'true',
			usage: 'Whether the server makes the columns.',
		},
		{ name: 'show-kind', type: 'bool', value: 'false', usage: 'Put the type before each name.' },
		{
			name: 'show-labels',
			type: 'bool',
			value: 'false',
			usage: 'Print the labels as last column.',
		},
		{ name: 'sort-by', type: 'string', usage: "Field to sort by, such as '.metadata.name'." },
		{ name: 'subresource', type: 'string', usage: 'A subresource to read instead of the object.' },
		{ name: 'watch', short: 'w', type: 'bool', value: 'false', usage: 'Go on with what changes.' },
		{ name: 'watch-only', type: 'bool', value: 'false', usage: 'Only print what changes.' },
	],
	run,
};

const suggestion = `Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).`;

async function run(session: Session): Promise<void> {
	const { flags } = session;
	if (flags.has('raw')) return raw(session);
	const files = filenames(session);
	if (session.args.length === 0 && files.length === 0) {
		await session.err(
			'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
		);
		throw new UsageError(suggestion);
	}
	const targets = await getTargets(session, files);
	const named = targets.some(({ name }) => name !== undefined);
	if (named && flags.text('selector') !== '')
		throw new CliError('name cannot be provided when a selector is specified');
	if (named && flags.bool('all-namespaces') && files.length === 0)
		throw new CliError('a resource cannot be retrieved by name across all namespaces');
	if (flags.bool('watch') || flags.bool('watch-only')) return watchTargets(session, targets);
	return isTable(session) ? printTables(session, targets) : printObjects(session, targets);
}

async function raw(session: Session): Promise<void> {
	if (session.args.length > 0)
		throw new UsageError('arguments may not be passed when --raw is specified');
	await session.out(await session.rest.text('GET', rawPath(session)));
}

async function getTargets(session: Session, files: string[]): Promise<Target[]> {
	if (files.length === 0) return parseTargets(session, session.args);
	if (session.args.length > 0)
		throw new CliError(
			'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
		);
	const found = await fileInfos(session, files);
	throwCollected(found.errors);
	return found.infos;
}

async function printTables(session: Session, targets: Target[]): Promise<void> {
	const errors: unknown[] = [];
	const groups: { target: Target; table: Table }[] = [];
	/** Types that were there to be read, be it that none of them exists. */
	const read = new Set<Target['resource']>();
	for (const target of targets) {
		try {
			const table = await readTable(session, target);
			read.add(target.resource);
			if ((table.rows ?? []).length === 0) continue;
			const last = groups.at(-1);
			if (last?.target.resource === target.resource) last.table.rows?.push(...(table.rows ?? []));
			else groups.push({ target, table });
		} catch (error) {
			if (!(isNotFound(error) && session.flags.bool('ignore-not-found'))) errors.push(error);
		}
	}
	const severalTypes = read.size > 1;
	const output = groups
		.map(({ target, table }) => ({ target, table: sortTable(session, table) }))
		.filter(({ table }) => table.rows?.length)
		.map(({ target, table }) => tablePrinter(session, target, severalTypes).print(table))
		.join(session.flags.bool('no-headers') ? '' : '\n');
	await session.out(output);
	if (output === '' && errors.length === 0) await nothingFound(session, targets);
	throwCollected(errors);
}

async function nothingFound(session: Session, targets: Target[]): Promise<void> {
	if (session.flags.bool('ignore-not-found')) return;
	const namespaced = targets.some(({ resource }) => resource.namespaced);
	const everywhere = session.flags.bool('all-namespaces') || !namespaced;
	await session.err(
		everywhere ? 'No resources found\n' : `No resources found in ${session.namespace} namespace.\n`,
	);
}

/** As in kubectl, a table that cannot be sorted by the field is not printed at all. */
function sortTable(session: Session, table: Table): Table {
	const field = session.flags.text('sort-by');
	const rows = table.rows ?? [];
	if (field === '' || rows.length < 2) return table;
	let keys: unknown[];
	try {
		keys = sortKeysOf(
			field,
			rows.map(({ object }) => object),
		);
	} catch {
		return { ...table, rows: [] };
	}
	return { ...table, rows: sortBy(field, rows, keys) };
}

async function printObjects(session: Session, targets: Target[]): Promise<void> {
	const print = await objectsPrinter(session);
	const items: Manifest[] = [];
	const errors: unknown[] = [];
	for (const target of targets) {
		try {
			items.push(...(await readObjects(session, target)));
		} catch (error) {
			if (!(isNotFound(error) && session.flags.bool('ignore-not-found'))) errors.push(error);
		}
	}
	const single = targets.length === 1 && targets[0]?.name !== undefined;
	if (items.length > 0 || !single) await session.out(print(sortObjects(session, items), single));
	throwCollected(errors);
}

async function readObjects(session: Session, target: Target): Promise<Manifest[]> {
	const { resource, namespace, name } = target;
	if (name === undefined) return listAll(session, target, selectors(session));
	const sub = session.flags.text('subresource') || undefined;
	return [await session.rest.get(pathOf(resource, namespace, name, sub))];
}

function sortObjects(session: Session, items: Manifest[]): Manifest[] {
	const field = session.flags.text('sort-by');
	if (field === '' || items.length < 2) return items;
	return sortBy(field, items, sortKeysOf(field, items));
}

/** What objects are sorted by; a field that none of them has is a mistake. */
function sortKeysOf(field: string, objects: unknown[]): unknown[] {
	const template = relaxedJsonPath(field);
	const path = new JsonPath(template, { allowMissing: true });
	const keys = objects.map((object) => path.find(object)[0]);
	if (keys.every((key) => key === undefined))
		throw new CliError(`couldn't find any field with path "${template}" in the list of objects`);
	return keys;
}

/** After pkg/cmd/get: SortObjects. */
function sortBy<T>(field: string, items: readonly T[], keys: readonly unknown[]): T[] {
	if (keys.some((key) => typeof key === 'object'))
		throw new CliError(`Field ${relaxedJsonPath(field)} is an unsortable type`);
	return items
		.map((item, index) => ({ item, key: keys[index] }))
		.sort((a, b) => compareValues(a.key, b.key))
		.map(({ item }) => item);
}
