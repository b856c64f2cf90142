import type { Container } from '../../api/engine.ts';
import { containerRow, networkName } from './container-row.ts';
import { Filters, invalid } from './filters.ts';
import { humanSize } from './human.ts';
import { checkTemplate, isPlainTable, printListing } from './print.ts';
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
		const format = flags.string('format');
		const noTrunc = flags.bool('no-trunc');
		const options = { now: services.clock.now(), noTrunc };
		const containers = await chosen(call);
		const isSized = flags.bool('size') || format.includes('.Size');
		const rows = await Promise.all(
			containers.map(async (each) => {
				const row = containerRow(each, engine.image(each.imageId), options);
				if (isSized) row['Size'] = sizeText(await engine.containerSize(each.id));
				return row;
			}),
		);
		if (flags.bool('quiet')) {
			if (format !== '') await io.err(ignoredFormat);
			await io.out(rows.map((row) => `${String(row['ID'] as string)}\n`).join(''));
			return 0;
		}
		if (!isPlainTable(format) && format !== 'json')
			checkTemplate(format, containerRow(none, undefined, options), type);
		const shown = flags.bool('size') ? [...columns, sizeColumn] : columns;
		await io.out(printListing({ columns: shown, headings, rows, type }, format));
		return 0;
	},
};

/** What the container has written, and that with its image. */
function sizeText({ own, root }: { own: number; root: number }): string {
	return `${humanSize(own)} (virtual ${humanSize(root)})`;
}

const type = '*formatter.ContainerContext';
const sizeColumn = { field: 'Size', heading: 'SIZE' };
const headings = { LocalVolumes: 'LOCAL VOLUMES', CreatedAt: 'CREATED AT', Size: 'SIZE' };
const ignoredFormat =
	'WARNING: Ignoring custom format, because both --format and --quiet are set.\n';

/** What a template is tried with before there are containers. */
const none: Container = {
	id: '',
	name: '',
	config: { image: '' },
	imageId: '',
	image: '',
	argv: [],
	state: 'created',
	pid: 0,
	exitCode: 0,
	oomKilled: false,
	error: '',
	created: 0,
	started: 0,
	finished: 0,
	restartCount: 0,
	ip: '',
	gateway: '',
	mac: '',
	cgroup: '',
	netns: '',
	veth: '',
	overlay: { lower: [], upper: '', work: '', merged: '' },
	mounts: [],
};

const accepted =
	'ancestor before exited expose health id is-task isolation label name network publish since status volume';

async function chosen(call: Call): Promise<Container[]> {
	const { engine, flags } = call;
	const last = flags.bool('latest') ? 1 : flags.int('last');
	const filters = Filters.read(flags, accepted);
	checkValues(filters);
	const all = flags.bool('all') || last > 0 || filters.has('status');
	const tests = await conditions(call, filters);
	const fitting = engine
		.listContainers({ all })
		.filter((container) => tests.every((test) => test(container)));
	return last > 0 ? fitting.slice(0, last) : fitting;
}

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

/** After daemon/list.go: foldFilter. */
function checkValues(filters: Filters): void {
	for (const value of filters.get('exited'))
		if (!/^[+-]?\d+$/.test(value))
			throw invalid('exited', value, `strconv.Atoi: parsing "${value}": invalid syntax`);
	for (const value of filters.get('status'))
		if (!states.includes(value))
			throw invalid(
				'status',
				value,
				`invalid value for state (${value}): must be one of ${states.join(', ')}`,
			);
	filters.bool('is-task');
}

type Test = (container: Container) => boolean;

async function conditions({ engine }: Call, filters: Filters): Promise<Test[]> {
	const name = await filters.matcher('name');
	const id = await filters.matcher('id');
	const [before] = filters.get('before').map((each) => engine.container(each));
	const [since] = filters.get('since').map((each) => engine.container(each));
	const ancestors = filters.get('ancestor').map((ref) => engine.image(ref)?.id);
	return [
		(container) => name(container.name) || name(`/${container.name}`),
		(container) => id(container.id),
		(container) => filters.fitsLabels(container.config.labels),
		(container) => !before || container.created < before.created,
		(container) => !since || container.created > since.created,
		(container) => !filters.has('ancestor') || ancestors.includes(container.imageId),
		(container) => filters.some('status', (value) => container.state === value),
		(container) => filters.some('exited', (value) => hasExited(container, Number(value))),
		() => filters.some('health', (value) => value === 'none'),
		() => filters.bool('is-task') !== true,
		(container) => filters.some('volume', (value) => mounts(container, value)),
		(container) => filters.some('network', (value) => isIn(container, value, networkIds(engine))),
		(container) => filters.some('publish', (value) => hasPort(container, value, 'hostPort')),
		(container) => filters.some('expose', (value) => hasPort(container, value, 'containerPort')),
	];
}

function networkIds(engine: Call['engine']): Map<string, string> {
	return new Map(engine.listNetworks().map((network) => [network.name, network.id]));
}

function isIn(container: Container, value: string, ids: Map<string, string>): boolean {
	const name = networkName(container);
	return name === value || (ids.get(name)?.startsWith(value) ?? false);
}

function hasExited({ state, exitCode }: Container, code: number): boolean {
	return state === 'exited' && exitCode === code;
}

function mounts(container: Container, value: string): boolean {
	return container.mounts.some((mount) => mount.source === value || mount.target === value);
}

/** `80`, `80/udp`, `8000-8080/tcp` */
function hasPort(
	{ config }: Container,
	value: string,
	side: 'hostPort' | 'containerPort',
): boolean {
	const [range = '', protocol = 'tcp'] = value.split('/');
	const [first = '', last = first] = range.split('-');
	return (config.ports ?? []).some(
		(port) =>
			port.protocol === protocol && port[side] >= Number(first) && port[side] <= Number(last),
	);
}
