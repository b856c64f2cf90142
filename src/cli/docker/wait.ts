import { forEachArgument, type Verb } from './verb.ts';

/** `docker wait` */
export const wait: Verb = {
	name: 'wait',
	usage: 'wait CONTAINER [CONTAINER...]',
	short: 'Block until one or more containers stop, then print their exit codes',
	aliases: ['docker container wait', 'docker wait'],
	flags: [],
	min: 1,
	completes: 'running',
	run: (call) =>
		forEachArgument(call, async (name) => {
			const { state, exitCode } = call.engine.container(name);
			if (state === 'created') return String(exitCode);
			return String((await call.engine.waitContainer(name)).code);
		}),
};
