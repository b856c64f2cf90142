const leastWidth = 10;
const padding = 3;

/** Columns as Go's tabwriter sets them for docker: at least 10 wide, 3 blanks between. */
export function formatTable(rows: readonly (readonly string[])[], least = leastWidth): string {
	const widths: number[] = [];
	for (const row of rows)
		row.slice(0, -1).forEach((cell, i) => {
			widths[i] = Math.max(widths[i] ?? least, [...cell].length + padding);
		});
	return rows.map((row) => `${formatRow(row, widths)}\n`).join('');
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
	const last = row.length - 1;
	return row.map((cell, i) => (i === last ? cell : pad(cell, widths[i] ?? 0))).join('');
}

function pad(cell: string, width: number): string {
	return cell + ' '.repeat(Math.max(0, width - [...cell].length));
}
