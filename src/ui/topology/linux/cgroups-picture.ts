import type { Picture } from '../pictures.ts';
import { currentGroups, groupRows, groupSummary } from './cgroups.ts';
import CgroupsLegend from './CgroupsLegend.svelte';
import CgroupsPicture from './CgroupsPicture.svelte';

export const picture: Picture = {
	component: CgroupsPicture,
	legend: CgroupsLegend,
	parts: ['cgroups'],
	tables(sources) {
		const tree = currentGroups(sources);
		return tree ? groupRows(tree) : [];
	},
	summary(sources) {
		const tree = currentGroups(sources);
		return tree ? groupSummary(tree) : '';
	},
};
