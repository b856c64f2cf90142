import { notOffered } from './flags.ts';
import { boolFlag, forEachArgument, forgiven, type Verb } from './verb.ts';

/** `docker rm` */
export const rm: Verb = {
	name: 'rm',
	usage: 'rm [OPTIONS] CONTAINER [CONTAINER...]',
	short: 'Remove one or more containers',
	aliases: ['docker container rm', 'docker container remove', 'docker rm'],
	flags: [
		boolFlag('force', 'Remove it even while it runs (with SIGKILL)', 'f'),
		boolFlag('volumes', "Remove the container's anonymous volumes too", 'v'),
		...notOffered('link/l!'),
	],
	min: 1,
	completes: 'container',
	run: (call) => {
		const force = call.flags.bool('force');
		return forEachArgument(call, async (name) => {
			await call.engine
				.removeContainer(name, { force, volumes: call.flags.bool('volumes') })
				.catch((error: unknown) => {
					throw force ? forgiven(error) : error;
				});
			return name;
		});
	},
};
