import { collect, forEach } from './builder.ts';
import { allFlag, filenameFlags, selectorFlag } from './common-flags.ts';
import { CliError } from './errors.ts';
import { lastAppliedKey } from './last-applied.ts';
import type { Verb } from './verb.ts';
import { toYaml } from './yaml-writer.ts';

/** After pkg/cmd/apply: ViewLastAppliedOptions. */
export const viewLastApplied: Verb = {
	name: 'view-last-applied',
	usage: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
	short: 'View what an object was given last by apply',
	complete: 'resources',
	flags: [
		allFlag,
		...filenameFlags,
		{ name: 'output', short: 'o', type: 'string', value: 'yaml', usage: 'One of: (json, yaml).' },
		selectorFlag,
	],
	async run(session) {
		const format = session.flags.text('output');
		if (format !== 'json' && format !== 'yaml')
			throw new CliError(
				`Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`,
			);
		const found = await collect(session, { fetch: true });
		await forEach(found, async ({ object }) => {
			const text = object.metadata.annotations?.[lastAppliedKey];
			if (text === undefined) return;
			const value: unknown = JSON.parse(text);
			await session.out(
				format === 'yaml' ? toYaml(value) : `${JSON.stringify(value, undefined, 2)}\n`,
			);
		});
	},
};
