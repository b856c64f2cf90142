import type { RequestMark } from '../../../lesson/request-log.ts';

export interface ChartPoint {
	time: number;
	value: number;
}

export interface ChartSeries {
	key: string;
	label: string;
	points: ChartPoint[];
	/** Values hold until the next point instead of running to it. */
	steps: boolean;
}

export interface ChartFrame {
	now: number;
	spanMs: number;
	width: number;
	height: number;
	/** The value at the upper edge. */
	top: number;
}

/** The next number that reads well: 1, 2, 5, 10, 20 … */
export function niceTop(values: readonly number[], least: number): number {
	const most = Math.max(least, ...values);
	const magnitude = 10 ** Math.floor(Math.log10(most));
	const steps = [1, 2, 5, 10].map((one) => one * magnitude);
	return steps.find((one) => one >= most) ?? most;
}

/** What of a series is in the window: with the value that held when it began. */
export function inWindow(
	{ points, steps }: ChartSeries,
	now: number,
	spanMs: number,
): ChartPoint[] {
	const began = now - spanMs;
	const inside = points.filter((one) => one.time >= began && one.time <= now);
	if (!steps) return inside;
	const before = points.findLast((one) => one.time < began);
	return before ? [{ time: began, value: before.value }, ...inside] : inside;
}

/** SVG path of a series. */
export function linePath(series: ChartSeries, frame: ChartFrame): string {
	const { now, spanMs, width, height, top } = frame;
	const x = (time: number) => Math.round(((time - now + spanMs) / spanMs) * width * 10) / 10;
	const y = (value: number) =>
		Math.round((height - (Math.min(value, top) / top) * height) * 10) / 10;
	let path = '';
	for (const { time, value } of inWindow(series, now, spanMs)) {
		if (path === '') path = `M${x(time)} ${y(value)}`;
		else path += series.steps ? `H${x(time)}V${y(value)}` : `L${x(time)} ${y(value)}`;
	}
	return path !== '' && series.steps ? `${path}H${width}` : path;
}

/** Requests that ended in each whole second of the window, and how many of them failed. */
export function perSecond(
	marks: readonly RequestMark[],
	now: number,
	spanMs: number,
): { all: ChartPoint[]; failed: ChartPoint[] } {
	const last = Math.floor(now / 1000) - 1;
	const first = Math.floor((now - spanMs) / 1000) + 1;
	const counts = new Map<number, { all: number; failed: number }>();
	for (const { at, took, ok } of marks) {
		const second = Math.floor((at + took) / 1000);
		const count = counts.get(second) ?? { all: 0, failed: 0 };
		count.all++;
		if (!ok) count.failed++;
		counts.set(second, count);
	}
	const known = [...counts.keys()];
	const began = Math.max(first, known.length > 0 ? Math.min(...known) : last + 1);
	const seconds = Array.from(
		{ length: Math.max(0, last - began + 1) },
		(_, index) => began + index,
	);
	const series = (of: 'all' | 'failed') =>
		seconds.map((second) => ({ time: second * 1000 + 500, value: counts.get(second)?.[of] ?? 0 }));
	return { all: series('all'), failed: series('failed') };
}
