import type { CommandIo, CommandServices } from '../../api/command.ts';
import { parseFlags, type Flag } from '../flags.ts';
import { globalFlags, helpFlag } from './common-flags.ts';
import { pathOf, singularName } from './discovery.ts';
import { listAt, textAt, type Json } from './fields.ts';
import { Kubeconfig } from './kubeconfig.ts';
import { Session } from './session.ts';
import type { Verb } from './verb.ts';

export interface Candidates {
	/** `name\tdescription` */
	candidates: string[];
	directive: number;
}

/** Cobra's directives: 0 files as well, 2 no space after, 4 no files. */
const noFiles = 4;
const files = 0;
const noSpace = 2;

interface Situation {
	command: string;
	path: Verb[];
	/** The words before the one that is completed, verbs taken out. */
	rest: string[];
	last: string;
	verbs: Verb[];
}

/** What `kubectl __complete` answers. */
export async function completionCandidates(
	io: CommandIo,
	services: CommandServices,
	situation: Situation,
): Promise<Candidates> {
	const { path, rest, last } = situation;
	const verb = path.at(-1);
	const flags = [...(verb?.flags ?? []), ...globalFlags, helpFlag];
	const values = await flagArgument(io, services, situation, flags);
	if (values) return values;
	if (last.startsWith('-'))
		return filtered({ candidates: flagNames(flags), directive: noFiles }, last);
	const groups = !verb || (verb.verbs && rest.every((word) => word.startsWith('-')));
	const found = groups
		? { candidates: verbNames(verb?.verbs ?? situation.verbs), directive: noFiles }
		: await argumentsOf(io, services, situation, verb);
	return filtered(found, last);
}

/** What completes the value of a flag; undefined when no value is being typed. */
async function flagArgument(
	io: CommandIo,
	services: CommandServices,
	situation: Situation,
	flags: Flag[],
): Promise<Candidates | undefined> {
	const { rest, last } = situation;
	const [, inline] = /^(--[\w-]+)=/.exec(last) ?? [];
	const flag = flagOf(inline ?? rest.at(-1), flags);
	if (!flag || (!inline && !wantsValue(flag))) return undefined;
	const found = await flagValues(io, services, situation, flag.name);
	const value = inline ? last.slice(inline.length + 1) : last;
	return found ? filtered(found, value) : { candidates: [], directive: files };
}

async function argumentsOf(
	io: CommandIo,
	services: CommandServices,
	situation: Situation,
	verb: Verb,
): Promise<Candidates> {
	const session = await sessionFor(io, services, situation);
	return session
		? positional(session, verb, situation.last)
		: { candidates: [], directive: noFiles };
}

function wantsValue({ type, bare }: Flag): boolean {
	return type !== 'bool' && bare === undefined;
}

function flagOf(word: string | undefined, flags: Flag[]): Flag | undefined {
	if (word?.startsWith('--')) return flags.find(({ name }) => name === word.slice(2));
	if (word?.startsWith('-') && word.length === 2)
		return flags.find(({ short }) => short === word[1]);
	return undefined;
}

function flagNames(flags: Flag[]): string[] {
	return flags
		.filter(({ hidden }) => !hidden)
		.flatMap(({ name, short, type, usage }) => [
			`--${name}${type === 'bool' ? '' : '='}\t${usage}`,
			...(short ? [`-${short}\t${usage}`] : []),
		]);
}

function verbNames(verbs: Verb[]): string[] {
	return verbs.filter(({ hidden }) => !hidden).map(({ name, short }) => `${name}\t${short}`);
}

function filtered({ candidates, directive }: Candidates, prefix: string): Candidates {
	const fitting = candidates.filter((candidate) => candidate.startsWith(prefix));
	return { candidates: [...new Set(fitting)].sort(), directive };
}

async function sessionFor(
	io: CommandIo,
	services: CommandServices,
	{ command, path, rest }: Situation,
): Promise<Session | undefined> {
	const flags = [...(path.at(-1)?.flags ?? []), ...globalFlags, helpFlag];
	const unique = flags.filter((flag, i) => flags.findIndex(({ name }) => name === flag.name) === i);
	try {
		const parsed = parseFlags(unique, rest.at(-1)?.startsWith('-') ? rest.slice(0, -1) : rest);
		const config = await Kubeconfig.load(io, services.runs, parsed.text('kubeconfig'));
		return new Session({ io, services, flags: parsed, command, config });
	} catch {
		return undefined;
	}
}

async function flagValues(
	io: CommandIo,
	services: CommandServices,
	situation: Situation,
	flag: string,
): Promise<Candidates | undefined> {
	if (flag === 'filename' || flag === 'patch-file' || flag === 'kubeconfig') return undefined;
	const session = await sessionFor(io, services, situation);
	if (!session) return undefined;
	const list = (candidates: string[]): Candidates => ({ candidates, directive: noFiles });
	if (flag === 'namespace') return list(await objectNames(session, 'namespaces'));
	if (flag === 'context') return list(session.config.contexts().map(({ name }) => name));
	if (flag === 'container') return list(await containers(session));
	if (flag === 'output')
		return list(['json', 'name', 'wide', 'yaml', 'jsonpath=', 'custom-columns=']);
	if (flag === 'dry-run') return list(['client', 'none', 'server']);
	if (flag === 'restart') return list(['Always', 'Never', 'OnFailure']);
	return undefined;
}

async function positional(session: Session, verb: Verb, last: string): Promise<Candidates> {
	const { args } = session;
	const list = (candidates: string[]): Candidates => ({ candidates, directive: noFiles });
	switch (verb.complete) {
		case 'resources':
			return resources(session, last);
		case 'type':
			return list(await types(session, ''));
		case 'nodes':
			return list(await objectNames(session, 'nodes'));
		case 'contexts':
			return list(session.config.contexts().map(({ name }) => name));
		case 'pods':
			if (args.length > 0) return verb.name === 'logs' ? list(await containers(session)) : list([]);
			if (last.includes('/')) return resources(session, last);
			return list(await objectNames(session, 'pods'));
		default:
			return list([]);
	}
}

async function resources(session: Session, last: string): Promise<Candidates> {
	const { args } = session;
	const slash = last.indexOf('/');
	if (slash > 0) {
		const type = last.slice(0, slash);
		const names = await objectNames(session, type);
		return { candidates: names.map((name) => `${type}/${name}`), directive: noFiles };
	}
	if (args.length === 0) {
		const comma = last.lastIndexOf(',') + 1;
		const found = await types(session, last.slice(0, comma));
		return { candidates: found, directive: comma > 0 ? noFiles | noSpace : noFiles };
	}
	const [type = ''] = args;
	const given = args.slice(1);
	const names = await objectNames(session, type);
	return { candidates: names.filter((name) => !given.includes(name)), directive: noFiles };
}

async function types(session: Session, prefix: string): Promise<string[]> {
	const { resources: all } = await session.discovery();
	return all.map((resource) => `${prefix}${resource.name}\t${singularName(resource)}`);
}

async function objectNames(session: Session, type: string): Promise<string[]> {
	try {
		const resource = await session.resource(type);
		const list = await session.rest.get<Json>(pathOf(resource, session.namespace));
		return listAt(list, 'items').map((item) => textAt(item, 'metadata', 'name'));
	} catch {
		return [];
	}
}

async function containers(session: Session): Promise<string[]> {
	const [pod] = session.args;
	if (pod === undefined) return [];
	try {
		const resource = await session.resource('pods');
		const object = await session.rest.get(pathOf(resource, session.namespace, pod));
		return ['containers', 'initContainers'].flatMap((key) =>
			listAt(object, 'spec', key).map((container) => textAt(container, 'name')),
		);
	} catch {
		return [];
	}
}
