import { attach } from './attach.ts';
import { contextVerbs } from './context.ts';
import { cp } from './cp.ts';
import { create } from './create.ts';
import { diff } from './diff.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { history } from './history.ts';
import { images } from './images.ts';
import { info } from './info.ts';
import { inspect, inspectVerb } from './inspect.ts';
import { kill } from './kill.ts';
import { logs } from './logs.ts';
import { networkVerbs } from './network.ts';
import { pause } from './pause.ts';
import { port } from './port.ts';
import { containerPrune, imagePrune, systemPrune } from './prune.ts';
import { ps } from './ps.ts';
import { pull } from './pull.ts';
import { rename } from './rename.ts';
import { restart } from './restart.ts';
import { rm } from './rm.ts';
import { rmi } from './rmi.ts';
import { run } from './run.ts';
import { start } from './start.ts';
import { stats } from './stats.ts';
import { stop } from './stop.ts';
import { tag } from './tag.ts';
import { top } from './top.ts';
import { unpause } from './unpause.ts';
import type { Verb } from './verb.ts';
import { version } from './version.ts';
import { volumeVerbs } from './volume.ts';
import { wait } from './wait.ts';

/** The verbs most people use, in the order of the help. */
export const commonVerbs: Verb[] = [run, exec, ps, pull, images, version, info];

/** All others that stand alone. */
export const otherVerbs: Verb[] = [
	attach,
	cp,
	create,
	diff,
	events,
	history,
	inspect,
	kill,
	logs,
	pause,
	port,
	rename,
	restart,
	rm,
	rmi,
	start,
	stats,
	stop,
	tag,
	top,
	unpause,
	wait,
];

/** Verbs below a noun. */
export interface Group {
	name: string;
	short: string;
	verbs: Verb[];
}

function as(name: string, verb: Verb, group: string): Verb {
	return { ...verb, name, usage: verb.usage.replace(/^\S+/, `${group} ${name}`) };
}

const containerVerbs = [
	...[attach, cp, create, diff, exec],
	inspectVerb('container', 'container'),
	kill,
	logs,
	as('ls', ps, 'container'),
	...[pause, port],
	containerPrune,
	...[rename, restart, rm, run, start, stats, stop, top, unpause, wait],
];

/** `docker container`, `docker image`, … */
export const groups: Group[] = [
	{
		name: 'container',
		short: 'Manage containers',
		verbs: containerVerbs.map((verb) =>
			verb.usage.startsWith('container ') ? verb : as(verb.name, verb, 'container'),
		),
	},
	{ name: 'context', short: 'Manage contexts', verbs: contextVerbs },
	{
		name: 'image',
		short: 'Manage images',
		verbs: [
			as('history', history, 'image'),
			inspectVerb('image', 'image'),
			as('ls', images, 'image'),
			imagePrune,
			as('pull', pull, 'image'),
			as('rm', rmi, 'image'),
			as('tag', tag, 'image'),
		],
	},
	{ name: 'network', short: 'Manage networks', verbs: networkVerbs },
	{
		name: 'system',
		short: 'Manage Docker',
		verbs: [as('events', events, 'system'), as('info', info, 'system'), systemPrune],
	},
	{ name: 'volume', short: 'Manage volumes', verbs: volumeVerbs },
];

/** Docker's verbs below a noun that this engine has not. */
export const missingBelow: Partial<Record<string, string[]>> = {
	container: ['commit', 'export', 'update'],
	context: ['create', 'export', 'import', 'rm', 'update'],
	image: ['build', 'import', 'load', 'push', 'save'],
	network: ['connect', 'create', 'disconnect', 'prune', 'rm'],
	system: ['df', 'dial-stdio'],
	volume: ['update'],
};

/** Other names of verbs below a noun. */
export const verbAliases: Record<string, string> = { list: 'ls', remove: 'rm', ps: 'ls' };

/** Docker's commands that this engine has not. */
export const missingVerbs = new Set(
	(
		'build builder buildx checkpoint commit compose config export import load login logout manifest ' +
		'node plugin push save search secret service stack swarm trust update'
	).split(' '),
);
