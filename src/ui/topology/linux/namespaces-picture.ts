import type { Picture } from '../pictures.ts';
import NamespacesLegend from './NamespacesLegend.svelte';
import NamespacesPicture from './NamespacesPicture.svelte';
import { currentMatrix, matrixRows, matrixSummary } from './processes.ts';

export const picture: Picture = {
	component: NamespacesPicture,
	legend: NamespacesLegend,
	parts: [],
	tables(sources) {
		const matrix = currentMatrix(sources);
		return matrix ? matrixRows(matrix) : [];
	},
	summary(sources) {
		const matrix = currentMatrix(sources);
		return matrix ? matrixSummary(matrix) : '';
	},
};
