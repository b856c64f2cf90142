import { commonVerbs, groups, otherVerbs, type Group } from './commands.ts';
import type { FlagSpec } from './flags.ts';
import { globalFlags } from './globals.ts';
import type { Verb } from './verb.ts';

const lineWidth = 80;

/** `docker --help` */
export function rootHelp(): string {
	return [
		'Usage:  docker [OPTIONS] COMMAND\n',
		'A self-sufficient runtime for containers\n',
		`Common Commands:\n${commandLines(commonVerbs)}`,
		`Management Commands:\n${commandLines(groups)}`,
		`Commands:\n${commandLines(otherVerbs)}`,
		`Global Options:\n${flagLines(globalFlags)}`,
		"Run 'docker COMMAND --help' for more information on a command.\n",
	].join('\n');
}

/** `docker image --help` */
export function groupHelp(group: Group): string {
	return [
		`Usage:  docker ${group.name} COMMAND\n`,
		`${group.short}\n`,
		`Commands:\n${commandLines(group.verbs)}`,
		`Run 'docker ${group.name} COMMAND --help' for more information on a command.\n`,
	].join('\n');
}

/** `docker run --help` */
export function verbHelp(verb: Verb): string {
	const sections = [`Usage:  docker ${verb.usage}\n`, `${verb.short}\n`];
	if (verb.aliases && verb.aliases.length > 1)
		sections.push(`Aliases:\n  ${verb.aliases.join(', ')}\n`);
	if (verb.flags.some((flag) => !flag.hidden)) sections.push(`Options:\n${flagLines(verb.flags)}`);
	return sections.join('\n');
}

function commandLines(commands: readonly { name: string; short: string }[]): string {
	const width = Math.max(11, ...commands.map((command) => command.name.length));
	return commands.map(({ name, short }) => `  ${name.padEnd(width)} ${short}\n`).join('');
}

function flagLines(flags: readonly FlagSpec[]): string {
	const shown = flags.filter((flag) => !flag.hidden).sort((a, b) => (a.name < b.name ? -1 : 1));
	const heads = shown.map((flag) => {
		const short = flag.short ? `-${flag.short}, ` : '    ';
		return `  ${short}--${flag.name}${flag.kind === 'bool' ? '' : ` ${flag.kind}`}`;
	});
	const column = Math.max(...heads.map((head) => head.length)) + 3;
	return shown
		.map((flag, i) => {
			const lines = wrap(usageOf(flag), lineWidth - column);
			return `${(heads[i] ?? '').padEnd(column)}${lines.join(`\n${' '.repeat(column)}`)}\n`;
		})
		.join('');
}

function usageOf({ usage, kind, fallback }: FlagSpec): string {
	if (fallback === undefined) return usage;
	return `${usage} (default ${kind === 'string' ? `"${fallback}"` : fallback})`;
}

function wrap(text: string, width: number): string[] {
	const lines: string[] = [''];
	for (const word of text.split(' ')) {
		const line = lines.at(-1) ?? '';
		if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
		else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
	}
	return lines;
}
