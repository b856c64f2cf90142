import { TabWriter } from '../tab-writer.ts';
import { naturalOrder } from './yaml-writer.ts';
import { dig, own, stringMap, text, textAt, type Json } from './fields.ts';

/** A table as the server makes it for `Accept: …;as=Table`. */
export interface Table {
	kind: 'Table';
	metadata?: { resourceVersion?: string; continue?: string };
	columnDefinitions: { name: string; type?: string; format?: string; priority: number }[] | null;
	rows: { cells: unknown[]; object?: Json }[] | null;
}

export interface TableOptions {
	wide: boolean;
	noHeaders: boolean;
	withNamespace: boolean;
	showLabels: boolean;
	labelColumns: string[];
	/** Put before every name: `pod/`. */
	kindPrefix: string;
	/** Put before every row: the type of a watch event. */
	eventColumn: boolean;
}

/** Prints tables in columns; one printer serves all tables of a watch, so that the columns stay. */
export class TablePrinter {
	readonly #options: TableOptions;
	readonly #writer: TabWriter;
	#columns: NonNullable<Table['columnDefinitions']> = [];
	#headerPrinted = false;

	constructor(options: TableOptions) {
		this.#options = options;
		this.#writer = new TabWriter({ minWidth: 6, padding: 3, rememberWidths: true });
	}

	/** The text of a table; the header only stands before the first one. */
	print(table: Table, event = ''): string {
		if (table.columnDefinitions?.length) this.#columns = table.columnDefinitions;
		if (!this.#headerPrinted && !this.#options.noHeaders) this.#header();
		this.#headerPrinted = true;
		for (const row of table.rows ?? []) this.#row(row, event);
		return this.#writer.flush();
	}

	#shown(): number[] {
		const { wide } = this.#options;
		return this.#columns.flatMap(({ priority }, i) => (wide || priority === 0 ? [i] : []));
	}

	#header(): void {
		const { withNamespace, showLabels, labelColumns, eventColumn } = this.#options;
		const names = this.#shown().map((i) => (this.#columns[i]?.name ?? '').toUpperCase());
		const labels = labelColumns.map((label) => (label.split('/').at(-1) ?? label).toUpperCase());
		const cells = [
			...(eventColumn ? ['EVENT'] : []),
			...(withNamespace ? ['NAMESPACE'] : []),
			...names,
			...labels,
			...(showLabels ? ['LABELS'] : []),
		];
		this.#writer.write(`${cells.join('\t')}\n`);
	}

	#row(row: { cells: unknown[]; object?: Json }, event: string): void {
		const { withNamespace, showLabels, labelColumns, kindPrefix, eventColumn } = this.#options;
		const labels = stringMap(dig(row.object, 'metadata', 'labels'));
		const cells = this.#shown().map((i) => {
			const cell = cellText(row.cells[i]);
			return this.#columns[i]?.format === 'name' || (i === 0 && kindPrefix)
				? kindPrefix + cell
				: cell;
		});
		const all = [
			...(eventColumn ? [event] : []),
			...(withNamespace ? [textAt(row.object, 'metadata', 'namespace')] : []),
			...cells,
			...labelColumns.map((label) => text(own(labels, label))),
			...(showLabels ? [labelText(labels)] : []),
		];
		this.#writer.write(`${all.join('\t')}\n`);
	}
}

/** One line of a cell; what follows a line break is cut. */
function cellText(value: unknown): string {
	if (value === null || value === undefined) return '<none>';
	const [line = '', ...more] = text(value).split(/[\n\r\f]/);
	return more.length > 0 ? `${line}...` : line;
}

/** `a=b,c=d`, or `<none>`. */
export function labelText(labels: Record<string, string>): string {
	const keys = Object.keys(labels).sort();
	return keys.length === 0 ? '<none>' : keys.map((key) => `${key}=${labels[key]}`).join(',');
}

/** Orders by numbers where both are numbers, else by text. After pkg/cmd/get: SortObjects. */
export function compareValues(a: unknown, b: unknown): number {
	if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	return naturalOrder(text(a), text(b));
}
