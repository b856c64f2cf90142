import type { Engine } from '../../api/engine.ts';
import { CliError } from './errors.ts';
import { notOffered, type FlagSpec } from './flags.ts';
import { inspectContainer } from './inspect-container.ts';
import { inspectImage, inspectNetwork, inspectVolume } from './inspect-others.ts';
import { ObjectPrinter } from './print.ts';
import { boolFlag, formatFlag, type ArgumentKind, type Call, type Verb } from './verb.ts';

type Kind = 'container' | 'image' | 'network' | 'volume';
type Found = Record<string, unknown> | undefined;

const finders: Record<Kind, (engine: Engine, name: string) => Found> = {
	container: (engine, name) => {
		const found = absentAsUndefined(() => engine.container(name));
		return found && inspectContainer(found, engine);
	},
	image: (engine, name) => {
		const found = engine.image(name);
		return found && inspectImage(found);
	},
	network: (engine, name) => {
		const fits = (id: string, own: string) =>
			own === name || (name.length > 2 && id.startsWith(name));
		const found = engine.listNetworks().find((network) => fits(network.id, network.name));
		return found && inspectNetwork(found);
	},
	volume: (engine, name) => {
		const found = engine.listVolumes().find((volume) => volume.name === name);
		return found && inspectVolume(found);
	},
};

const absence: Record<Kind | 'any', (name: string) => string> = {
	any: (name) => `Error: No such object: ${name}`,
	container: (name) => `Error response from daemon: No such container: ${name}`,
	image: (name) =>
		`Error response from daemon: No such image: ${name}${/[:@]/.test(name) ? '' : ':latest'}`,
	network: (name) => `Error response from daemon: network ${name} not found`,
	volume: (name) => `Error response from daemon: get ${name}: no such volume`,
};

function absentAsUndefined<T>(get: () => T): T | undefined {
	try {
		return get();
	} catch (error) {
		if ((error as { status?: number }).status === 404) return undefined;
		throw error;
	}
}

/** `docker inspect` */
export const inspect: Verb = {
	name: 'inspect',
	usage: 'inspect [OPTIONS] NAME|ID [NAME|ID...]',
	short: 'Return low-level information on Docker objects',
	flags: [
		formatFlag(true),
		...notOffered('size/s!'),
		{ name: 'type', kind: 'string', usage: 'Look for this kind of object only' },
	],
	min: 1,
	completes: 'container',
	run: (call) => {
		const type = call.flags.string('type');
		if (type !== '' && !Object.hasOwn(finders, type))
			throw new CliError(
				`unknown type: "${type}": must be one of "container", "image", "network", "volume"`,
			);
		return inspectAll(call, type as Kind | '');
	},
};

const ownFlags: Record<Kind, FlagSpec[]> = {
	container: notOffered('size/s!'),
	image: notOffered('platform=linux/386'),
	network: [
		{ ...boolFlag('verbose', 'Say more of a swarm, which is not there', 'v'), hidden: true },
	],
	volume: [],
};

/** `docker container inspect` and its like. */
export function inspectVerb(kind: Kind, completes: ArgumentKind): Verb {
	const what = kind.toUpperCase();
	return {
		name: 'inspect',
		usage: `${kind} inspect [OPTIONS] ${what} [${what}...]`,
		short: `Display detailed information on one or more ${kind}s`,
		flags: [formatFlag(true), ...ownFlags[kind]],
		min: 1,
		completes,
		run: (call) => inspectAll(call, kind),
	};
}

async function inspectAll({ engine, args, flags, io }: Call, kind: Kind | ''): Promise<number> {
	const kinds = kind === '' ? (Object.keys(finders) as Kind[]) : [kind];
	const printer = new ObjectPrinter(flags.string('format'));
	for (const name of args) {
		const object = kinds.map((each) => finders[each](engine, name)).find(Boolean);
		if (object) printer.add(object);
		else printer.fail(absence[kind || 'any'](name));
	}
	return printer.finish(io);
}
