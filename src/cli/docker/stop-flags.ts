import type { FlagSpec } from './flags.ts';
import type { Call } from './verb.ts';

const signal: FlagSpec = {
	name: 'signal',
	short: 's',
	kind: 'string',
	usage: 'Signal to send',
};

const timeout: FlagSpec = {
	name: 'timeout',
	short: 't',
	kind: 'int',
	usage: 'Seconds to wait before the container is killed',
};

/** How long `stop` and `restart` wait, and the signal. */
export const stopFlags: FlagSpec[] = [
	signal,
	timeout,
	{
		name: 'time',
		kind: 'int',
		usage: timeout.usage,
		hidden: true,
		deprecated: 'use --timeout instead',
	},
];

/** The seconds asked for; undefined leaves it to the engine. */
export function grace({ flags }: Call): number | undefined {
	return flags.has('timeout') || flags.has('time')
		? Number(flags.optional('timeout') ?? flags.optional('time'))
		: undefined;
}
