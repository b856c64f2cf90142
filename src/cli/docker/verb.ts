import type { CommandIo, CommandServices } from '../../api/command.ts';
import type { Engine } from '../../api/engine.ts';
import { CliError } from './errors.ts';
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

/** Runs `act` for each argument, prints what it answers, and goes on after an error as docker does. */
export async function forEachArgument(
	call: Call,
	act: (argument: string) => Promise<string>,
): Promise<number> {
	const problems: string[] = [];
	for (const argument of call.args) {
		try {
			const text = await act(argument);
			await call.io.out(`${text}\n`);
		} catch (error) {
			problems.push(explain(error));
		}
	}
	if (problems.length === 0) return 0;
	throw new CliError(problems.join('\n'));
}

function explain(error: unknown): string {
	const { name, message } = error as Error;
	return name === 'EngineError' ? `Error response from daemon: ${message}` : message;
}
