import type { Picture } from '../pictures.ts';
import { gapsOf, stepsOf } from './loop-state.ts';
import LoopLegend from './LoopLegend.svelte';
import LoopPicture from './LoopPicture.svelte';
import { words } from './words.ts';

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 23);

export const loop: Picture = {
	component: LoopPicture,
	legend: LoopLegend,
	tables: (sources) => [
		{
			caption: `${words().desired} / ${words().actual}`,
			head: [...words().heads.gaps],
			rows: gapsOf(sources).map((one) => ({
				id: one.uid,
				cells: [`${one.kind} ${one.name}`, String(one.desired), String(one.actual)],
			})),
		},
		{
			caption: words().steps,
			head: [...words().heads.steps],
			rows: stepsOf(sources).map((one) => ({
				cells: [
					clock(one.time),
					one.by,
					one.deed,
					`${one.kind} ${one.name}`,
					one.resourceVersion,
					one.wokenBy
						? `${words().types[one.wokenBy.type]} ${one.wokenBy.kind} ${one.wokenBy.name}`
						: '–',
				],
			})),
		},
	],
	summary: (sources) => {
		const [gap] = gapsOf(sources);
		const last = stepsOf(sources).at(-1);
		return [
			gap ? words().summary(gap.kind, gap.name, gap.desired, gap.actual) : words().none,
			last ? words().last(last.by, last.deed, last.kind, last.name) : '',
		]
			.join(' ')
			.trim();
	},
};
