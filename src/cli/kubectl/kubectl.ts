import type { Command, CommandIo, CommandServices } from '../../api/command.ts';
import { parseFlags, type Flag } from '../flags.ts';
import { globalFlags, helpFlag } from './common-flags.ts';
import { completionCandidates } from './complete.ts';
import { CliError, ExitError, formatError } from './errors.ts';
import { globalOptions, rootHelp, verbHelp } from './help.ts';
import { Kubeconfig } from './kubeconfig.ts';
import { Session } from './session.ts';
import { similar } from './suggest.ts';
import type { Verb } from './verb.ts';
import { verbs } from './verbs.ts';
import { interruptedCode } from '../interrupted.ts';

/** What a shell sees of a process whose reader went away. */
const brokenPipe = 141;

/** kubectl as it is typed in a node's shell. */
export const kubectl: Command = async (io, services) => {
	const aborted = new Promise<number>((resolve) => {
		const stop = () => resolve(interruptedCode(io.signal));
		if (io.signal.aborted) stop();
		else io.signal.addEventListener('abort', stop, { once: true });
	});
	return Promise.race([runGuarded(io, services), aborted]);
};

async function runGuarded(io: CommandIo, services: CommandServices): Promise<number> {
	const found = findVerb(io.argv.slice(1));
	try {
		return await runFound(io, services, found);
	} catch (error) {
		if (io.signal.aborted) return interruptedCode(io.signal);
		if ((error as { errno?: unknown } | null)?.errno === 'EPIPE') return brokenPipe;
		const { text, code } = formatError(error, found.command);
		if (text !== '') await io.err(text).catch(() => undefined);
		return code;
	}
}

interface FoundVerb {
	command: string;
	/** The words that named verbs, outermost first. */
	path: Verb[];
	/** What remains of the command line. */
	rest: string[];
}

/** Takes the verb's words out of a command line; flags may stand before and between them. After cobra: Command.Find. */
function findVerb(argv: string[]): FoundVerb {
	const path: Verb[] = [];
	const rest = [...argv];
	let level: Verb[] = verbs;
	let flags: Flag[] = globalFlags;
	for (let i = 0; i < rest.length;) {
		const word = rest[i] ?? '';
		if (word === '--') break;
		if (word.startsWith('-') && word !== '-') {
			i += takesNext(word, flags) ? 2 : 1;
			continue;
		}
		const verb = level.find(({ name, aliases }) => name === word || aliases?.includes(word));
		if (!verb) break;
		path.push(verb);
		rest.splice(i, 1);
		level = verb.verbs ?? [];
		flags = [...globalFlags, ...(verb.flags ?? [])];
		if (level.length === 0) break;
	}
	return { command: ['kubectl', ...path.map(({ name }) => name)].join(' '), path, rest };
}

function takesNext(word: string, flags: Flag[]): boolean {
	if (word.includes('=')) return false;
	const flag = word.startsWith('--')
		? flags.find(({ name }) => name === word.slice(2))
		: flags.find(({ short }) => word.length === 2 && short === word.charAt(1));
	return flag !== undefined && flag.type !== 'bool' && flag.bare === undefined;
}

async function runFound(
	io: CommandIo,
	services: CommandServices,
	{ command, path, rest }: FoundVerb,
): Promise<number> {
	const verb = path.at(-1);
	if (rest[0] === '__complete' || rest[0] === '__completeNoDesc')
		return complete(io, services, rest);
	if (!verb) return withoutVerb(io, rest);
	const own = verb.flags ?? [];
	const taken = new Set(own.map(({ name }) => name));
	const shorts = new Set(own.map(({ short }) => short));
	const inherited = globalFlags.filter(
		({ name, short }) => !taken.has(name) && !(short && shorts.has(short)),
	);
	const asked = rest.filter((word) => word === '-h' || word === '--help');
	const flags = parseFlags([...own, ...inherited, helpFlag], verb.anyFlags ? asked : rest);
	if (flags.bool('help')) {
		await io.out(verbHelp(command, verb));
		return 0;
	}
	if (!verb.run) return groupWithoutVerb(io, command, verb, flags.args);
	for (const { name, deprecated } of own)
		if (deprecated && flags.has(name))
			await io.err(`Flag --${name} has been deprecated, ${deprecated}\n`);
	const config = await Kubeconfig.load(io, services.runs, flags.text('kubeconfig'));
	const session = new Session({ io, services, flags, command, config });
	return (await verb.run(session)) ?? 0;
}

async function withoutVerb(io: CommandIo, rest: string[]): Promise<number> {
	const flags = parseFlags([...globalFlags, helpFlag], rest);
	const [word] = flags.args;
	if (word === 'options') {
		await io.out(globalOptions());
		return 0;
	}
	if (word === undefined || word === 'help') {
		const named = findVerb(flags.args.slice(1));
		const verb = named.path.at(-1);
		const topics = flags.args.slice(1);
		if (verb) await io.out(verbHelp(named.command, verb));
		else if (topics.length === 0) await io.out(rootHelp(verbs));
		else await io.err(`Unknown help topic [${topics.map((one) => `\`${one}\``).join(' ')}]\n`);
		return 0;
	}
	const suggestions = similar(word, verbs);
	const hint =
		suggestions.length > 0
			? `\n\nDid you mean this?\n${suggestions.map((name) => `\t${name}`).join('\n')}`
			: '';
	throw new CliError(`unknown command "${word}" for "kubectl"${hint}`);
}

async function groupWithoutVerb(
	io: CommandIo,
	command: string,
	verb: Verb,
	args: string[],
): Promise<number> {
	if (args.length === 0) {
		const help = verbHelp(command, verb);
		await (verb.name === 'rollout' ? io.out(help) : io.err(help));
		return 1;
	}
	await io.err(
		`error: unknown command "${args.join(' ')}"\nSee '${command} -h' for help and examples\n`,
	);
	throw new ExitError(1);
}

async function complete(
	io: CommandIo,
	services: CommandServices,
	[mode = '', ...words]: string[],
): Promise<number> {
	const last = words.pop() ?? '';
	const found = findVerb(words);
	const { candidates, directive } = await completionCandidates(io, services, {
		...found,
		last,
		verbs,
	});
	const lines = mode === '__complete' ? candidates : candidates.map((line) => line.split('\t')[0]);
	await io.out([...lines, `:${directive}`, ''].join('\n'));
	return 0;
}
