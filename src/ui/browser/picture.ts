import type { Picture } from '../topology/pictures.ts';
import BrowserLegend from './BrowserLegend.svelte';
import BrowserPicture from './BrowserPicture.svelte';
import { served } from './served.ts';
import { words } from './words.ts';

export const browser: Picture = {
	component: BrowserPicture,
	legend: BrowserLegend,
	tables: ({ state, load }) => [
		{
			caption: words().served,
			head: ['', words().heads.name, words().address],
			rows: served(state).map(({ kind, name, url }) => ({
				cells: [words().kinds[kind], name, url],
			})),
		},
		{
			caption: words().latency,
			head: [words().heads.to, words().heads.count],
			rows: (load.latency?.bars ?? []).map(({ to, count }, index, bars) => ({
				cells: [
					to === Infinity ? words().over(bars[index - 1]?.to ?? 0) : words().upTo(to),
					String(count),
				],
			})),
		},
	],
	summary: ({ browser: { url, title, busy, failure } }) => {
		if (url === '') return words().blank;
		const what = failure ? words().errors[failure.reason].title(url) : title || words().shown;
		return words().groupSummary(url, busy ? words().loading : what);
	},
};
