interface TabWriterOptions {
	minWidth: number;
	padding: number;
	/** Whether columns never become narrower from one flush to the next (a watched table). */
	rememberWidths?: boolean;
}

/**
 * Aligns tab-terminated cells in columns. After text/tabwriter: Writer: a column is a run of lines that
 * all have a cell there, and the last cell of a line belongs to no column.
 */
export class TabWriter {
	readonly #options: TabWriterOptions;
	#text = '';
	readonly #maxWidths: number[] = [];

	constructor(options: TabWriterOptions) {
		this.#options = options;
	}

	write(text: string): void {
		this.#text += text;
	}

	/** The aligned text of what was written since the last flush. */
	flush(): string {
		const lines = this.#text.split('\n').map((line) => line.split('\t'));
		this.#text = '';
		const output: string[] = [];
		this.#format(lines, [], 0, lines.length, output);
		return output.join('\n');
	}

	#format(lines: string[][], widths: number[], start: number, end: number, out: string[]): void {
		const column = widths.length;
		let printed = start;
		for (let line = start; line < end; line++) {
			if (!hasColumn(lines[line], column)) continue;
			writeLines(lines, widths, printed, line, out);
			const blockStart = line;
			let width = this.#options.minWidth;
			for (; line < end && hasColumn(lines[line], column); line++)
				width = Math.max(width, cellWidth(lines[line]?.[column] ?? '') + this.#options.padding);
			this.#format(lines, [...widths, this.#remember(column, width)], blockStart, line, out);
			printed = line;
		}
		writeLines(lines, widths, printed, end, out);
	}

	#remember(column: number, width: number): number {
		if (!this.#options.rememberWidths) return width;
		const wide = Math.max(width, this.#maxWidths[column] ?? 0);
		this.#maxWidths[column] = wide;
		return wide;
	}
}

function hasColumn(cells: string[] | undefined, column: number): boolean {
	return cells !== undefined && column < cells.length - 1;
}

function cellWidth(cell: string): number {
	return cell.length < 256 && /^[ -~]*$/.test(cell) ? cell.length : [...cell].length;
}

function writeLines(
	lines: string[][],
	widths: number[],
	start: number,
	end: number,
	out: string[],
): void {
	for (const cells of lines.slice(start, end))
		out.push(
			cells
				.map((cell, i) => {
					const width = widths[i];
					if (i === cells.length - 1 || width === undefined) return cell;
					return cell + ' '.repeat(Math.max(0, width - cellWidth(cell)));
				})
				.join(''),
		);
}
