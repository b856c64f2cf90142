import { containerFlags, containerVerb } from './container-flags.ts';
import { makeContainer } from './create-container.ts';
import type { Verb } from './verb.ts';

/** `docker create` */
export const create: Verb = {
	...containerVerb,
	name: 'create',
	usage: 'create [OPTIONS] IMAGE [COMMAND] [ARG...]',
	short: 'Create a new container',
	aliases: ['docker container create', 'docker create'],
	flags: containerFlags,
	run: async (call) => {
		const { id } = await makeContainer(call, 'create');
		await call.io.out(`${id}\n`);
		return 0;
	},
};
