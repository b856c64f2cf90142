/** Deeper trees are refused: whoever walks one needs stack for every level. */
export const mostDepth = 1000;

/** Whether lists and objects stand in each other more than `most` deep. */
export function isDeeperThan(value: unknown, most: number): boolean {
	if (typeof value !== 'object' || value === null) return false;
	if (most === 0) return true;
	return Object.values(value).some((item) => isDeeperThan(item, most - 1));
}
