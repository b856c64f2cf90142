import { t } from '../i18n/locale.svelte.ts';
import type { ClusterState } from '../state/cluster-state.svelte.ts';
import NodesLegend from './NodesLegend.svelte';
import NodesPicture from './NodesPicture.svelte';
import { nodeView } from './node-view.ts';
import type { Picture, PictureTable } from './pictures.ts';
import type { PodView } from './pod-view.ts';
import { age, words } from './words.ts';

const megabytes = (bytes: number) => Math.round(bytes / 1_048_576);

/** Columns as `kubectl get pods -o wide` has them, and the image. */
export function podTable(pods: readonly PodView[], now: number): PictureTable {
	return {
		caption: words().pods(pods.length),
		head: ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE', 'IMAGE'],
		rows: pods.map((pod) => ({
			id: pod.uid,
			cells: [
				pod.name,
				pod.ready,
				pod.status,
				String(pod.restarts),
				age(now - pod.created),
				pod.ip ?? '<none>',
				pod.node ?? '<none>',
				pod.containers.map((one) => one.image).join(','),
			],
		})),
	};
}

export function serviceTable({ services }: ClusterState): PictureTable {
	return {
		caption: words().services(services.length),
		head: ['NAME', 'TYPE', 'CLUSTER-IP', 'SELECTOR', 'ENDPOINTS'],
		rows: services.map((service) => ({
			id: service.uid,
			cells: [
				service.name,
				service.type,
				service.address,
				service.selector,
				service.endpoints
					.filter((one) => one.ready)
					.map((one) => one.address)
					.join(',') || '<none>',
			],
		})),
	};
}

function nodeTable(cluster: ClusterState): PictureTable {
	const share = (amount: { used?: number | undefined; requested: number } | undefined) =>
		amount?.used === undefined ? '–' : `${Math.round(amount.used * 100)}%`;
	return {
		caption: words().nodes(cluster.nodes.length),
		head: [
			'NAME',
			'STATUS',
			'ROLE',
			'INTERNAL-IP',
			'CPU',
			'CPU-REQUESTS',
			'MEMORY',
			'MEMORY-REQUESTS',
			'PODS',
		],
		rows: cluster.nodes.map((node) => {
			const pods = cluster.pods.filter((pod) => pod.node === node.name);
			const about = nodeView(
				node,
				cluster.nodeObject(node.name),
				cluster.facts.get(node.name),
				pods,
			);
			const memory = about.memory;
			return {
				id: `node/${node.name}`,
				cells: [
					node.name,
					t().node.states[about.state],
					node.role,
					node.address,
					share(about.cpu),
					about.cpu.requestedText,
					memory.used === undefined
						? '–'
						: `${megabytes(memory.used * memory.total)}/${megabytes(memory.total)}Mi`,
					memory.requestedText,
					String(pods.length),
				],
			};
		}),
	};
}

export function podSummary({ pods }: ClusterState): string {
	const count = (state: PodView['state']) => pods.filter((pod) => pod.state === state).length;
	return t().picture.summary(count('ready'), pods.length, count('failing'));
}

export const nodes: Picture = {
	component: NodesPicture,
	legend: NodesLegend,
	tables: ({ state }) => [podTable(state.pods, state.now), serviceTable(state), nodeTable(state)],
	summary: ({ state }) => podSummary(state),
};
