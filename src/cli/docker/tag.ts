import { CliError } from './errors.ts';
import { requireReference } from './reference.ts';
import type { Verb } from './verb.ts';

/** `docker tag` */
export const tag: Verb = {
	name: 'tag',
	usage: 'tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
	short: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
	aliases: ['docker image tag', 'docker tag'],
	flags: [],
	min: 2,
	max: 2,
	completes: 'image',
	run: async ({ engine, args }) => {
		const [source = '', target = ''] = args;
		for (const text of [source, target]) checkReference(text);
		engine.tagImage(source, target);
		return 0;
	},
};

function checkReference(text: string): void {
	// The source may be an id as well.
	if (/^(sha256:)?[0-9a-f]{64}$/.test(text)) return;
	requireReference(
		text,
		(why) =>
			new CliError(`Error parsing reference: "${text}" is not a valid repository/tag: ${why}`),
	);
}
