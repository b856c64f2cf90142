import { boolFlag, type Verb } from './verb.ts';
import type { FlagSpec } from './flags.ts';

function list(name: string, usage: string, short?: string): FlagSpec {
	return { name, kind: 'list', usage, ...(short ? { short } : {}) };
}

function text(name: string, usage: string, short?: string): FlagSpec {
	return { name, kind: 'string', usage, ...(short ? { short } : {}) };
}

/** The flags that `docker run` and `docker create` share. */
export const containerFlags: FlagSpec[] = [
	list('add-host', "Add a line to the container's hosts file (host:ip)"),
	list('cap-add', 'Give the container a Linux capability'),
	list('cap-drop', 'Take a Linux capability away'),
	{ name: 'cpu-shares', short: 'c', kind: 'int', usage: 'CPU shares (relative weight)' },
	{ name: 'cpus', kind: 'decimal', usage: 'Number of CPUs' },
	list('dns', 'Name servers for the container'),
	list('dns-option', 'Options for its resolver'),
	list('dns-search', 'Domains its resolver searches'),
	text('entrypoint', 'Run this instead of the ENTRYPOINT of the image'),
	list('env', 'Set an environment variable', 'e'),
	list('env-file', 'Take environment variables from a file'),
	list('expose', 'Expose a port or a range of ports'),
	text('hostname', 'Host name of the container', 'h'),
	boolFlag('init', 'Run a small init in the container that forwards signals and reaps processes'),
	boolFlag('interactive', 'Keep STDIN open', 'i'),
	list('label', 'Attach a label to the container', 'l'),
	{ name: 'memory', short: 'm', kind: 'bytes', usage: 'Memory limit' },
	{ name: 'memory-swap', kind: 'bytes', usage: 'Limit of memory plus swap' },
	{ name: 'mount', kind: 'mount', usage: 'Attach a file system mount to the container' },
	text('name', 'Name of the container'),
	{ name: 'network', kind: 'network', usage: 'Network: bridge, host, none or container:NAME' },
	{ name: 'net', kind: 'network', usage: 'Network', hidden: true },
	{
		name: 'oom-score-adj',
		kind: 'int',
		usage: "The kernel's preference for killing it (-1000 to 1000)",
	},
	{ name: 'pids-limit', kind: 'int', usage: 'Most processes it may have (-1 for no limit)' },
	boolFlag('privileged', 'Give the container all privileges'),
	list('publish', 'Open a port of the node for a port of the container', 'p'),
	boolFlag('publish-all', 'Open a free port of the node for each exposed port', 'P'),
	{
		name: 'pull',
		kind: 'string',
		usage: 'Pull the image first (always, missing, never)',
		fallback: 'missing',
	},
	boolFlag('quiet', 'Say nothing while pulling', 'q'),
	boolFlag('read-only', 'Mount the root file system read-only'),
	{ name: 'restart', kind: 'string', usage: 'What to do when the container ends', fallback: 'no' },
	boolFlag('rm', 'Remove the container and its anonymous volumes when it ends'),
	list('security-opt', 'Security options'),
	text('stop-signal', 'Signal that stops the container'),
	list('sysctl', 'Set a kernel parameter of its namespaces'),
	list('tmpfs', 'Mount a tmpfs directory'),
	boolFlag('tty', 'Give it a terminal', 't'),
	text('user', 'User name or UID (format: <name|uid>[:<group|gid>])', 'u'),
	list('volume', 'Bind mount a volume', 'v'),
	list('volumes-from', 'Mount the volumes of another container'),
	text('workdir', 'Working directory in the container', 'w'),
];

/** The flags of `docker run` alone. */
export const runFlags: FlagSpec[] = [
	list('attach', 'Attach to STDIN, STDOUT or STDERR', 'a'),
	boolFlag('detach', "Run in the background and print the container's id", 'd'),
	text('detach-keys', 'Keys that detach from the container'),
	boolFlag('sig-proxy', 'Hand signals on to the process'),
	text('cidfile', "Write the container's id to this file"),
];

/** What `run` and `create` have in common besides flags. */
export const containerVerb: Pick<Verb, 'min' | 'stopsAtArgument' | 'completes'> = {
	min: 1,
	stopsAtArgument: true,
	completes: 'image',
};
