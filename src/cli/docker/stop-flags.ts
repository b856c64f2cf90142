import type { FlagSpec } from './flags.ts';
import type { Call } from './verb.ts';

/** The signal of `stop` and `restart`. */
export const signalFlag: FlagSpec = {
	name: 'signal',
	short: 's',
	kind: 'string',
	usage: 'Signal to send',
};

/** How long `stop` and `restart` wait. */
export const timeoutFlag: FlagSpec = {
	name: 'timeout',
	short: 't',
	kind: 'int',
	usage: 'Seconds to wait before the container is killed',
};

/** The seconds asked for; undefined leaves it to the engine. */
export function grace({ flags }: Call): number | undefined {
	return flags.has('timeout') || flags.has('time')
		? Number(flags.optional('timeout') ?? flags.optional('time'))
		: undefined;
}
