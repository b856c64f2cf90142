import type { Container } from '../../api/engine.ts';
import { containerRow, networkName } from './container-row.ts';
import { CliError } from './errors.ts';
import { printListing } from './print.ts';
import { boolFlag, formatFlag, type Call, type Verb } from './verb.ts';

const columns = [
	{ field: 'ID', heading: 'CONTAINER ID' },
	{ field: 'Image', heading: 'IMAGE' },
	{ field: 'Command', heading: 'COMMAND' },
	{ field: 'RunningFor', heading: 'CREATED' },
	{ field: 'Status', heading: 'STATUS' },
	{ field: 'Ports', heading: 'PORTS' },
	{ field: 'Names', heading: 'NAMES' },
];

/** `docker ps` */
export const ps: Verb = {
	name: 'ps',
	usage: 'ps [OPTIONS]',
	short: 'List containers',
	aliases: ['docker container ls', 'docker container list', 'docker container ps', 'docker ps'],
	flags: [
		boolFlag('all', 'Show all containers, not only those that run', 'a'),
		{ name: 'filter', short: 'f', kind: 'filter', usage: 'Show those that fit the conditions' },
		formatFlag(),
		{
			name: 'last',
			short: 'n',
			kind: 'int',
			usage: 'Show the n newest containers',
			fallback: '-1',
		},
		boolFlag('latest', 'Show the newest container', 'l'),
		boolFlag('no-trunc', 'Show everything in full'),
		boolFlag('quiet', 'Show ids only', 'q'),
		boolFlag('size', 'Show sizes', 's'),
	],
	min: 0,
	max: 0,
	run: async (call) => {
		const { engine, flags, io, services } = call;
		const containers = chosen(call);
		const noTrunc = flags.bool('no-trunc');
		const options = { now: services.clock.now(), noTrunc };
		const rows = containers.map((each) => containerRow(each, engine.image(each.imageId), options));
		if (flags.bool('quiet')) {
			await io.out(rows.map((row) => `${String(row['ID'] as string)}\n`).join(''));
			return 0;
		}
		await io.out(printListing({ columns, rows }, flags.string('format')));
		return 0;
	},
};

function chosen({ engine, flags }: Call): Container[] {
	const last = flags.bool('latest') ? 1 : flags.int('last');
	const filters = flags.list('filter').map(splitFilter);
	const all =
		flags.bool('all') || last > 0 || filters.some(([key]) => key === 'status' || key === 'exited');
	const fitting = engine
		.listContainers({ all })
		.filter((container) => groups(filters).every((group) => group.some((test) => test(container))));
	return last > 0 ? fitting.slice(0, last) : fitting;
}

function splitFilter(text: string): [string, string] {
	const at = text.indexOf('=');
	return [text.slice(0, at), text.slice(at + 1)];
}

type Test = (container: Container) => boolean;

/** Conditions of one kind are alternatives, but for labels. */
function groups(filters: readonly [string, string][]): Test[][] {
	const found = new Map<string, Test[]>();
	for (const [key, value] of filters) {
		const make = tests[key];
		if (!make) throw new CliError(`Error response from daemon: invalid filter '${key}'`);
		const group = key === 'label' ? `${key}=${value}` : key;
		found.set(group, [...(found.get(group) ?? []), make(value)]);
	}
	return [...found.values()];
}

const tests: Record<string, (value: string) => Test> = {
	id: (value) => (container) => container.id.startsWith(value),
	name: (value) => (container) => new RegExp(value.replace(/^\^?\//, '^')).test(container.name),
	status: (value) => (container) => container.state === value,
	exited: (value) => (container) =>
		container.state === 'exited' && container.exitCode === Number(value),
	ancestor: (value) => (container) =>
		[container.image, container.image.replace(/:.*$/, ''), container.imageId].includes(value) ||
		container.imageId.startsWith(`sha256:${value}`),
	label: (value) => (container) => {
		const [key = '', ...rest] = value.split('=');
		const actual = container.config.labels?.[key];
		return actual !== undefined && (rest.length === 0 || actual === rest.join('='));
	},
	volume: (value) => (container) =>
		container.mounts.some((mount) => mount.source === value || mount.target === value),
	network: (value) => (container) => networkName(container) === value,
	publish: (value) => (container) =>
		(container.config.ports ?? []).some((port) => String(port.hostPort) === value.split('/')[0]),
};
