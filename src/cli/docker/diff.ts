import type { Verb } from './verb.ts';

/** `docker diff` */
export const diff: Verb = {
	name: 'diff',
	usage: 'diff CONTAINER',
	short: "Inspect changes to files or directories on a container's filesystem",
	aliases: ['docker container diff', 'docker diff'],
	flags: [],
	min: 1,
	max: 1,
	completes: 'container',
	run: async ({ engine, args, io }) => {
		const changes = await engine.changes(args[0] ?? '');
		await io.out(changes.map(({ kind, path }) => `${kind} ${path}\n`).join(''));
		return 0;
	},
};
