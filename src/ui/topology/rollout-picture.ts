import { t } from '../i18n/locale.svelte.ts';
import type { ClusterState } from '../state/cluster-state.svelte.ts';
import { podTable } from './nodes-picture.ts';
import type { Picture, PictureTable } from './pictures.ts';
import RolloutLegend from './RolloutLegend.svelte';
import RolloutPicture from './RolloutPicture.svelte';
import { words } from './words.ts';

function setTable({ rollouts }: ClusterState): PictureTable {
	const lanes = rollouts.flatMap((rollout) =>
		[...rollout.lanes, ...rollout.history].map((lane) => ({ rollout, lane })),
	);
	return {
		caption: words().replicaSets(lanes.length),
		head: ['NAME', 'DEPLOYMENT', 'REVISION', 'DESIRED', 'CURRENT', 'READY', 'IMAGE'],
		rows: lanes.map(({ rollout, lane }) => ({
			id: lane.uid,
			cells: [
				lane.name,
				rollout.name,
				String(lane.revision),
				String(lane.wanted),
				String(lane.pods.length),
				String(lane.ready),
				lane.image,
			],
		})),
	};
}

function deploymentTable({ rollouts }: ClusterState): PictureTable {
	return {
		caption: `Deployments (${rollouts.length})`,
		head: ['NAME', 'DESIRED', 'TOTAL', 'READY', 'AT LEAST', 'AT MOST', 'STRATEGY', 'STATUS'],
		rows: rollouts.map((one) => ({
			id: one.uid,
			cells: [
				one.name,
				String(one.desired),
				String(one.total),
				String(one.ready),
				String(one.atLeast),
				String(one.atMost),
				one.strategy,
				t().rollout.phases[one.phase],
			],
		})),
	};
}

export const rollout: Picture = {
	component: RolloutPicture,
	legend: RolloutLegend,
	tables: ({ state }) => [
		deploymentTable(state),
		setTable(state),
		podTable(
			state.rollouts.flatMap((one) => one.lanes.flatMap((lane) => lane.pods)),
			state.now,
		),
	],
	summary: ({ state }) =>
		state.rollouts
			.map((one) =>
				words().rolloutSummary(one.name, one.ready, one.desired, t().rollout.phases[one.phase]),
			)
			.join(' ') || words().noDeployment,
};
