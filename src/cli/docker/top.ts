import { CliError } from './errors.ts';
import { formatTable } from './table.ts';
import type { Verb } from './verb.ts';

/** `docker top` */
export const top: Verb = {
	name: 'top',
	usage: 'top CONTAINER [ps OPTIONS]',
	short: 'Display the running processes of a container',
	aliases: ['docker container top', 'docker top'],
	flags: [],
	min: 1,
	stopsAtArgument: true,
	completes: 'running',
	run: async ({ engine, args, io }) => {
		const options = args.slice(1);
		if (options.length > 0 && !/^-?ef$/.test(options.join(' ')))
			throw new CliError("docker: options of ps other than '-ef' are not offered by this engine");
		const rows = await engine.top(args[0] ?? '');
		const lines = rows.map(({ user, pid, ppid, time, command }) => {
			return [user, String(pid), String(ppid), '?', time, command];
		});
		await io.out(formatTable([['UID', 'PID', 'PPID', 'TTY', 'TIME', 'CMD'], ...lines], 20));
		return 0;
	},
};
