import type { Picture } from '../pictures.ts';
import ChartsLegend from './ChartsLegend.svelte';
import ChartsPicture from './ChartsPicture.svelte';
import { chartsOf, extent } from './charts.ts';
import { span } from './span.svelte.ts';
import { words } from './words.ts';

export const charts: Picture = {
	component: ChartsPicture,
	legend: ChartsLegend,
	tables: ({ state, requests }) =>
		chartsOf(state, requests, span.ms).map((chart) => ({
			caption: `${chart.title} (${chart.unit})`,
			head: [...words().heads],
			rows: chart.series.map((series) => {
				const about = extent(series, state.now, span.ms);
				return {
					cells: [
						series.label,
						about?.last ?? '–',
						about?.lowest ?? '–',
						about?.highest ?? '–',
						String(about?.count ?? 0),
					],
				};
			}),
		})),
	summary: ({ state }) => {
		const one = state.rollout;
		return one ? words().summary(one.name, one.ready, one.desired) : words().noDeployment;
	},
};
