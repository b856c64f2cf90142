import type { Flag } from '../flags.ts';
import { globalFlags } from './common-flags.ts';
import type { Verb } from './verb.ts';

const optionsHint =
	'Use "kubectl options" for a list of global command-line options (applies to all commands).\n';

const groups = [
	'Basic Commands (Beginner):',
	'Basic Commands (Intermediate):',
	'Deploy Commands:',
	'Cluster Management Commands:',
	'Troubleshooting and Debugging Commands:',
	'Advanced Commands:',
	'Settings Commands:',
	'Other Commands:',
];

/** The help of kubectl itself: its commands by group. */
export function rootHelp(verbs: Verb[]): string {
	const sections = groups.map((group) => {
		const members = verbs.filter(
			(verb) => !verb.hidden && `${verb.group ?? 'Other Commands'}:` === group,
		);
		return `${group}\n${commandLines(members)}\n`;
	});
	return `kubectl controls the Kubernetes cluster manager.

${sections.join('')}Usage:
  kubectl [flags] [options]

Use "kubectl <command> --help" for more information about a given command.
${optionsHint}`;
}

/** The help of one command. */
export function verbHelp(command: string, verb: Verb): string {
	const examples = verb.examples?.length
		? `Examples:\n${verb.examples.map((line) => `  ${line}\n`).join('')}\n`
		: '';
	const head = `${verb.short}.\n\n`;
	if (verb.verbs && !verb.run)
		return `${head}${examples}Available Commands:
${commandLines(verb.verbs.filter(({ hidden }) => !hidden))}
Usage:
  ${command} SUBCOMMAND [options]

Use "${command} <command> --help" for more information about a given command.
${optionsHint}`;
	const subcommands = verb.verbs ? `Available Commands:\n${commandLines(verb.verbs)}\n` : '';
	return `${head}${examples}${subcommands}${optionsText(verb.flags ?? [])}Usage:
  ${command}${verb.usage ? ` ${verb.usage}` : ''} [options]

${optionsHint}`;
}

/** `kubectl options`. */
export function globalOptions(): string {
	const shown = globalFlags.filter(({ hidden }) => !hidden);
	return `The following options can be passed to any command:\n\n${shown.map(flagText).join('\n')}`;
}

function optionsText(flags: Flag[]): string {
	const shown = flags.filter(({ hidden }) => !hidden).sort((a, b) => (a.name < b.name ? -1 : 1));
	return shown.length === 0 ? '' : `Options:\n${shown.map(flagText).join('\n')}\n`;
}

function flagText(flag: Flag): string {
	const short = flag.short && flag.short !== flag.name ? `-${flag.short}, ` : '';
	return `    ${short}--${flag.name}=${defaultText(flag)}:\n\t${flag.usage}\n`;
}

function defaultText(flag: Flag): string {
	if (flag.type === 'strings' || flag.type === 'array') return `[${flag.value ?? ''}]`;
	if (flag.type === 'string') return `'${flag.value ?? ''}'`;
	if (flag.type === 'bool') return flag.value ?? 'false';
	return flag.value ?? (flag.type === 'int' ? '0' : '0s');
}

function commandLines(verbs: Verb[]): string {
	const width = Math.max(13, ...verbs.map(({ name }) => name.length)) + 3;
	return verbs.map(({ name, short }) => `  ${name.padEnd(width - 2)} ${short}\n`).join('');
}
