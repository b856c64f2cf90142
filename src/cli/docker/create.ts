import { containerConfig } from './container-config.ts';
import { containerFlags, containerVerb } from './container-flags.ts';
import { CliError, daemonMessage } from './errors.ts';
import { requireImage } from './pull.ts';
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
		const [ref = ''] = call.args;
		const image = await requireImage(call, ref);
		try {
			const { id } = await call.engine.createContainer(await containerConfig(call, image));
			await call.io.out(`${id}\n`);
			return 0;
		} catch (error) {
			throw error instanceof CliError ? error : new CliError(daemonMessage(error), 1);
		}
	},
};
