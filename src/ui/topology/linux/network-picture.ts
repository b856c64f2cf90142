import type { Picture } from '../pictures.ts';
import NetworkLegend from './NetworkLegend.svelte';
import NetworkPicture from './NetworkPicture.svelte';
import { currentNetwork, networkRows, networkSummary } from './networks.ts';

export const picture: Picture = {
	component: NetworkPicture,
	legend: NetworkLegend,
	parts: ['network', 'rules'],
	tables(sources) {
		const view = currentNetwork(sources);
		return view ? networkRows(view) : [];
	},
	summary(sources) {
		const view = currentNetwork(sources);
		return view ? networkSummary(view) : '';
	},
};
