import type { Network } from '../../api/engine.ts';
import { Filters, invalid } from './filters.ts';
import { goTime, shortId } from './human.ts';
import { inspectVerb } from './inspect.ts';
import { isPlainTable, printListing } from './print.ts';
import { boolFlag, formatFlag, type Call, type Verb } from './verb.ts';

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
	run: async (call) => {
		const { flags, io } = call;
		const format = flags.string('format');
		const rows = (await chosen(call)).map((network) => networkRow(network, flags.bool('no-trunc')));
		const text =
			flags.bool('quiet') && isPlainTable(format)
				? rows.map((row) => `${row.ID}\n`).join('')
				: printListing({ columns, rows, type: '*network.networkContext' }, format);
		await io.out(text);
		return 0;
	},
};

async function chosen({ engine, flags }: Call): Promise<Network[]> {
	const filters = Filters.read(flags, 'dangling driver id label name scope type');
	const [name, id] = await Promise.all([filters.matcher('name'), filters.matcher('id')]);
	const types = filters.get('type');
	const bad = types.find((type) => type !== 'builtin' && type !== 'custom');
	if (bad !== undefined) throw invalid('type', bad);
	return engine
		.listNetworks()
		.filter(
			(network) =>
				name(network.name) &&
				id(network.id) &&
				filters.bool('dangling') !== true &&
				filters.some('driver', (driver) => network.driver === driver) &&
				filters.some('scope', (scope) => scope === 'local') &&
				filters.some('type', (type) => type === 'builtin') &&
				!filters.has('label'),
		)
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function networkRow(network: Network, noTrunc: boolean) {
	return {
		CreatedAt: goTime(0),
		Driver: network.driver,
		ID: noTrunc ? network.id : shortId(network.id),
		IPv4: 'true',
		IPv6: 'false',
		Internal: 'false',
		Labels: '',
		Name: network.name,
		Scope: 'local',
		Label: (_key: unknown) => '',
	};
}

/** `docker network …` */
export const networkVerbs: Verb[] = [inspectVerb('network', 'network'), list];
