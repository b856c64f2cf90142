export interface Point {
	x: number;
	y: number;
}

/** A cable that hangs from one socket and rises into another; neighbours do not lie on each other. */
export function cablePath(from: Point, to: Point, lane: number): string {
	const drop = to.y - from.y;
	// Both ends in one row, or one beside the other: a loop below.
	if (drop < 14) {
		const low = Math.max(from.y, to.y) + 16 + (lane % 3) * 4;
		return `M${round(from.x)} ${round(from.y)}C${round(from.x)} ${low} ${round(to.x)} ${low} ${round(to.x)} ${round(to.y)}`;
	}
	const bend = drop * (0.55 + (lane % 3) * 0.08);
	return `M${round(from.x)} ${round(from.y)}C${round(from.x)} ${round(from.y + bend)} ${round(to.x)} ${round(to.y - bend)} ${round(to.x)} ${round(to.y)}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
