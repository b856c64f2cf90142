export interface Latencies {
	/** How many were measured. */
	count: number;
	/** Milliseconds that half of them, and all but one of a hundred, did not exceed. */
	p50: number;
	p99: number;
	max: number;
	/** How many took up to `to` milliseconds, and longer than the bar before; the last bar has no end. */
	bars: { to: number; count: number }[];
}

const ends = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, Infinity];

/** The nearest rank, as load generators tell it. */
function percentile(sorted: readonly number[], share: number): number {
	return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** A histogram of these milliseconds; undefined when there are none. */
export function latencies(took: readonly number[]): Latencies | undefined {
	if (took.length === 0) return undefined;
	const sorted = [...took].sort((a, b) => a - b);
	const bars = ends.map((to, index) => {
		const from = ends[index - 1] ?? -Infinity;
		return { to, count: sorted.filter((one) => one > from && one <= to).length };
	});
	return {
		count: sorted.length,
		p50: percentile(sorted, 0.5),
		p99: percentile(sorted, 0.99),
		max: sorted.at(-1) ?? 0,
		bars,
	};
}
