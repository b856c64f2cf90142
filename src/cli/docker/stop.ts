import { grace, stopFlags } from './stop-flags.ts';
import { forEachArgument, type Verb } from './verb.ts';

/** `docker stop` */
export const stop: Verb = {
	name: 'stop',
	usage: 'stop [OPTIONS] CONTAINER [CONTAINER...]',
	short: 'Stop one or more running containers',
	aliases: ['docker container stop', 'docker stop'],
	flags: stopFlags,
	min: 1,
	completes: 'running',
	run: (call) =>
		forEachArgument(call, async (name) => {
			const signal = call.flags.optional('signal');
			if (signal) await call.engine.killContainer(name, signal);
			await call.engine.stopContainer(name, grace(call));
			return name;
		}),
};
