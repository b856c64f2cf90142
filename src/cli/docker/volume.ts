import type { Volume } from '../../api/engine.ts';
import { labels } from './container-config.ts';
import { confirm } from './confirm.ts';
import { inspectVerb } from './inspect.ts';
import { printListing } from './print.ts';
import { boolFlag, forEachArgument, formatFlag, type Verb } from './verb.ts';

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
	],
	min: 0,
	max: 0,
	run: async ({ engine, flags, io }) => {
		const filters = flags.list('filter');
		const rows = engine
			.listVolumes()
			.filter((volume) => fits(volume, filters))
			.map(volumeRow);
		const text = flags.bool('quiet')
			? rows.map((row) => `${row.Name}\n`).join('')
			: printListing({ columns, rows }, flags.string('format'));
		await io.out(text);
		return 0;
	},
};

function fits(volume: Volume, filters: readonly string[]): boolean {
	return filters.every((filter) => {
		const [key, value = ''] = filter.split('=');
		if (key === 'dangling')
			return (volume.usedBy.length === 0) === (value !== 'false' && value !== '0');
		return key === 'name' ? volume.name.includes(value) : true;
	});
}

function volumeRow(volume: Volume) {
	return {
		Driver: 'local',
		Labels: Object.entries(volume.labels)
			.map(([key, value]) => `${key}=${value}`)
			.join(','),
		Mountpoint: volume.mountpoint,
		Name: volume.name,
		Scope: 'local',
	};
}

const create: Verb = {
	name: 'create',
	usage: 'volume create [OPTIONS] [VOLUME]',
	short: 'Create a volume',
	flags: [{ name: 'label', kind: 'list', usage: 'Attach a label to the volume' }],
	min: 0,
	max: 1,
	run: async ({ engine, flags, args, io }) => {
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
	flags: [boolFlag('all', 'Named volumes too', 'a'), boolFlag('force', 'Do not ask', 'f')],
	min: 0,
	max: 0,
	run: async (call) => {
		const { engine, flags, io } = call;
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
			.filter((volume) => volume.usedBy.length === 0 && (all || volume.anonymous));
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
