import type { Network } from '../../api/engine.ts';
import { shortId } from './human.ts';
import { inspectVerb } from './inspect.ts';
import { printListing } from './print.ts';
import { boolFlag, formatFlag, type Verb } from './verb.ts';

const columns = [
	{ field: 'ID', heading: 'NETWORK ID' },
	{ field: 'Name', heading: 'NAME' },
	{ field: 'Driver', heading: 'DRIVER' },
	{ field: 'Scope', heading: 'SCOPE' },
];

const list: Verb = {
	name: 'ls',
	usage: 'network ls [OPTIONS]',
	short: 'List networks',
	aliases: ['docker network ls', 'docker network list'],
	flags: [
		{
			name: 'filter',
			short: 'f',
			kind: 'filter',
			usage: 'Show those that fit (e.g. "driver=bridge")',
		},
		formatFlag(),
		boolFlag('no-trunc', 'Show everything in full'),
		boolFlag('quiet', 'Show ids only', 'q'),
	],
	min: 0,
	max: 0,
	run: async ({ engine, flags, io }) => {
		const fits = (network: Network) =>
			flags.list('filter').every((filter) => {
				const [key, value = ''] = filter.split('=');
				if (key === 'driver') return network.driver === value;
				return key === 'name' ? network.name.includes(value) : true;
			});
		const rows = engine
			.listNetworks()
			.filter(fits)
			.map((network) => ({
				ID: flags.bool('no-trunc') ? network.id : shortId(network.id),
				Name: network.name,
				Driver: network.driver,
				Scope: 'local',
				IPv4: 'true',
				IPv6: 'false',
				Internal: 'false',
				Labels: '',
			}));
		const text = flags.bool('quiet')
			? rows.map((row) => `${row.ID}\n`).join('')
			: printListing({ columns, rows }, flags.string('format'));
		await io.out(text);
		return 0;
	},
};

/** `docker network …` */
export const networkVerbs: Verb[] = [inspectVerb('network', 'network'), list];
