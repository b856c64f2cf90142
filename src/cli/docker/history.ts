import { ellipsis, humanSize, rfc3339Nano, shortId, timeAgo } from './human.ts';
import { CliError } from './errors.ts';
import { printListing } from './print.ts';
import { boolFlag, formatFlag, type Verb } from './verb.ts';

const columns = [
	{ field: 'ID', heading: 'IMAGE' },
	{ field: 'CreatedSince', heading: 'CREATED' },
	{ field: 'CreatedBy', heading: 'CREATED BY' },
	{ field: 'Size', heading: 'SIZE' },
	{ field: 'Comment', heading: 'COMMENT' },
];

/** `docker history` */
export const history: Verb = {
	name: 'history',
	usage: 'history [OPTIONS] IMAGE',
	short: 'Show the history of an image',
	aliases: ['docker image history', 'docker history'],
	flags: [
		formatFlag(),
		{
			name: 'human',
			short: 'H',
			kind: 'bool',
			usage: 'Print sizes and times for people',
			fallback: 'true',
		},
		boolFlag('no-trunc', 'Show everything in full'),
		boolFlag('quiet', 'Show ids only', 'q'),
	],
	min: 1,
	max: 1,
	completes: 'image',
	run: async ({ engine, flags, io, args, services }) => {
		const image = engine.image(args[0] ?? '');
		if (!image) throw new CliError(`Error response from daemon: No such image: ${args[0]}`);
		const noTrunc = flags.bool('no-trunc');
		const human = flags.bool('human');
		const now = services.clock.now();
		const rows = [...image.history].reverse().map((entry, i) => ({
			ID: i > 0 ? '<missing>' : noTrunc ? image.id : shortId(image.id),
			CreatedAt: rfc3339Nano(entry.created),
			CreatedSince: human ? timeAgo(now, entry.created) : rfc3339Nano(entry.created),
			CreatedBy: noTrunc ? entry.createdBy : ellipsis(entry.createdBy.replace(/\t/g, ' '), 45),
			Size: human ? humanSize(entry.size) : String(entry.size),
			Comment: '',
		}));
		if (flags.bool('quiet')) {
			await io.out(rows.map((row) => `${row.ID}\n`).join(''));
			return 0;
		}
		await io.out(printListing({ columns, rows }, flags.string('format')));
		return 0;
	},
};
