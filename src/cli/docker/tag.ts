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
		engine.tagImage(args[0] ?? '', args[1] ?? '');
		return 0;
	},
};
