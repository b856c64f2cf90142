import type { RequestState } from '../../state/request-state.svelte.ts';
import type { ClusterState } from '../../state/cluster-state.svelte.ts';
import { inWindow, perSecond, type ChartSeries } from './chart-view.ts';
import { words } from './words.ts';

export interface Chart {
	key: 'replicas' | 'requests' | 'cpu' | 'memory';
	title: string;
	unit: string;
	/** Said in its place while there is nothing to draw. */
	empty: string;
	/** The scale never ends below this. */
	least: number;
	series: ChartSeries[];
}

const mostPods = 8;

function replicas(cluster: ClusterState): Chart {
	const one = cluster.rollout;
	const points = one ? (cluster.history.replicas.get(one.uid) ?? []) : [];
	const of = (key: 'desired' | 'ready' | 'available'): ChartSeries => ({
		key,
		label: words()[key],
		steps: true,
		points: points.map((point) => ({ time: point.time, value: point[key] })),
	});
	return {
		key: 'replicas',
		title: words().replicas(one?.name ?? 'Deployment'),
		unit: words().pods,
		empty: words().noDeployment,
		least: 2,
		series: points.length > 0 ? [of('desired'), of('ready'), of('available')] : [],
	};
}

function requestChart({ log, total }: RequestState, now: number, spanMs: number): Chart {
	void total;
	const { all, failed } = perSecond(log.since(now - spanMs - 10_000), now, spanMs);
	const series = (key: 'all' | 'failed', points: typeof all) => ({
		key,
		label: words()[key],
		steps: false,
		points,
	});
	return {
		key: 'requests',
		title: words().requests,
		unit: words().perSecond,
		empty: words().noRequests,
		least: 5,
		series: all.length > 0 ? [series('all', all), series('failed', failed)] : [],
	};
}

function use(cluster: ClusterState, key: 'cpu' | 'memory'): Chart {
	const pods = cluster.pods.filter((pod) => cluster.history.use.has(pod.uid)).slice(0, mostPods);
	const factor = key === 'cpu' ? 100 : 1 / 1_048_576;
	return {
		key,
		title: words()[key],
		unit: key === 'cpu' ? words().cpuUnit : words().memoryUnit,
		empty: words().noPods,
		least: key === 'cpu' ? 10 : 5,
		series: pods.map((pod) => ({
			key: pod.uid,
			label: pod.shortName,
			steps: false,
			points: (cluster.history.use.get(pod.uid) ?? []).map((point) => ({
				time: point.time,
				value: point[key] * factor,
			})),
		})),
	};
}

/** All charts of a window that ends now; what it reads is followed. */
export function chartsOf(cluster: ClusterState, requests: RequestState, spanMs: number): Chart[] {
	const { now } = cluster;
	void [cluster.heard, cluster.facts.size];
	return [
		replicas(cluster),
		requestChart(requests, now, spanMs),
		use(cluster, 'cpu'),
		use(cluster, 'memory'),
	];
}

/** A value as it is read: whole where that says enough. */
export function shown(value: number): string {
	return String(Math.round(value * (value < 10 ? 10 : 1)) / (value < 10 ? 10 : 1));
}

/** Last, lowest and highest value of a window. */
export function extent(series: ChartSeries, now: number, spanMs: number) {
	const values = inWindow(series, now, spanMs).map((one) => one.value);
	if (values.length === 0) return undefined;
	return {
		last: shown(values.at(-1) ?? 0),
		lowest: shown(Math.min(...values)),
		highest: shown(Math.max(...values)),
		count: values.length,
	};
}
