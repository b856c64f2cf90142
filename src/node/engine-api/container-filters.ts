import type { Container, Engine } from '../../api/engine.ts';
import { nameMatcher } from '../../cli/docker/filters.ts';
import { hasLabels, invalidValue, readFilters } from './filters.ts';
import type { Call } from './route.ts';

type Test = (container: Container, value: string, engine: Engine) => boolean;

const states = ['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead'];

/** After moby daemon/list.go: acceptedPsFilterTags. Values of one filter are alternatives, but for labels. */
const tests: Record<string, Test> = {
	ancestor: ({ image, imageId }, value, engine) =>
		image === value || engine.image(value)?.id === imageId,
	before: ({ created }, value, engine) => created < engine.container(value).created,
	exited: ({ state, exitCode }, value) => state === 'exited' && exitCode === Number(value),
	expose: ({ config }, value) =>
		(config.exposedPorts ?? []).some((port) => port === value || port === `${value}/tcp`),
	health: (_, value) => value === 'none',
	id: ({ id }, value) => id.startsWith(value),
	'is-task': (_, value) => value === 'false',
	isolation: (_, value) => value === 'default',
	label: ({ config }, value) => hasLabels(config.labels, [value]),
	network: ({ config }, value, engine) =>
		engine
			.listNetworks()
			.some(({ id, name }) => name === (config.network ?? 'bridge') && [id, name].includes(value)),
	publish: ({ config }, value) =>
		(config.ports ?? []).some(({ hostPort }) => String(hostPort) === value.split('/')[0]),
	since: ({ created }, value, engine) => created > engine.container(value).created,
	status: ({ state }, value) => state === value,
	volume: ({ mounts }, value) =>
		mounts.some(({ source, target }) => source === value || target === value),
};

/** Which containers GET /containers/json is asked for, and whether that includes those that do not run. */
export async function containerFilter(engine: Engine, call: Call) {
	const filters = readFilters(call, [...Object.keys(tests), 'name']);
	for (const status of filters.get('status') ?? [])
		if (!states.includes(status)) throw invalidValue('status', status);
	for (const code of filters.get('exited') ?? [])
		if (!/^-?\d+$/.test(code)) throw invalidValue('exited', code);
	for (const name of ['before', 'since'])
		for (const other of filters.get(name) ?? []) engine.container(other);
	const names = await Promise.all([...(filters.get('name') ?? [])].map(nameMatcher));
	const named = ({ name }: Container) =>
		names.length === 0 || names.some((matches) => matches(name) || matches(`/${name}`));
	const fits = (container: Container) =>
		named(container) &&
		[...filters].every(([name, values]) => {
			const passes = (value: string) => tests[name]?.(container, value, engine) ?? true;
			return name === 'label' ? values.every(passes) : values.some(passes);
		});
	return { fits, all: filters.has('status') || filters.has('exited') };
}
