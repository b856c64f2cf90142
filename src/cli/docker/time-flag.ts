import { CliError } from './errors.ts';
import { parseTime } from './human.ts';
import type { Call } from './verb.ts';

/** The time that `--since` or `--until` names; undefined when it is not given. */
export function timeFlag(
	{ flags, services }: Call,
	name: 'since' | 'until',
	prefix = '',
): number | undefined {
	const text = flags.string(name);
	if (!text) return undefined;
	const time = parseTime(text, services.clock.now());
	if (time !== undefined) return time;
	throw new CliError(`${prefix}failed to parse value as time or duration: "${text}"`);
}
