import { CliError } from './errors.ts';
import { notOffered } from './flags.ts';
import { ellipsis, humanSize, rfc3339, shortId, timeAgo } from './human.ts';
import { isPlainTable, printListing } from './print.ts';
import { withTag } from './reference.ts';
import { boolFlag, formatFlag, type Verb } from './verb.ts';

const humanColumns = [
	{ field: 'ID', heading: 'IMAGE' },
	{ field: 'CreatedSince', heading: 'CREATED' },
	{ field: 'CreatedBy', heading: 'CREATED BY' },
	{ field: 'Size', heading: 'SIZE' },
	{ field: 'Comment', heading: 'COMMENT' },
];
const plainColumns = humanColumns.map((column) =>
	column.field === 'CreatedSince' ? { ...column, heading: 'CREATED AT' } : column,
);

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
		...notOffered('platform=linux/386'),
	],
	min: 1,
	max: 1,
	completes: 'image',
	run: async ({ engine, flags, io, args, services }) => {
		const [ref = ''] = args;
		const image = engine.image(ref);
		if (!image) throw new CliError(`Error response from daemon: No such image: ${withTag(ref)}`);
		const format = flags.string('format');
		const noTrunc = flags.bool('no-trunc');
		const human = flags.bool('human');
		const now = services.clock.now();
		const rows = [...image.history].reverse().map((entry, i) => ({
			Comment: '',
			CreatedAt: rfc3339(entry.created),
			CreatedBy: createdBy(entry.createdBy, noTrunc),
			CreatedSince: human ? timeAgo(now, entry.created) : rfc3339(entry.created),
			ID: i > 0 ? '<missing>' : noTrunc ? image.id : shortId(image.id),
			Size: human ? humanSize(entry.size) : String(entry.size),
		}));
		const columns = human ? humanColumns : plainColumns;
		const text =
			flags.bool('quiet') && isPlainTable(format)
				? rows.map((row) => `${row.ID}\n`).join('')
				: printListing({ columns, rows, type: '*image.historyContext' }, format);
		await io.out(text);
		return 0;
	},
};

function createdBy(text: string, noTrunc: boolean): string {
	const line = text.replaceAll('\t', ' ');
	return noTrunc ? line : ellipsis(line, 45);
}
