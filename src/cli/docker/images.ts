import type { Image } from '../../api/engine.ts';
import { CliError } from './errors.ts';
import { Filters, globMatches } from './filters.ts';
import { notOffered } from './flags.ts';
import { goTime, humanSize, shortId, timeAgo } from './human.ts';
import { isPlainTable, printListing } from './print.ts';
import { withTag } from './reference.ts';
import { boolFlag, formatFlag, type Call, type Verb } from './verb.ts';

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
		...notOffered('tree!'),
	],
	min: 0,
	max: 1,
	completes: 'image',
	run: async (call) => {
		const { flags, io, services } = call;
		const format = flags.string('format');
		const digests = flags.bool('digests') || format.includes('.Digest');
		const options = { now: services.clock.now(), noTrunc: flags.bool('no-trunc'), digests };
		const rows = chosen(call).flatMap((image) => imageRows(image, options));
		if (flags.bool('quiet') && isPlainTable(format)) {
			await io.out(rows.map((row) => `${row.ID}\n`).join(''));
			return 0;
		}
		const columns = Object.entries(headings)
			.filter(([field]) => field !== 'Digest' || flags.bool('digests'))
			.map(([field, heading]) => ({ field, heading }));
		await io.out(
			printListing({ columns, headings, rows, type: '*formatter.imageContext' }, format),
		);
		return 0;
	},
};

/** The newest first. After daemon/images/images.go: Images. */
function chosen({ engine, flags, args, services }: Call): Image[] {
	const filters = Filters.read(flags, 'before dangling label label! reference since until');
	const references = [...args, ...filters.get('reference')];
	const dangling = filters.bool('dangling');
	const before = filters.get('before').map((ref) => known(engine.image(ref), ref).created);
	const since = filters.get('since').map((ref) => known(engine.image(ref), ref).created);
	const until = filters.until(services.clock.now());
	return engine
		.listImages()
		.filter(
			({ created, tags, config }) =>
				(dangling === undefined || dangling === (tags.length === 0)) &&
				before.every((time) => created < time) &&
				since.every((time) => created > time) &&
				created <= until &&
				filters.fitsLabels(config.labels),
		)
		.map((image) => (references.length > 0 ? named(image, references) : image))
		.filter((image) => references.length === 0 || image.tags.length > 0)
		.sort((a, b) => b.created - a.created);
}

function known(image: Image | undefined, ref: string): Image {
	if (image) return image;
	throw new CliError(`Error response from daemon: No such image: ${withTag(ref)}`);
}

/** The image with those of its names that fit a pattern. */
function named(image: Image, patterns: readonly string[]): Image {
	const fits = (name: string) =>
		patterns.some(
			(pattern) => globMatches(pattern, name) || globMatches(pattern, repositoryOf(name)),
		);
	return { ...image, tags: image.tags.filter(fits), digests: image.digests.filter(fits) };
}

/** `host:5000/a` of `host:5000/a:1` and of `host:5000/a@sha256:…` */
function repositoryOf(name: string): string {
	const at = name.indexOf('@');
	return name.slice(0, at < 0 ? name.lastIndexOf(':') : at);
}

interface ImageRow extends Record<string, unknown> {
	ID: string;
	Repository: string;
	Tag: string;
}

/** A row a name, and one for each digest of a repository without a tag. After cli/command/formatter/image.go. */
function imageRows(
	image: Image,
	{ now, noTrunc, digests }: { now: number; noTrunc: boolean; digests: boolean },
): ImageRow[] {
	const digestOf = (repository: string) =>
		image.digests.find((digest) => repositoryOf(digest) === repository)?.split('@')[1];
	const row = (repository: string, tag: string): ImageRow => ({
		Containers: 'N/A',
		CreatedAt: goTime(image.created),
		CreatedSince: timeAgo(now, image.created),
		Digest: (digests ? digestOf(repository) : undefined) ?? '<none>',
		ID: noTrunc ? image.id : shortId(image.id),
		Repository: repository,
		SharedSize: 'N/A',
		Size: humanSize(image.size),
		Tag: tag,
		UniqueSize: 'N/A',
		VirtualSize: humanSize(image.size, 4),
	});
	const tagged = image.tags.map((name) =>
		row(repositoryOf(name), name.slice(name.lastIndexOf(':') + 1)),
	);
	const repositories = new Set(image.tags.map(repositoryOf));
	const untagged = image.digests
		.map(repositoryOf)
		.filter((repository) => !repositories.has(repository))
		.map((repository) => row(repository, '<none>'));
	const rows = [...tagged, ...untagged];
	return rows.length > 0 ? rows : [row('<none>', '<none>')];
}
