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
	/** Go's type of a row, for messages. */
	type: string;
}

/** Whether `--format` asks for what is printed without it. */
export function isPlainTable(format: string): boolean {
	return format === '' || format === 'table';
}

/** Prints a listing: `''` or `table` as columns, `json` a line each, or a template. */
export function printListing(listing: Listing, format: string): string {
	if (format === 'json') return listing.rows.map((row) => `${rowJson(row)}\n`).join('');
	if (isPlainTable(format)) return printColumns(listing);
	if (/^table\s/.test(format)) return printTable(listing, unescapeTabs(format.slice(6)));
	const print = rowPrinter(unescapeTabs(format), listing.type);
	return listing.rows.map((row) => `${print(row)}\n`).join('');
}

function printColumns({ columns, rows }: Listing): string {
	const cells = rows.map((row) => columns.map((column) => String(row[column.field] as string)));
	return formatTable([columns.map((column) => column.heading), ...cells]);
}

function printTable(listing: Listing, source: string): string {
	const print = rowPrinter(source, listing.type);
	const lines = [headingRow(listing), ...listing.rows].map(print);
	return formatTable(lines.map((line) => line.split('\t')));
}

function headingRow(listing: Listing): Record<string, unknown> {
	const headings: Record<string, unknown> = { ...listing.headings };
	for (const column of listing.columns) headings[column.field] = column.heading;
	for (const [key, value] of Object.entries(listing.rows[0] ?? {}))
		headings[key] ??= typeof value === 'function' ? labelHeading : key.toUpperCase();
	return headings;
}

/** After cli/command/formatter/custom.go: Label heads its column with the last part of the label. */
function labelHeading(label: unknown): string {
	return String(label).replaceAll('-', ' ').split('.').at(-1) ?? '';
}

function rowPrinter(source: string, type: string): (row: unknown) => string {
	const wrong = (error: unknown) => failed(error, 'template parsing error: ');
	const template = attempt(() => new GoTemplate(source, { type }), wrong);
	return (row) => attempt(() => template.render(withJson(row)), wrong);
}

/** `{{json .}}` of a row is its JSON with sorted keys and without its functions. */
function withJson(row: unknown): unknown {
	return Object.defineProperty({ ...(row as object) }, 'toJSON', {
		value: () => JSON.parse(rowJson(row as Record<string, unknown>)) as unknown,
	});
}

function rowJson(row: Record<string, unknown>): string {
	const entries = Object.entries(row).filter(([, value]) => typeof value !== 'function');
	return goJson(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** JSON as Go's `json.Marshal` writes it. */
export function goJson(value: unknown, indent?: number): string {
	const escape = (character: string) =>
		`\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
	return JSON.stringify(value, null, indent).replace(/[<>&\u2028\u2029]/g, escape);
}

function unescapeTabs(format: string): string {
	return format.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
}

function attempt<T>(act: () => T, explain: (error: unknown) => unknown): T {
	try {
		return act();
	} catch (error) {
		throw explain(error);
	}
}

/** Reads the template of `docker events` and tries it, or ends the command. */
export function compileFor(source: string, data: unknown, type: string): GoTemplate {
	return attempt(
		() => {
			const template = new GoTemplate(unescapeTabs(source), { type });
			template.render(data);
			return template;
		},
		(error) => failed(error, 'Error parsing format: ', 64),
	);
}

/** A map whose keys are the user's: templates may ask it for what it has not, and no key is special. */
export function asMap<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
	return Object.assign(Object.create(null) as Record<string, T>, entries);
}

/** Ends `docker ps` for a template that does not suit it. After cli/command/container/list.go: buildContainerListOptions. */
export function checkTemplate(source: string, row: Record<string, unknown>, type: string): void {
	const template = attempt(
		() => new GoTemplate(source, { type }),
		(error) => failed(error, 'failed to parse template: '),
	);
	attempt(
		() => template.render(row),
		(error) => failed(error, 'failed to execute template: '),
	);
}

function failed(error: unknown, prefix: string, code = 1): unknown {
	return error instanceof TemplateError ? new CliError(prefix + error.message, code) : error;
}

/** What `info` and `version` print of their one object with `--format`. */
export async function printObject(
	io: { out(text: string): Promise<void> },
	object: object,
	format: string,
	names: { template?: string; type: string },
): Promise<void> {
	if (format === 'json') return io.out(`${goJson(object)}\n`);
	const source = unescapeTabs(format);
	const template = attempt(
		() => new GoTemplate(source, names),
		(error) => failed(error, 'template parsing error: ', 64),
	);
	try {
		await io.out(`${template.render(object)}\n`);
	} catch (error) {
		if (error instanceof TemplateError) await io.out('\n');
		throw failed(error, '');
	}
}

/** Prints what an `inspect` found, then what it did not. After cli/command/inspect/inspector.go. */
export class ObjectPrinter {
	readonly #format: string;
	readonly #template: GoTemplate | undefined;
	readonly #objects: unknown[] = [];
	readonly #lines: string[] = [];
	readonly #problems: string[] = [];

	/** Throws when the template cannot be read. */
	constructor(format: string) {
		this.#format = format;
		const isJson = format === '' || format === 'json';
		this.#template = isJson
			? undefined
			: attempt(
					() => new GoTemplate(unescapeTabs(format)),
					(error) => failed(error, 'template parsing error: ', 64),
				);
	}
	add(object: unknown): void {
		this.#objects.push(object);
		try {
			if (this.#template) this.#lines.push(`${this.#template.render(object)}\n`);
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			this.#problems.push(`template parsing error: ${error.message}`);
		}
	}
	fail(problem: string): void {
		this.#problems.push(problem);
	}
	#text(): string {
		if (this.#template) return this.#lines.join('') || '\n';
		if (this.#objects.length === 0) return '[]\n';
		return `${JSON.stringify(this.#objects, null, this.#format === '' ? 4 : undefined)}\n`;
	}
	/** Answers the exit code, or throws what was missing. */
	async finish(io: { out(text: string): Promise<void> }): Promise<number> {
		await io.out(this.#text());
		if (this.#problems.length > 0) throw new CliError(this.#problems.join('\n'));
		return 0;
	}
}
