import { CliError, daemonMessage } from './errors.ts';
import type { Verb } from './verb.ts';

/** `docker rename` */
export const rename: Verb = {
	name: 'rename',
	usage: 'rename CONTAINER NEW_NAME',
	short: 'Rename a container',
	aliases: ['docker container rename', 'docker rename'],
	flags: [],
	min: 2,
	max: 2,
	completes: 'container',
	run: async ({ engine, args, io }) => {
		const [from = '', to = ''] = args.map((name) => name.trim());
		if (from === '' || to === '')
			throw new CliError('Error: Neither old nor new names may be empty');
		try {
			await engine.renameContainer(from, to);
		} catch (error) {
			await io.err(`${daemonMessage(error)}\n`);
			throw new CliError(`Error: failed to rename container named ${from}`);
		}
		return 0;
	},
};
