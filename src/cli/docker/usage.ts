import { groups } from './commands.ts';
import { CliError, FlagError } from './errors.ts';
import { parseFlags, type FlagSpec, type FlagValues } from './flags.ts';
import type { Verb } from './verb.ts';

const helpFlag: FlagSpec = {
	name: 'help',
	short: 'h',
	kind: 'bool',
	usage: 'Print usage',
	hidden: true,
	deprecatedShort: 'use --help',
};

/** What reads a line: the command's path, its usage and its flags. */
interface Usage {
	path: string;
	usage: string;
	flags: readonly FlagSpec[];
	stopsAtArgument: boolean;
}

/** A line of flags and arguments that was read. */
export interface Line {
	flags: FlagValues;
	args: string[];
	/** What is to be said of flags that are deprecated. */
	notices: string[];
}

/** Reads flags and arguments, or ends the command as cobra does. */
export function readLine(words: readonly string[], command: Usage): Line {
	const { path, usage } = command;
	try {
		const specs = [...command.flags, helpFlag];
		const { flags, args } = parseFlags(words, specs, !command.stopsAtArgument);
		return { flags, args, notices: [...flags.notices] };
	} catch (error) {
		if (!(error instanceof FlagError)) throw error;
		throw new CliError(
			`${error.message}\n\nUsage:  ${usage}\n\nRun '${path} --help' for more information`,
			125,
		);
	}
}

/** Reads what follows a verb. */
export function readVerb(verb: Verb, words: readonly string[]): Line {
	return readLine(words, {
		path: `docker ${path(verb)}`,
		usage: `docker ${verb.usage}`,
		flags: verb.flags,
		stopsAtArgument: verb.stopsAtArgument ?? false,
	});
}

/** `run`, `image ls` */
function path(verb: Verb): string {
	const words = verb.usage.split(' ');
	const isGroup = groups.some((group) => group.name === words[0]);
	return words.slice(0, isGroup ? 2 : 1).join(' ');
}

/** After cli/required.go: the wording depends on what is required. */
export function requireArguments(verb: Verb, count: number): void {
	const { min, max } = verb;
	if (count >= min && (max === undefined || count <= max)) return;
	const name = `docker ${path(verb)}`;
	const amount = min === 0 && max === 0 ? 'accepts no arguments' : required(min, max);
	const pointer = max === undefined ? 'See' : 'Run';
	throw new CliError(
		`docker: '${name}' ${amount}\n\nUsage:  docker ${verb.usage}\n\n` +
			`${pointer} '${name} --help' for more information`,
	);
}

function required(min: number, max: number | undefined): string {
	const plural = (count: number) => `${count} argument${count === 1 ? '' : 's'}`;
	if (min === max) return `requires ${plural(min)}`;
	if (max === undefined) return `requires at least ${plural(min)}`;
	if (min === 0) return `requires at most ${plural(max)}`;
	return `requires at least ${min} and at most ${plural(max)}`;
}
