import type { Verb } from './verb.ts';

/** `docker rename` */
export const rename: Verb = {
	name: 'rename',
	usage: 'rename CONTAINER NEW_NAME',
	short: 'Rename a container',
	aliases: ['docker container rename', 'docker rename'],
	flags: [],
	min: 2,
	max: 2,
	completes: 'container',
	run: async ({ engine, args }) => {
		await engine.renameContainer(args[0] ?? '', args[1] ?? '');
		return 0;
	},
};
