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
import { CliError, daemonMessage, noDaemon } from './errors.ts';
import type { FlagValues } from './flags.ts';
import { checkGlobals, chosenHost, globalFlags, isOwnHost } from './globals.ts';
import { groupHelp, rootHelp, verbHelp } from './help.ts';
import { readLine, readVerb, requireArguments } from './usage.ts';
import type { ClientCall, Verb } from './verb.ts';
import { engineVersion } from './version.ts';
import { interruptedCode } from '../interrupted.ts';

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

/** What stands before the command, and where it is to run. */
interface Session {
	io: CommandIo;
	services: CommandServices;
	globals: FlagValues;
}

async function dispatch(io: CommandIo, services: CommandServices): Promise<number> {
	const words = io.argv.slice(1);
	const [name, ...after] = words;
	if (name === '__complete' || name === '__completeNoDesc')
		return print(io, withoutNotes(complete(after, services.engine), name));
	const { flags, args, notices } = readLine(words, {
		path: 'docker',
		usage: 'docker [OPTIONS] COMMAND [ARG...]',
		flags: globalFlags,
		stopsAtArgument: true,
	});
	for (const notice of notices) await io.err(`${notice}\n`);
	if (flags.bool('help')) return print(io, rootHelp());
	checkGlobals(flags);
	const [word, ...rest] = args;
	if (word === undefined && flags.bool('version'))
		return print(io, `Docker version ${engineVersion}, build drydock\n`);
	if (word === undefined) return printUsage(io, rootHelp());
	return runCommand({ io, services, globals: flags }, word, rest);
}

async function runCommand(session: Session, word: string, rest: string[]): Promise<number> {
	if (word === 'help') return help(session.io, rest);
	const group = groups.find((each) => each.name === word);
	if (group) return runGroup(session, group, rest);
	const verb = [...commonVerbs, ...otherVerbs].find((each) => each.name === word);
	if (verb) return runVerb(session, verb, rest);
	if (missingVerbs.has(word)) throw notOffered(word);
	throw new CliError(
		`docker: unknown command: docker ${word}\n\nRun 'docker --help' for more information`,
	);
}

const notOffered = (what: string) =>
	new CliError(`docker: '${what}' is not offered by this engine`);

async function print(io: CommandIo, text: string): Promise<number> {
	await io.out(text);
	return 0;
}

/** What a noun without its verb gets: the help, where errors go. */
async function printUsage(io: CommandIo, text: string): Promise<number> {
	await io.err(text);
	return 0;
}

function withoutNotes(text: string, word: string): string {
	return word === '__completeNoDesc' ? text.replace(/\t.*$/gm, '') : text;
}

async function help(io: CommandIo, words: readonly string[]): Promise<number> {
	const [first, second] = words;
	if (first === undefined) return print(io, rootHelp());
	const group = groups.find((each) => each.name === first);
	if (group && second === undefined) return print(io, groupHelp(group));
	const verbs = group ? group.verbs : [...commonVerbs, ...otherVerbs];
	const verb = verbs.find((each) => each.name === (group ? second : first));
	if (!verb) throw new CliError(`unknown help topic: ${group ? second : first}`);
	return print(io, verbHelp(verb));
}

async function runGroup(session: Session, group: Group, words: readonly string[]): Promise<number> {
	const { io } = session;
	const [word, ...rest] = words;
	const name = verbAliases[word ?? ''] ?? word;
	const verb = group.verbs.find((each) => each.name === name);
	if (verb) return runVerb(session, verb, rest);
	if (name !== undefined && missingBelow[group.name]?.includes(name))
		throw notOffered(`${group.name} ${name}`);
	const path = `docker ${group.name}`;
	const { flags, args } = readLine(words, { path, usage: path, flags: [], stopsAtArgument: false });
	if (flags.bool('help')) return print(io, groupHelp(group));
	if (args.length === 0) return printUsage(io, groupHelp(group));
	throw new CliError(
		`docker: unknown command: ${path} ${args[0]}\n\nUsage:  ${path}\n\n` +
			`Run '${path} --help' for more information`,
	);
}

async function runVerb(session: Session, verb: Verb, words: readonly string[]): Promise<number> {
	const { io, services, globals } = session;
	const { flags, args, notices } = readVerb(verb, words);
	for (const notice of notices) await io.out(`${notice}\n`);
	if (flags.bool('help')) return print(io, verbHelp(verb));
	requireArguments(verb, args.length);
	const host = chosenHost(globals, io.env);
	const call: ClientCall = { io, services, flags, args, host, debug: globals.bool('debug') };
	const { engine } = services;
	if (engine && isOwnHost(host)) return verb.run({ ...call, engine });
	if (verb.run === verb.alone) return verb.alone(call);
	await verb.alone?.(call);
	throw noDaemon(verb, host);
}
