import type { CommandIo, CommandServices } from '../../api/command.ts';
import type { Engine } from '../../api/engine.ts';
import { CliError, daemonMessage } from './errors.ts';
import type { FlagSpec, FlagValues } from './flags.ts';

/** What the words after a verb may be, for completion. */
export type ArgumentKind = 'container' | 'running' | 'image' | 'volume' | 'network' | 'none';

/** One command of docker; its file is called after it. */
export interface Verb {
	/** `run`, or `image ls` below a group. */
	name: string;
	/** What follows `docker `: `run [OPTIONS] IMAGE [COMMAND] [ARG...]`. */
	usage: string;
	short: string;
	aliases?: string[];
	flags: FlagSpec[];
	/** How many arguments it takes. */
	min: number;
	max?: number;
	/** Flags end at the first argument: what follows belongs to the container. */
	stopsAtArgument?: boolean;
	completes?: ArgumentKind;
	run(call: Call): Promise<number>;
	/** What it does where no engine answers, before that is said. */
	alone?(call: ClientCall): Promise<number>;
}

/** One call of a verb as the client alone sees it. */
export interface ClientCall {
	io: CommandIo;
	services: CommandServices;
	flags: FlagValues;
	args: string[];
	/** The daemon's address, as `-H` or the environment names it. */
	host: string;
	/** `-D` */
	debug: boolean;
}

/** One call of a verb. */
export interface Call extends ClientCall {
	engine: Engine;
}

/** The flag of every verb that prints objects. */
export function formatFlag(short = false): FlagSpec {
	return {
		name: 'format',
		...(short ? { short: 'f' } : {}),
		kind: 'string',
		usage: "Print with a template: 'json', 'table TEMPLATE' or a Go TEMPLATE",
	};
}

/** A bare switch. */
export function boolFlag(name: string, usage: string, short?: string): FlagSpec {
	return { name, kind: 'bool', usage, ...(short ? { short } : {}) };
}

/** An error that `--force` makes a remark. */
class Forgiven extends Error {}

/** What `--force` makes of an error: that something is not there is no failure then. */
export function forgiven(error: unknown): unknown {
	const isAbsent = (error as { status?: number }).status === 404;
	return isAbsent ? new Forgiven(daemonMessage(error), { cause: error }) : error;
}

/** Runs `act` for each argument, prints what it answers, and goes on after an error as docker does. */
export async function forEachArgument(
	call: Call,
	act: (argument: string) => Promise<string>,
): Promise<number> {
	const problems: unknown[] = [];
	for (const argument of call.args) {
		try {
			const text = await act(argument);
			await call.io.out(`${text}\n`);
		} catch (error) {
			problems.push(error);
		}
	}
	if (problems.length === 0) return 0;
	const text = problems.map(daemonMessage).join('\n');
	if (!problems.every((problem) => problem instanceof Forgiven)) throw new CliError(text);
	await call.io.err(`${text}\n`);
	return 0;
}
