import { forEachArgument, type Verb } from './verb.ts';

/** `docker kill` */
export const kill: Verb = {
	name: 'kill',
	usage: 'kill [OPTIONS] CONTAINER [CONTAINER...]',
	short: 'Kill one or more running containers',
	aliases: ['docker container kill', 'docker kill'],
	flags: [
		{ name: 'signal', short: 's', kind: 'string', usage: 'Signal to send', fallback: 'KILL' },
	],
	min: 1,
	completes: 'running',
	run: (call) =>
		forEachArgument(call, async (name) => {
			await call.engine.killContainer(name, call.flags.string('signal'));
			return name;
		}),
};
