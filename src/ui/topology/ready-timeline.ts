/** A value that holds from `time` on. */
export interface StepPoint {
	time: number;
	value: number;
}

export interface StepLine {
	/** SVG path in a box of `width` × `height`. */
	path: string;
	/** Where it begins, from the left. */
	from: number;
	last: number;
}

/** A step line of the last `spanMs` before `now`: values hold until the next one. */
export function stepLine(
	points: readonly StepPoint[],
	{ now, spanMs, top, width, height }: StepBox,
): StepLine {
	const began = now - spanMs;
	const before = points.findLast((one) => one.time <= began);
	const inside = points.filter((one) => one.time > began && one.time <= now);
	const first = before ? [{ time: began, value: before.value }] : [];
	const shown = [...first, ...inside];
	const x = (time: number) => round(((time - began) / spanMs) * width);
	const y = (value: number) => round(height - (Math.min(value, top) / Math.max(1, top)) * height);
	let path = '';
	for (const { time, value } of shown)
		path += path === '' ? `M${x(time)} ${y(value)}` : `H${x(time)}V${y(value)}`;
	if (path !== '') path += `H${width}`;
	return {
		path,
		from: x(shown[0]?.time ?? now),
		last: shown.at(-1)?.value ?? 0,
	};
}

export interface StepBox {
	now: number;
	spanMs: number;
	/** The value at the upper edge. */
	top: number;
	width: number;
	height: number;
}

const round = (value: number) => Math.round(value * 10) / 10;
