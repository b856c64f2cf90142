import type { Volume } from '../../api/engine.ts';
import { labels } from './container-config.ts';
import { confirm } from './confirm.ts';
import { CliError } from './errors.ts';
import { Filters } from './filters.ts';
import { notOffered } from './flags.ts';
import { inspectVerb } from './inspect.ts';
import { isPlainTable, printListing } from './print.ts';
import { pruneFilter, pruneTest } from './prune.ts';
import { boolFlag, forEachArgument, formatFlag, type Call, type Verb } from './verb.ts';

const columns = [
	{ field: 'Driver', heading: 'DRIVER' },
	{ field: 'Name', heading: 'VOLUME NAME' },
];

const list: Verb = {
	name: 'ls',
	usage: 'volume ls [OPTIONS]',
	short: 'List volumes',
	aliases: ['docker volume ls', 'docker volume list'],
	flags: [
		{
			name: 'filter',
			short: 'f',
			kind: 'filter',
			usage: 'Show those that fit (e.g. "dangling=true")',
		},
		formatFlag(),
		boolFlag('quiet', 'Show names only', 'q'),
		...notOffered('cluster!'),
	],
	min: 0,
	max: 0,
	run: async (call) => {
		const { flags, io } = call;
		const format = flags.string('format');
		const rows = (await chosen(call)).map(volumeRow);
		const text =
			flags.bool('quiet') && isPlainTable(format)
				? rows.map((row) => `${row.Name}\n`).join('')
				: printListing({ columns, rows, type: '*formatter.volumeContext' }, format);
		await io.out(text);
		return 0;
	},
};

async function chosen({ engine, flags }: Call): Promise<Volume[]> {
	const filters = Filters.read(flags, 'dangling driver label label! name');
	const dangling = filters.bool('dangling');
	const name = await filters.matcher('name');
	return engine
		.listVolumes()
		.filter(
			(volume) =>
				(dangling === undefined || dangling === (volume.usedBy.length === 0)) &&
				name(volume.name) &&
				filters.some('driver', (driver) => driver === 'local') &&
				filters.fitsLabels(volume.labels),
		)
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function volumeRow(volume: Volume) {
	const labels = new Map(Object.entries(volume.labels));
	return {
		Availability: 'N/A',
		Driver: 'local',
		Group: 'N/A',
		Labels: [...labels].map(([key, value]) => `${key}=${value}`).join(','),
		Links: 'N/A',
		Mountpoint: volume.mountpoint,
		Name: volume.name,
		Scope: 'local',
		Size: 'N/A',
		Status: 'N/A',
		Label: (key: unknown) => labels.get(String(key)) ?? '',
	};
}

const create: Verb = {
	name: 'create',
	usage: 'volume create [OPTIONS] [VOLUME]',
	short: 'Create a volume',
	flags: [
		{ name: 'label', kind: 'list', usage: 'Attach a label to the volume' },
		{ name: 'driver', short: 'd', kind: 'string', usage: 'Volume driver', fallback: 'local' },
		...notOffered(
			'availability group limit-bytes opt required-bytes scope secret sharing topology-preferred ' +
				'topology-required type',
		),
	],
	min: 0,
	max: 1,
	run: async ({ engine, flags, args, io }) => {
		const driver = flags.string('driver');
		if (driver !== 'local')
			throw new CliError(
				`Error response from daemon: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
			);
		const volume = await engine.createVolume(args[0], labels(flags.list('label')));
		await io.out(`${volume.name}\n`);
		return 0;
	},
};

const remove: Verb = {
	name: 'rm',
	usage: 'volume rm [OPTIONS] VOLUME [VOLUME...]',
	short: 'Remove one or more volumes',
	aliases: ['docker volume rm', 'docker volume remove'],
	flags: [boolFlag('force', 'Do not mind volumes that are not there', 'f')],
	min: 1,
	completes: 'volume',
	run: (call) =>
		forEachArgument(call, async (name) => {
			await call.engine.removeVolume(name).catch((error: unknown) => {
				const isAbsent = (error as { status?: number }).status === 404;
				if (!isAbsent || !call.flags.bool('force')) throw error;
			});
			return name;
		}),
};

const prune: Verb = {
	name: 'prune',
	usage: 'volume prune [OPTIONS]',
	short: 'Remove unused local volumes',
	flags: [
		boolFlag('all', 'Named volumes too', 'a'),
		boolFlag('force', 'Do not ask', 'f'),
		pruneFilter,
	],
	min: 0,
	max: 0,
	run: async (call) => {
		const { engine, flags, io } = call;
		const fits = pruneTest(call, 'all label label!');
		const all = flags.bool('all');
		const which = all ? 'all local volumes' : 'anonymous local volumes';
		if (
			!(await confirm(
				call,
				`WARNING! This will remove ${which} not used by at least one container.\n`,
			))
		)
			return 0;
		const gone = engine
			.listVolumes()
			.filter((volume) => volume.usedBy.length === 0 && (all || volume.anonymous))
			.filter((volume) => fits(volume.created, volume.labels));
		for (const volume of gone) await engine.removeVolume(volume.name);
		const names = gone.map((volume) => `${volume.name}\n`).join('');
		await io.out(
			`${gone.length > 0 ? `Deleted Volumes:\n${names}\n` : ''}Total reclaimed space: 0B\n`,
		);
		return 0;
	},
};

/** `docker volume …` */
export const volumeVerbs: Verb[] = [create, inspectVerb('volume', 'volume'), list, prune, remove];
