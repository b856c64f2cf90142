import type { Command, CommandIo, CommandServices } from '../../api/command.ts';
import {
	commonVerbs,
	groups,
	missingBelow,
	missingVerbs,
	otherVerbs,
	verbAliases,
	type Group,
} from './commands.ts';
import { complete } from './complete.ts';
import { CliError, daemonMessage, FlagError, noDaemon } from './errors.ts';
import { parseFlags } from './flags.ts';
import { groupHelp, rootHelp, verbHelp } from './help.ts';
import type { Verb } from './verb.ts';
import { engineVersion } from './version.ts';
import { interruptedCode } from '../interrupted.ts';

const helpFlag = { name: 'help', kind: 'bool', usage: 'Print usage', hidden: true } as const;

/** The `docker` command. */
export const docker: Command = async (io, services) => {
	try {
		return await dispatch(io, services);
	} catch (error) {
		if ((error as { errno?: string }).errno === 'EPIPE') throw error;
		if (io.signal.aborted && !(error instanceof CliError)) return interruptedCode(io.signal);
		const message = daemonMessage(error);
		if (message) await io.err(`${message}\n`);
		return error instanceof CliError ? error.exitCode : 1;
	}
};

async function dispatch(io: CommandIo, services: CommandServices): Promise<number> {
	const [word, ...rest] = io.argv.slice(1);
	if (word === undefined || word === '--help' || word === '-h') return print(io, rootHelp());
	if (word === '--version' || word === '-v')
		return print(io, `Docker version ${engineVersion}, build drydock\n`);
	if (word === 'help') return help(io, rest);
	if (word === '__complete' || word === '__completeNoDesc')
		return print(io, withoutNotes(complete(rest, services.engine), word));
	if (word.startsWith('-')) throw unknownGlobalFlag(word);
	const group = groups.find((each) => each.name === word);
	if (group) return runGroup(io, services, group, rest);
	const verb = [...commonVerbs, ...otherVerbs].find((each) => each.name === word);
	if (verb) return runVerb(io, services, verb, rest);
	if (missingVerbs.has(word)) throw notOffered(word);
	throw new CliError(
		`docker: unknown command: docker ${word}\n\nRun 'docker --help' for more information`,
	);
}

const notOffered = (what: string) =>
	new CliError(`docker: '${what}' is not offered by this engine; see docs/limitations.md`);

async function print(io: CommandIo, text: string): Promise<number> {
	await io.out(text);
	return 0;
}

function withoutNotes(text: string, word: string): string {
	return word === '__completeNoDesc' ? text.replace(/\t.*$/gm, '') : text;
}

function unknownGlobalFlag(word: string): CliError {
	const what = word.startsWith('--')
		? `unknown flag: ${word.split('=')[0]}`
		: `unknown shorthand flag: '${word[1]}' in ${word}`;
	return new CliError(
		`${what}\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information`,
		125,
	);
}

async function help(io: CommandIo, words: readonly string[]): Promise<number> {
	const [first, second] = words;
	if (first === undefined) return print(io, rootHelp());
	const group = groups.find((each) => each.name === first);
	if (group && second === undefined) return print(io, groupHelp(group));
	const verbs = group ? group.verbs : [...commonVerbs, ...otherVerbs];
	const verb = verbs.find((each) => each.name === (group ? second : first));
	if (!verb) throw new CliError(`docker: unknown help topic: ${words.join(' ')}`);
	return print(io, verbHelp(verb));
}

async function runGroup(
	io: CommandIo,
	services: CommandServices,
	group: Group,
	words: readonly string[],
): Promise<number> {
	const [word, ...rest] = words;
	if (word === undefined || word === '--help') return print(io, groupHelp(group));
	const name = verbAliases[word] ?? word;
	const verb = group.verbs.find((each) => each.name === name);
	if (verb) return runVerb(io, services, verb, rest);
	if (missingBelow[group.name]?.includes(name)) throw notOffered(`${group.name} ${name}`);
	throw new CliError(
		`docker: unknown command: docker ${group.name} ${word}\n\nUsage:  docker ${group.name}\n\n` +
			`Run 'docker ${group.name} --help' for more information`,
	);
}

async function runVerb(
	io: CommandIo,
	services: CommandServices,
	verb: Verb,
	words: readonly string[],
): Promise<number> {
	const { flags, args } = readFlags(verb, words);
	if (flags.bool('help')) return print(io, verbHelp(verb));
	const problem = argumentProblem(verb, args.length);
	if (problem) throw new CliError(problem);
	const { engine } = services;
	if (!engine) throw noDaemon(verb);
	return verb.run({ io, services, engine, flags, args });
}

function readFlags(verb: Verb, words: readonly string[]): ReturnType<typeof parseFlags> {
	try {
		return parseFlags(words, [...verb.flags, helpFlag], !verb.stopsAtArgument);
	} catch (error) {
		if (!(error instanceof FlagError)) throw error;
		throw new CliError(
			`${error.message}\n\n${usageLines(verb)}Run 'docker ${path(verb)} --help' for more information`,
			125,
		);
	}
}

function usageLines(verb: Verb): string {
	return `Usage:  docker ${verb.usage}\n\n`;
}

/** `run`, `image ls` */
function path(verb: Verb): string {
	const words = verb.usage.split(' ');
	const isGroup = groups.some((group) => group.name === words[0]);
	return words.slice(0, isGroup ? 2 : 1).join(' ');
}

/** After cli/required.go: the wording depends on what is required. */
function argumentProblem(verb: Verb, count: number): string | undefined {
	const { min, max } = verb;
	if (count >= min && (max === undefined || count <= max)) return undefined;
	const name = `docker ${path(verb)}`;
	const amount = min === 0 && max === 0 ? 'accepts no arguments' : required(min, max);
	const pointer = max === undefined ? 'See' : 'Run';
	return `docker: '${name}' ${amount}\n\n${usageLines(verb)}${pointer} '${name} --help' for more information`;
}

function required(min: number, max: number | undefined): string {
	const plural = (count: number) => `${count} argument${count === 1 ? '' : 's'}`;
	if (min === max) return `requires ${plural(min)}`;
	if (max === undefined) return `requires at least ${plural(min)}`;
	if (min === 0) return `requires at most ${plural(max)}`;
	return `requires at least ${min} and at most ${plural(max)}`;
}
