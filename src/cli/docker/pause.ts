import { forEachArgument, type Verb } from './verb.ts';

/** `docker pause` */
export const pause: Verb = {
	name: 'pause',
	usage: 'pause CONTAINER [CONTAINER...]',
	short: 'Pause all processes within one or more containers',
	aliases: ['docker container pause', 'docker pause'],
	flags: [],
	min: 1,
	completes: 'running',
	run: (call) =>
		forEachArgument(call, async (name) => {
			await call.engine.pauseContainer(name);
			return name;
		}),
};
