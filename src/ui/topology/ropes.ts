export interface Box {
	left: number;
	top: number;
	width: number;
	height: number;
}

export interface Rope {
	key: string;
	path: string;
	ready: boolean;
}

/**
 * The line from a Service's spar to a pod: straight down in the gutter left of the pod, then a short
 * hook to its side, so that no line crosses a tile. `lane` keeps lines of several Services apart.
 */
export function ropePath(spar: Box, pod: Box, lane: number): string {
	const x = pod.left - 7 - lane * 4;
	const bottom = spar.top + spar.height;
	const y = pod.top + Math.min(20, pod.height / 2);
	return `M${x} ${bottom} V${y - 5} Q${x} ${y} ${x + 5} ${y} H${pod.left}`;
}
