import { t } from '../i18n/locale.svelte.ts';
import type { ClusterState } from '../state/cluster-state.svelte.ts';
import NodesLegend from './NodesLegend.svelte';
import NodesPicture from './NodesPicture.svelte';
import { nodeView, type NodeView } from './node-view.ts';
import type { Picture, PictureTable } from './pictures.ts';
import type { PodView } from './pod-view.ts';
import { age, timeOfDay, words } from './words.ts';

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

/** A silent machine's state, and what the API holds of it. */
function stateText(cluster: ClusterState, name: string, about: NodeView): string {
	const { states } = t().node;
	const since = cluster.silentSince(name);
	if (since === undefined || !about.belief) return states[about.state];
	const api = about.belief === 'ready' ? 'Ready' : 'NotReady';
	return words().silence.believed(`${states[about.state]} ${age(cluster.now - since)}`, api);
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
					stateText(cluster, node.name, about),
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

/** Of each machine that nothing is heard of; without the seconds, which would be read out again and again. */
function silences(cluster: ClusterState): string[] {
	return cluster.nodes.flatMap(({ name }) => {
		const since = cluster.silentSince(name);
		return since === undefined ? [] : [words().silence.ofNode(name, timeOfDay(since))];
	});
}

export const nodes: Picture = {
	component: NodesPicture,
	legend: NodesLegend,
	tables: ({ state }) => [podTable(state.pods, state.now), serviceTable(state), nodeTable(state)],
	summary: ({ state }) => [podSummary(state), ...silences(state)].join(' '),
};
