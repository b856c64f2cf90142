import type { Image } from '../../api/engine.ts';
import { goTime, humanSize, shortId, timeAgo } from './human.ts';
import { printListing } from './print.ts';
import { boolFlag, formatFlag, type Verb } from './verb.ts';

const headings = {
	Repository: 'REPOSITORY',
	Tag: 'TAG',
	Digest: 'DIGEST',
	ID: 'IMAGE ID',
	CreatedSince: 'CREATED',
	Size: 'SIZE',
};

/** `docker images` */
export const images: Verb = {
	name: 'images',
	usage: 'images [OPTIONS] [REPOSITORY[:TAG]]',
	short: 'List images',
	aliases: ['docker image ls', 'docker image list', 'docker images'],
	flags: [
		boolFlag('all', 'Show intermediate images too', 'a'),
		boolFlag('digests', 'Show digests'),
		{ name: 'filter', short: 'f', kind: 'filter', usage: 'Show those that fit the conditions' },
		formatFlag(),
		boolFlag('no-trunc', 'Show everything in full'),
		boolFlag('quiet', 'Show ids only', 'q'),
	],
	min: 0,
	max: 1,
	completes: 'image',
	run: async ({ engine, flags, io, args, services }) => {
		const options = { now: services.clock.now(), noTrunc: flags.bool('no-trunc') };
		const wanted = [...args, ...references(flags.list('filter'))];
		const dangling = flags.list('filter').includes('dangling=true');
		const rows = engine
			.listImages()
			.filter((image) => !dangling || image.tags.length === 0)
			.flatMap((image) => imageRows(image, options))
			.filter((row) => wanted.every((ref) => matches(row, ref)));
		if (flags.bool('quiet')) {
			await io.out([...new Set(rows.map((row) => row.ID))].map((id) => `${id}\n`).join(''));
			return 0;
		}
		const fields = Object.keys(headings).filter(
			(field) => field !== 'Digest' || flags.bool('digests'),
		);
		const columns = fields.map((field) => {
			return { field, heading: headings[field as keyof typeof headings] };
		});
		await io.out(printListing({ columns, headings, rows }, flags.string('format')));
		return 0;
	},
};

function references(filters: readonly string[]): string[] {
	return filters.flatMap((filter) => (filter.startsWith('reference=') ? filter.slice(10) : []));
}

interface ImageRow extends Record<string, unknown> {
	ID: string;
	Repository: string;
	Tag: string;
}

function imageRows(image: Image, { now, noTrunc }: { now: number; noTrunc: boolean }): ImageRow[] {
	const names = image.tags.length > 0 ? image.tags : ['<none>:<none>'];
	return names.map((name) => {
		const at = name.lastIndexOf(':');
		const repository = name.slice(0, at);
		const digest = image.digests.find((each) => each.startsWith(`${repository}@`));
		return {
			Containers: 'N/A',
			CreatedAt: goTime(image.created),
			CreatedSince: timeAgo(now, image.created),
			Digest: digest?.split('@')[1] ?? '<none>',
			ID: noTrunc ? image.id : shortId(image.id),
			Repository: repository,
			SharedSize: 'N/A',
			Size: humanSize(image.size),
			Tag: name.slice(at + 1),
			UniqueSize: 'N/A',
			VirtualSize: humanSize(image.size, 4),
		};
	});
}

function matches(row: ImageRow, ref: string): boolean {
	const [repository, tag] = /:[^/]+$/.test(ref)
		? [ref.replace(/:[^:]+$/, ''), ref.split(':').pop()]
		: [ref, undefined];
	const pattern = new RegExp(
		`^${(repository ?? '').replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`,
	);
	return pattern.test(row.Repository) && (tag === undefined || row.Tag === tag);
}
