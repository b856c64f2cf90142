import { forEachArgument, type Verb } from './verb.ts';

/** `docker unpause` */
export const unpause: Verb = {
	name: 'unpause',
	usage: 'unpause CONTAINER [CONTAINER...]',
	short: 'Unpause all processes within one or more containers',
	aliases: ['docker container unpause', 'docker unpause'],
	flags: [],
	min: 1,
	completes: 'running',
	run: (call) =>
		forEachArgument(call, async (name) => {
			await call.engine.unpauseContainer(name);
			return name;
		}),
};
