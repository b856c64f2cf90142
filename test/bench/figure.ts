/** One row of the table, one object of `--json`. */
export interface Figure {
	name: string;
	value: number;
	unit: string;
	/** Absent where a figure is only for comparison. */
	bound?: number;
	/** More is better: `value` has to reach the bound instead of staying below it. */
	atLeast?: true;
}

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Runs `measure` `times` times, one after the other, and gives every value. */
export async function repeat(times: number, measure: () => Promise<number>): Promise<number[]> {
	const values: number[] = [];
	for (let run = 0; run < times; run++) values.push(await measure());
	return values;
}

export function holds({ value, bound, atLeast }: Figure): boolean {
	if (bound === undefined) return true;
	return atLeast ? value >= bound : value <= bound;
}

export function print(figures: Figure[], json: boolean): void {
	if (json) {
		for (const figure of figures)
			process.stdout.write(`${JSON.stringify({ ...figure, value: round(figure.value) })}\n`);
		return;
	}
	const width = Math.max(...figures.map((figure) => figure.name.length));
	for (const figure of figures) {
		const { name, value, unit, bound, atLeast } = figure;
		const limit = bound === undefined ? '' : `${atLeast ? '>=' : '<='} ${bound}`;
		const mark = bound === undefined ? ' ' : holds(figure) ? '✓' : '✗';
		const text = `${round(value)} ${unit}`;
		process.stdout.write(`${mark} ${name.padEnd(width)}  ${text.padStart(14)}  ${limit}\n`);
	}
}

function round(value: number): number {
	return value >= 100 ? Math.round(value) : Math.round(value * 1000) / 1000;
}
