import type { Picture, PictureTable } from '../pictures.ts';
import { serviceTable } from '../nodes-picture.ts';
import { candidates, gateOf } from './service-flow.ts';
import ServiceLegend from './ServiceLegend.svelte';
import ServicePicture from './ServicePicture.svelte';
import { words } from './words.ts';

export const service: Picture = {
	component: ServicePicture,
	legend: ServiceLegend,
	parts: ['rules'],
	everyNode: true,
	tables: ({ state, requests, inspect }) => {
		const one = state.service;
		if (!one) return [serviceTable(state)];
		const answers = (name: string) => requests.marks.filter((mark) => mark.host === name).length;
		const pods: PictureTable = {
			caption: words().pods,
			head: [...words().heads.candidates],
			rows: candidates(one, state.pods).map(({ pod, match, labels, address }) => ({
				id: pod.uid,
				cells: [
					pod.name,
					words().match[match],
					labels.map(({ key, value }) => `${key}=${value}`).join(','),
					address ?? '<none>',
					String(answers(pod.name)),
				],
			})),
		};
		const rules: PictureTable = {
			caption: words().gate,
			head: [...words().heads.gate],
			rows: state.nodes.flatMap(({ name }) => {
				const read = inspect.nodes.get(name)?.now.rules;
				if (inspect.silent.has(name)) return [{ id: `node/${name}`, cells: [name, words().blind] }];
				if (!read) return [{ id: `node/${name}`, cells: [name, '…'] }];
				const gate = gateOf(read, one);
				if (gate.targets.length === 0)
					return [{ id: `node/${name}`, cells: [name, String(gate.rules), words().refuses] }];
				return gate.targets.map(({ address, probability, share, packets }) => ({
					cells: [
						name,
						String(gate.rules),
						address,
						probability < 1 ? probability.toFixed(5) : words().rest,
						`${Math.round(share * 100)}%`,
						String(packets),
					],
				}));
			}),
		};
		return [serviceTable(state), pods, rules];
	},
	summary: ({ state }) => {
		const one = state.service;
		return one ? words().summary(one.name, one.ready, one.endpoints.length) : words().none;
	},
};
