export interface Found {
	row: number;
	column: number;
	/** Columns, from there on, over the ends of wrapped rows. */
	length: number;
}

interface Row {
	readonly isWrapped: boolean;
	translateToString(trimRight?: boolean): string;
	/** Width of the character at a column: 2 for a Han one, 0 for the column behind it. */
	getCell(column: number): { getWidth(): number; getChars(): string } | undefined;
	readonly length: number;
}

/** What is read of xterm's buffer. */
export interface Rows {
	readonly length: number;
	getLine(row: number): Row | undefined;
}

interface Cell {
	row: number;
	column: number;
	width: number;
}

/** Every place where the words stand in the scrollback, without regard to case; wrapped rows are one line. */
export function findInBuffer(buffer: Rows, words: string): Found[] {
	if (words === '') return [];
	const wanted = words.toLowerCase();
	const found: Found[] = [];
	let text = '';
	let cells: Cell[] = [];
	const look = () => {
		const line = text.toLowerCase();
		for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(wanted, at + 1)) {
			const hit = cells.slice(at, at + wanted.length);
			const [first] = hit;
			if (!first) continue;
			const length = hit.reduce((sum, cell) => sum + cell.width, 0);
			found.push({ row: first.row, column: first.column, length });
		}
	};
	for (let row = 0; row < buffer.length; row++) {
		const line = buffer.getLine(row);
		if (!line) continue;
		if (!line.isWrapped) {
			look();
			text = '';
			cells = [];
		}
		for (let column = 0; column < line.length; column++) {
			const cell = line.getCell(column);
			const width = cell?.getWidth() ?? 1;
			if (width === 0) continue;
			const chars = cell?.getChars() || ' ';
			text += chars;
			// A place for every code unit, so that places and letters stay side by side.
			for (let unit = 0; unit < chars.length; unit++)
				cells.push({ row, column, width: unit === 0 ? width : 0 });
		}
	}
	look();
	return found;
}
