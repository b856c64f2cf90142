import type { Picture } from '../pictures.ts';
import { currentLayers, layerRows, layerSummary } from './layers.ts';
import LayersLegend from './LayersLegend.svelte';
import LayersPicture from './LayersPicture.svelte';

export const picture: Picture = {
	component: LayersPicture,
	legend: LayersLegend,
	parts: ['layers'],
	tables(sources) {
		const view = currentLayers(sources);
		return view ? layerRows(view) : [];
	},
	summary(sources) {
		const view = currentLayers(sources);
		return view ? layerSummary(view) : '';
	},
};
