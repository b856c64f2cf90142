import type { Engine } from '../../api/engine.ts';
import { commonVerbs, groups, otherVerbs } from './commands.ts';
import type { ArgumentKind, Verb } from './verb.ts';

/** Cobra's directives: 4 asks the shell not to offer files, 0 leaves it the choice. */
const noFiles = 4;
const filesToo = 0;

/** Answers `docker __complete WORDS…`: candidates, then a directive. After cobra: ShellCompDirective. */
export function complete(words: readonly string[], engine: Engine | undefined): string {
	const current = words.at(-1) ?? '';
	const { candidates, directive } = candidatesFor(words.slice(0, -1), current, engine);
	const fitting = candidates.filter((candidate) => candidate.startsWith(current));
	return [...fitting, `:${directive}`].map((line) => `${line}\n`).join('');
}

interface Answer {
	candidates: string[];
	directive: number;
}

function candidatesFor(
	before: readonly string[],
	current: string,
	engine: Engine | undefined,
): Answer {
	const all = [...commonVerbs, ...otherVerbs];
	const [first, ...rest] = before;
	if (first === undefined)
		return { candidates: [...all, ...groups].map(describe).sort(), directive: noFiles };
	const group = groups.find((each) => each.name === first);
	if (group && rest.length === 0)
		return { candidates: group.verbs.map(describe).sort(), directive: noFiles };
	const verbs = group ? group.verbs : all;
	const verb = verbs.find((each) => each.name === (group ? rest[0] : first));
	if (!verb) return { candidates: [], directive: filesToo };
	return verbCandidates(verb, group ? rest.slice(1) : rest, current, engine);
}

function describe({ name, short }: { name: string; short: string }): string {
	return `${name}\t${short}`;
}

function verbCandidates(
	verb: Verb,
	given: readonly string[],
	current: string,
	engine: Engine | undefined,
): Answer {
	const { values, count } = positionals(verb, given);
	if (values === 'flag') return { candidates: [], directive: filesToo };
	if (current.startsWith('-') && !(verb.stopsAtArgument && count > 0)) {
		const flags = verb.flags.filter((flag) => !flag.hidden);
		return { candidates: flags.map((flag) => `--${flag.name}\t${flag.usage}`), directive: noFiles };
	}
	const isOver = verb.stopsAtArgument ? count > 0 : count >= (verb.max ?? Infinity);
	if (isOver) return { candidates: [], directive: verb.stopsAtArgument ? filesToo : noFiles };
	const kind = verb.completes ?? 'none';
	return { candidates: names(kind, engine), directive: kind === 'none' ? filesToo : noFiles };
}

/** How many arguments stand before the word, and whether a flag waits for its value. */
function positionals(
	verb: Verb,
	given: readonly string[],
): { values: 'flag' | 'none'; count: number } {
	let count = 0;
	let waiting = false;
	for (const word of given) {
		if (waiting) waiting = false;
		else if (word.startsWith('-') && !(verb.stopsAtArgument && count > 0))
			waiting = takesValue(verb, word);
		else count++;
	}
	return { values: waiting ? 'flag' : 'none', count };
}

function takesValue(verb: Verb, word: string): boolean {
	if (word.includes('=')) return false;
	const flag = word.startsWith('--')
		? verb.flags.find((each) => each.name === word.slice(2))
		: verb.flags.find((each) => each.short === word.at(-1));
	return flag !== undefined && flag.kind !== 'bool';
}

function names(kind: ArgumentKind, engine: Engine | undefined): string[] {
	if (!engine) return [];
	if (kind === 'container') return engine.listContainers({ all: true }).map((each) => each.name);
	if (kind === 'running') return engine.listContainers().map((each) => each.name);
	if (kind === 'image') return engine.listImages().flatMap((image) => image.tags);
	if (kind === 'volume') return engine.listVolumes().map((volume) => volume.name);
	if (kind === 'network') return engine.listNetworks().map((network) => network.name);
	return [];
}
