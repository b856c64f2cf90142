import { notOffered, type FlagSpec } from './flags.ts';
import { mountProblem } from './mount-flags.ts';
import {
	addressCheck,
	hostCheck,
	labelCheck,
	streamCheck,
	sysctlCheck,
	variableCheck,
} from './validators.ts';
import { boolFlag, type Verb } from './verb.ts';

type Check = NonNullable<FlagSpec['check']>;

function list(name: string, usage: string, short?: string, check?: Check): FlagSpec {
	return { name, kind: 'list', usage, ...(short ? { short } : {}), ...(check ? { check } : {}) };
}

function text(name: string, usage: string, short?: string): FlagSpec {
	return { name, kind: 'string', usage, ...(short ? { short } : {}) };
}

/** Another name of a flag, still taken and not shown. */
function formerly(name: string, spec: FlagSpec): FlagSpec {
	return { ...spec, name, hidden: true };
}

const dnsOption = list('dns-option', 'Options for its resolver');

/** The flag of verbs that ask a registry: nothing is signed here, so there is nothing to check. */
export const trustFlag: FlagSpec = {
	...boolFlag('disable-content-trust', 'Do not ask for a signature'),
	hidden: true,
};

const network: FlagSpec = {
	name: 'network',
	kind: 'network',
	usage: 'Network: bridge, host, none or container:NAME',
};

/** The flags that `docker run` and `docker create` share. */
export const containerFlags: FlagSpec[] = [
	list('add-host', "Add a line to the container's hosts file (host:ip)", undefined, hostCheck),
	list('attach', 'Attach to STDIN, STDOUT or STDERR', 'a', streamCheck),
	list('cap-add', 'Give the container a Linux capability'),
	list('cap-drop', 'Take a Linux capability away'),
	text('cidfile', "Write the container's id to this file"),
	{ name: 'cpu-period', kind: 'int', usage: 'Microseconds in which the quota may be used' },
	{ name: 'cpu-quota', kind: 'int', usage: 'Microseconds of CPU time in each period' },
	{ name: 'cpu-shares', short: 'c', kind: 'int', usage: 'CPU shares (relative weight)' },
	{ name: 'cpus', kind: 'decimal', usage: 'Number of CPUs' },
	list('dns', 'Name servers for the container', undefined, addressCheck),
	dnsOption,
	formerly('dns-opt', dnsOption),
	list('dns-search', 'Domains its resolver searches'),
	text('entrypoint', 'Run this instead of the ENTRYPOINT of the image'),
	list('env', 'Set an environment variable', 'e', variableCheck),
	list('env-file', 'Take environment variables from a file'),
	list('expose', 'Expose a port or a range of ports'),
	text('hostname', 'Host name of the container', 'h'),
	boolFlag('init', 'Run a small init in the container that forwards signals and reaps processes'),
	boolFlag('interactive', 'Keep STDIN open', 'i'),
	list('label', 'Attach a label to the container', 'l', labelCheck),
	list('label-file', 'Take labels from a file'),
	{ name: 'memory', short: 'm', kind: 'bytes', usage: 'Memory limit' },
	{ name: 'memory-swap', kind: 'bytes', usage: 'Limit of memory plus swap' },
	{
		name: 'mount',
		kind: 'mount',
		usage: 'Attach a file system mount to the container',
		check: mountProblem,
	},
	text('name', 'Name of the container'),
	network,
	formerly('net', network),
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
	list('sysctl', 'Set a kernel parameter of its namespaces', undefined, sysctlCheck),
	list('tmpfs', 'Mount a tmpfs directory'),
	boolFlag('tty', 'Give it a terminal', 't'),
	text('user', 'User name or UID (format: <name|uid>[:<group|gid>])', 'u'),
	list('volume', 'Bind mount a volume', 'v'),
	list('volumes-from', 'Mount the volumes of another container'),
	text('workdir', 'Working directory in the container', 'w'),
	trustFlag,
	{ ...boolFlag('no-healthcheck', 'Without the health check of the image'), hidden: true },
	...notOffered(
		'annotation blkio-weight=0 blkio-weight-device cgroup-parent cgroupns=|private cpu-count cpu-percent ' +
			'cpu-rt-period cpu-rt-runtime cpuset-cpus=0 cpuset-mems=0 device device-cgroup-rule device-read-bps ' +
			'device-read-iops device-write-bps device-write-iops domainname gpus group-add health-cmd ' +
			'health-interval health-retries health-start-interval health-start-period health-timeout ' +
			'io-maxbandwidth io-maxiops ip ip6 ipc=|private|shareable isolation=|default kernel-memory link ' +
			'link-local-ip log-driver=json-file log-opt mac-address memory-reservation memory-swappiness=-1 ' +
			'network-alias net-alias oom-kill-disable! pid= platform=linux/386 runtime shm-size stop-timeout ' +
			'storage-opt ulimit use-api-socket! userns= uts= volume-driver=local',
	),
];

/** The flags of `docker run` alone. */
export const runFlags: FlagSpec[] = [
	boolFlag('detach', "Run in the background and print the container's id", 'd'),
	text('detach-keys', 'Keys that detach from the container'),
	{ name: 'sig-proxy', kind: 'bool', usage: 'Hand signals on to the process', fallback: 'true' },
];

/** What `run` and `create` have in common besides flags. */
export const containerVerb: Pick<Verb, 'min' | 'stopsAtArgument' | 'completes'> = {
	min: 1,
	stopsAtArgument: true,
	completes: 'image',
};
