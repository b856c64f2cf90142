import { CliError } from './errors.ts';
import { mapAt, textAt, type Json } from './fields.ts';
import { toJson } from './printers.ts';
import type { Verb } from './verb.ts';
import { toYaml } from './yaml-writer.ts';

const client = {
	buildDate: '2025-05-15T08:27:33Z',
	compiler: 'tsc',
	gitTreeState: 'clean',
	gitVersion: 'v1.33.1',
	major: '1',
	minor: '33',
	platform: 'linux/386',
};

export const version: Verb = {
	name: 'version',
	usage: '[flags]',
	short: 'Print the client and server version information',
	complete: 'none',
	flags: [
		{ name: 'client', type: 'bool', value: 'false', usage: 'Only the version of the client.' },
		{ name: 'output', short: 'o', type: 'string', usage: "One of 'yaml' or 'json'." },
	],
	async run(session) {
		const output = session.flags.text('output');
		if (!['', 'json', 'yaml'].includes(output))
			throw new CliError(`--output must be 'yaml' or 'json'`);
		let server: Json | undefined;
		let failure: Error | undefined;
		if (!session.flags.bool('client'))
			try {
				server = await session.rest.get<Json>('/version');
			} catch (error) {
				failure = error instanceof Error ? error : new Error(String(error));
			}
		const all = { clientVersion: client, ...(server ? { serverVersion: mapAt(server) } : {}) };
		if (output === 'json') await session.out(toJson(all));
		else if (output === 'yaml') await session.out(toYaml(all));
		else {
			await session.out(`Client Version: ${client.gitVersion}\n`);
			if (server) await session.out(`Server Version: ${textAt(server, 'gitVersion')}\n`);
		}
		if (failure) throw failure;
	},
};
