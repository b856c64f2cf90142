import { TabWriter } from '../tab-writer.ts';
import { CliError } from './errors.ts';
import { goText, JsonPath, relaxedJsonPath } from './jsonpath.ts';

interface Column {
	header: string;
	path: JsonPath;
}

/** Columns of `-o custom-columns=NAME:.metadata.name,…`. After pkg/cmd/get: NewCustomColumnsPrinterFromSpec. */
export function parseColumns(spec: string): Column[] {
	if (spec === '')
		throw new CliError('custom-columns format specified but no custom columns given');
	const parts = spec.split(',').map((part): [string, string] => {
		const colon = part.indexOf(':');
		if (colon < 0)
			throw new CliError(
				`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`,
			);
		return [part.slice(0, colon), relaxedJsonPath(part.slice(colon + 1))];
	});
	return parts.map(([header, template]) => ({
		header,
		path: new JsonPath(template, { allowMissing: true }),
	}));
}

/** Columns of a file: one line of headers, one of paths. */
export function parseColumnsFile(content: string): Column[] {
	const [headers = [], paths = []] = content
		.split('\n')
		.map((line) => line.trim().split(/\s+/).filter(Boolean));
	if (headers.length === 0 || headers.length !== paths.length)
		throw new CliError(
			`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`,
		);
	return parseColumns(headers.map((header, i) => `${header}:${paths[i]}`).join(','));
}

/** Prints objects in custom columns; it may be called again for the objects of a watch. */
export class CustomColumns {
	readonly #columns: Column[];
	readonly #writer = new TabWriter({ minWidth: 6, padding: 3, rememberWidths: true });
	#header: boolean;

	constructor(columns: Column[], noHeaders: boolean) {
		this.#columns = columns;
		this.#header = !noHeaders;
	}

	print(objects: unknown[]): string {
		if (this.#header)
			this.#writer.write(`${this.#columns.map(({ header }) => header).join('\t')}\n`);
		this.#header = false;
		for (const object of objects) this.#writer.write(`${this.#row(object)}\n`);
		return this.#writer.flush();
	}

	#row(object: unknown): string {
		return this.#columns
			.map(({ path }) => {
				const values = path.find(object);
				return values.length === 0 ? '<none>' : values.map(goText).join(',');
			})
			.join('\t');
	}
}
