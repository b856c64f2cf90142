import { listError, selectors, type Target } from './builder.ts';
import { CustomColumns, parseColumns, parseColumnsFile } from './custom-columns.ts';
import { pathOf, singularName } from './discovery.ts';
import type { Json, Manifest } from './fields.ts';
import { readText } from './manifest.ts';
import { printerFor } from './printers.ts';
import { tableAccept, type Query } from './rest.ts';
import type { Session } from './session.ts';
import { TablePrinter, type Table } from './table-printer.ts';

/** Whether the output is a table made by the server. */
export function isTable(session: Session): boolean {
	const output = session.flags.text('output');
	return (output === '' && session.flags.text('template') === '') || output === 'wide';
}

/** The printer for the tables of one resource type. */
export function tablePrinter(
	session: Session,
	target: Target,
	severalTypes: boolean,
): TablePrinter {
	const { flags } = session;
	const { resource } = target;
	const withKind = flags.bool('show-kind') || severalTypes;
	return new TablePrinter({
		wide: flags.text('output') === 'wide',
		noHeaders: flags.bool('no-headers'),
		withNamespace: flags.bool('all-namespaces') && resource.namespaced,
		showLabels: flags.bool('show-labels'),
		labelColumns: flags.list('label-columns'),
		kindPrefix: withKind ? `${singularName(resource)}/` : '',
		eventColumn: flags.bool('output-watch-events'),
	});
}

/** The table of a target, all pages in one. */
export async function readTable(session: Session, target: Target): Promise<Table> {
	const { resource, namespace, name } = target;
	const sub = session.flags.text('subresource') || undefined;
	if (name !== undefined)
		return session.rest.get<Table>(pathOf(resource, namespace, name, sub), {}, tableAccept);
	const sorted = session.flags.text('sort-by') !== '';
	const query: Query = {
		...selectors(session),
		...(sorted ? { includeObject: 'Object' } : { limit: session.flags.int('chunk-size') }),
	};
	const path = pathOf(resource, namespace);
	const table = await session.rest.get<Table>(path, query, tableAccept).catch((error: unknown) => {
		throw listError(resource, query, error);
	});
	const rows = [...(table.rows ?? [])];
	let next = table.metadata?.continue;
	while (next) {
		const page = await session.rest.get<Table>(path, { ...query, continue: next }, tableAccept);
		rows.push(...(page.rows ?? []));
		next = page.metadata?.continue;
	}
	return { ...table, rows };
}

/** The text of one object, or of several as a List. */
export async function objectsPrinter(
	session: Session,
): Promise<(items: Manifest[], single: boolean) => string> {
	const columns = await customColumns(session);
	if (columns) return (items) => columns.print(items);
	const printer = await printerFor(session, ['custom-columns', 'custom-columns-file', 'wide']);
	return (items, single) => {
		if (printer.format === 'name') return items.map((item) => printer.print(item)).join('');
		if (single && items[0]) return printer.print(items[0]);
		return printer.print(asList(items));
	};
}

function asList(items: Manifest[]): Json {
	return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}

async function customColumns(session: Session): Promise<CustomColumns | undefined> {
	const [format = '', ...rest] = session.flags.text('output').split('=');
	const argument = rest.join('=') || session.flags.text('template');
	const noHeaders = session.flags.bool('no-headers');
	if (format === 'custom-columns') return new CustomColumns(parseColumns(argument), noHeaders);
	if (format !== 'custom-columns-file') return undefined;
	return new CustomColumns(parseColumnsFile(await readText(session.io, argument)), noHeaders);
}
