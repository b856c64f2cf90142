import { grace, stopFlags } from './stop-flags.ts';
import { forEachArgument, type Verb } from './verb.ts';

/** `docker restart` */
export const restart: Verb = {
	name: 'restart',
	usage: 'restart [OPTIONS] CONTAINER [CONTAINER...]',
	short: 'Restart one or more containers',
	aliases: ['docker container restart', 'docker restart'],
	flags: stopFlags,
	min: 1,
	completes: 'container',
	run: (call) =>
		forEachArgument(call, async (name) => {
			const signal = call.flags.optional('signal');
			if (signal) await call.engine.killContainer(name, signal);
			await call.engine.restartContainer(name, grace(call));
			return name;
		}),
};
