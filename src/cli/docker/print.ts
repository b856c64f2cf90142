import { CliError } from './errors.ts';
import { GoTemplate } from './go-template.ts';
import { TemplateError } from './go-template-lexer.ts';
import { formatTable } from './table.ts';

/** A column of a listing: its field in templates and its heading. */
interface Column {
	field: string;
	heading: string;
}

/** What a listing prints: objects whose fields are the template's. */
export interface Listing {
	columns: readonly Column[];
	/** Headings of fields that are no column by themselves. */
	headings?: Readonly<Record<string, string>>;
	rows: readonly Record<string, unknown>[];
}

/** Prints a listing: `''` or `table` as columns, `json` a line each, or a template. */
export function printListing(listing: Listing, format: string): string {
	if (format === 'json') return listing.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
	if (format === '' || format === 'table') return printColumns(listing);
	if (format.startsWith('table ')) return printTable(listing, unescapeTabs(format.slice(6)));
	const template = compile(unescapeTabs(format));
	return listing.rows.map((row) => `${run(template, row)}\n`).join('');
}

function printColumns({ columns, rows }: Listing): string {
	const cells = rows.map((row) => columns.map((column) => String(row[column.field] as string)));
	return formatTable([columns.map((column) => column.heading), ...cells]);
}

function printTable(listing: Listing, source: string): string {
	const template = compile(source);
	const headings: Record<string, string> = { ...listing.headings };
	for (const column of listing.columns) headings[column.field] = column.heading;
	for (const key of Object.keys(listing.rows[0] ?? {})) headings[key] ??= key.toUpperCase();
	const lines = [headings, ...listing.rows].map((row) => run(template, row));
	return formatTable(lines.map((line) => line.split('\t')));
}

function unescapeTabs(format: string): string {
	return format.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
}

/** Reads a template or ends the command. */
export function compile(source: string): GoTemplate {
	try {
		return new GoTemplate(source);
	} catch (error) {
		throw failed(error, 'failed to parse template: ', 1);
	}
}

function run(template: GoTemplate, data: unknown): string {
	try {
		return template.render(data);
	} catch (error) {
		throw failed(error, '', 1);
	}
}

/** Renders `--format` of an inspect. */
export function renderTemplate(source: string, data: unknown): string {
	try {
		return new GoTemplate(unescapeTabs(source)).render(data);
	} catch (error) {
		throw failed(error, 'template parsing error: ', 64);
	}
}

function failed(error: unknown, prefix: string, code: number): unknown {
	return error instanceof TemplateError ? new CliError(prefix + error.message, code) : error;
}
