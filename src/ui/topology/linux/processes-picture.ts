import type { Picture } from '../pictures.ts';
import { currentTree, processRows, processSummary } from './processes.ts';
import ProcessesLegend from './ProcessesLegend.svelte';
import ProcessesPicture from './ProcessesPicture.svelte';

export const picture: Picture = {
	component: ProcessesPicture,
	legend: ProcessesLegend,
	parts: [],
	tables(sources) {
		const tree = currentTree(sources);
		return tree ? processRows(tree) : [];
	},
	summary(sources) {
		const tree = currentTree(sources);
		return tree ? processSummary(tree) : '';
	},
};
