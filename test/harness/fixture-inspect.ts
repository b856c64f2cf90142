import type { NamespaceKind, ProcessFact } from '../../src/api/agent.ts';
import type { Container, Image } from '../../src/api/engine.ts';
import type {
	CgroupFact,
	InspectPart,
	LayerEntry,
	LayerSheet,
	LinkFact,
	NetworkNamespaceFact,
	NodeInspection,
	RuleFact,
} from '../../src/api/inspect.ts';
import type { NodeFacts } from '../../src/api/node.ts';
import { busyMachines } from './fixture-busy.ts';

/** Moments of machines for looking at the pictures of kernels: what a real guest said, made shorter. */
export interface MachineMoment {
	facts: NodeFacts;
	inspection: NodeInspection;
}

const MB = 1_048_576;
const host: Required<ProcessFact['ns']> = {
	pid: 4026531836,
	mnt: 4026531841,
	net: 4026531840,
	uts: 4026531838,
	ipc: 4026531839,
	user: 4026531837,
	cgroup: 4026531835,
	time: 4026531834,
};

interface Sketch {
	pid: number;
	ppid: number;
	line: string;
	inside?: number[];
	ns?: Partial<Record<NamespaceKind, number>>;
	state?: string;
	rss?: number;
	cgroup?: string;
	comm?: string;
}

function process({ pid, ppid, line, inside = [], ns = {}, ...rest }: Sketch): ProcessFact {
	const args = line.startsWith('[') ? [] : line.split(' ');
	const comm = rest.comm ?? (line.replace(/^\[|\]$/g, '').split(' ')[0] ?? '').split('/').at(-1);
	return {
		pid,
		ppid,
		comm: comm ?? '',
		args: rest.state === 'Z' ? [] : args,
		state: rest.state ?? (args.length > 0 ? 'S' : 'I'),
		nspid: [pid, ...inside],
		ns: { ...host, ...ns },
		cgroup: rest.cgroup ?? '/',
		uid: 0,
		rssBytes: (rest.rss ?? 1.6) * MB,
		cpuMs: 10,
		startMs: pid * 100,
	};
}

export const hand = { pid: 4026531999, mnt: 4026531997, uts: 4026531998 };
export const web = {
	pid: 4026532095,
	mnt: 4026532092,
	net: 4026532000,
	uts: 4026532093,
	ipc: 4026532094,
	cgroup: 4026532096,
};
export const web2 = {
	pid: 4026532195,
	mnt: 4026532192,
	net: 4026532100,
	uts: 4026532193,
	ipc: 4026532194,
	cgroup: 4026532196,
};
const webGroup = '/docker/89eff9a38776';
const web2Group = '/docker/5c1b07e2aa10';

const kernelThreads = [
	'kthreadd',
	'slub_flushwq',
	'netns',
	'kworker/0:0-events',
	'ksoftirqd/0',
	'kdevtmpfs',
	'oom_reaper',
	'kblockd',
	'kswapd0',
];

const processes: ProcessFact[] = [
	process({ pid: 1, ppid: 0, line: '/init', rss: 0.2 }),
	...kernelThreads.map((name, index) =>
		process({ pid: index + 2, ppid: index === 0 ? 0 : 2, line: `[${name}]`, rss: 0 }),
	),
	process({ pid: 57, ppid: 1, line: '/usr/lib/drydock/agent', rss: 0.2, state: 'R' }),
	process({ pid: 59, ppid: 57, line: '/bin/bash -l', rss: 3.3 }),
	process({ pid: 61, ppid: 57, line: '/bin/bash -l', rss: 3.1 }),
	process({
		pid: 63,
		ppid: 61,
		line: 'unshare --pid --fork --mount-proc --uts sh',
		ns: { mnt: hand.mnt, uts: hand.uts },
	}),
	process({ pid: 64, ppid: 63, line: 'sh', inside: [1], ns: hand, rss: 1.9 }),
	process({ pid: 65, ppid: 64, line: 'sleep 600', inside: [2], ns: hand, rss: 1.3 }),
	process({ pid: 66, ppid: 64, line: 'defunct', comm: 'sleep', inside: [3], ns: hand, state: 'Z' }),
	process({
		pid: 68,
		ppid: 57,
		line: 'nginx: master process nginx -g daemon off;',
		comm: 'nginx',
		inside: [1],
		ns: web,
		rss: 5.7,
		cgroup: webGroup,
	}),
	process({
		pid: 73,
		ppid: 68,
		line: 'nginx: worker process',
		comm: 'nginx',
		inside: [2],
		ns: web,
		rss: 2.2,
		cgroup: webGroup,
	}),
	process({
		pid: 88,
		ppid: 57,
		line: 'nginx: master process nginx -g daemon off;',
		comm: 'nginx',
		inside: [1],
		ns: web2,
		rss: 5.6,
		cgroup: web2Group,
	}),
	process({
		pid: 95,
		ppid: 57,
		line: 'sh -c top',
		inside: [9],
		ns: web,
		rss: 1.4,
		cgroup: webGroup,
	}),
	process({ pid: 97, ppid: 59, line: 'yes', rss: 1.1, state: 'R', cgroup: '/demo' }),
	process({ pid: 99, ppid: 57, line: '/usr/sbin/iptables-save -c', rss: 1.1 }),
];

const layer = (name: string) => `/var/lib/docker/overlay2/${name}/diff`;
const layers = ['ffca69e14c64', '70ecaca53b78', 'b884b180458b'];

function container(id: string, name: string, pid: number, ip: string, group: string): Container {
	return {
		id,
		name,
		config: {
			image: 'nginx:1',
			...(name === 'web'
				? { ports: [{ containerPort: 80, protocol: 'tcp' as const, hostPort: 8080 }] }
				: {}),
		},
		imageId: 'sha256:85d14f947100',
		image: 'nginx:1',
		argv: ['nginx', '-g', 'daemon off;'],
		state: 'running',
		pid,
		exitCode: 0,
		oomKilled: false,
		error: '',
		created: 1,
		started: 1,
		finished: 0,
		restartCount: 0,
		ip,
		gateway: '172.17.0.1',
		mac: '02:42:ac:11:00:02',
		cgroup: group.slice(1),
		netns: `/run/docker/netns/${id}`,
		veth: `veth${id.slice(0, 7)}`,
		overlay: {
			lower: [layer('init'), ...layers.toReversed().map(layer)],
			upper: layer(id),
			work: `/var/lib/docker/overlay2/${id}/work`,
			merged: `/var/lib/docker/overlay2/${id}/merged`,
		},
		mounts: [],
	};
}

const image: Image = {
	id: 'sha256:85d14f947100',
	tags: ['nginx:1'],
	digests: [],
	created: 1,
	size: 19_396_377,
	architecture: '386',
	os: 'linux',
	config: {
		env: [],
		entrypoint: [],
		cmd: ['nginx', '-g', 'daemon off;'],
		workingDir: '',
		user: '',
		exposedPorts: ['80/tcp'],
		volumes: [],
		labels: {},
		stopSignal: 'SIGQUIT',
	},
	layers: layers.map((name, index) => ({
		diffId: `sha256:${name}`,
		chainId: `sha256:${name}`,
		directory: layer(name),
		size: [12_506_586, 6_889_648, 143][index] ?? 0,
	})),
	history: [
		{ created: 1, createdBy: 'ADD Debian 12 (bookworm), i386, a selection', emptyLayer: false },
		{ created: 1, createdBy: 'ADD nginx 1.22 from Debian', emptyLayer: false },
		{ created: 1, createdBy: 'CMD ["nginx" "-g" "daemon off;"]', emptyLayer: true },
		{ created: 1, createdBy: 'COPY version-1 /', emptyLayer: false },
	].map((one) => ({ ...one, size: 0 })),
};

const keyed = (values: Record<string, number>) =>
	Object.entries(values)
		.map(([key, value]) => `${key} ${value}\n`)
		.join('');

function group(
	path: string,
	procs: number[],
	memory: [number, number | 'max'],
	rest: { pids?: [number, number | 'max']; cpu?: string; throttled?: number; oom?: number } = {},
): CgroupFact {
	const { pids = [procs.length, 'max'], cpu = 'max 100000', throttled = 0, oom = 0 } = rest;
	const limit = memory[1] === 'max' ? 'max' : String(Math.round(memory[1] * MB));
	return {
		path,
		procs,
		files: {
			'memory.current': `${Math.round(memory[0] * MB)}\n`,
			'memory.max': `${limit}\n`,
			'memory.events': keyed({ low: 0, high: 0, max: oom * 12, oom, oom_kill: oom }),
			'pids.current': `${pids[0]}\n`,
			'pids.max': `${pids[1]}\n`,
			'cpu.max': `${cpu}\n`,
			'cpu.stat': keyed({ usage_usec: 1000, nr_periods: 10, nr_throttled: throttled }),
		},
	};
}

const cgroups: CgroupFact[] = [
	{
		path: '/',
		procs: [1, 2, 3, 57, 59, 61, 63, 64, 65],
		files: { 'cpu.stat': keyed({ usage_usec: 9 }) },
	},
	group('/demo', [97], [6.2, 8], { pids: [1, 10], cpu: '20000 100000', throttled: 41, oom: 2 }),
	group('/demo/inner', [], [0.1, 'max']),
	group('/docker', [], [14.9, 'max'], { pids: [4, 'max'] }),
	group(webGroup, [68, 73, 95], [9.1, 32], { pids: [3, 100] }),
	group(web2Group, [88], [5.8, 'max']),
	group('/kubepods', [], [0, 'max']),
	group('/kubepods/besteffort', [], [0, 'max']),
	group('/kubepods/burstable', [], [0, 'max']),
];

const file = (path: string, size: number, type: LayerEntry['type'] = 'file'): LayerEntry => ({
	path,
	size,
	type,
});
const sheet = (
	dir: string,
	role: LayerSheet['role'],
	entries: LayerEntry[],
	bytes?: number,
): LayerSheet => ({
	dir,
	role,
	entries,
	more: bytes !== undefined,
	bytes: bytes ?? entries.reduce((sum, one) => sum + one.size, 0),
});

const debian = sheet(
	layer('ffca69e14c64'),
	'lower',
	[
		file('bin', 0, 'dir'),
		file('etc', 0, 'dir'),
		file('bin/bash', 1_180_000),
		file('bin/ls', 140_000),
		file('etc/hosts', 20),
		file('etc/os-release', 267),
		file('etc/passwd', 900),
	],
	12_506_586,
);
const nginx = sheet(
	layer('70ecaca53b78'),
	'lower',
	[
		file('etc', 0, 'dir'),
		file('etc/nginx', 0, 'dir'),
		file('usr', 0, 'dir'),
		file('etc/nginx/nginx.conf', 648),
		file('usr/sbin/nginx', 1_200_000),
		file('var/www/index.html', 612),
	],
	6_889_648,
);
const version = sheet(layer('b884b180458b'), 'lower', [file('var/www/index.html', 143)]);
const init = sheet(layer('init'), 'lower', [
	file('etc', 0, 'dir'),
	file('etc/hosts', 0),
	file('etc/hostname', 0),
	file('etc/resolv.conf', 0),
]);
const writable = (id: string, entries: LayerEntry[]) => sheet(layer(id), 'upper', entries);

const link = (
	index: number,
	name: string,
	kind: string,
	addresses: string[],
	rest: Partial<LinkFact> = {},
): LinkFact => ({
	index,
	name,
	kind,
	up: true,
	carrier: true,
	mtu: 1500,
	mac: `02:00:00:00:00:${String(index).padStart(2, '0')}`,
	addresses,
	rxPackets: 12,
	txPackets: 9,
	rxBytes: 1200,
	txBytes: 900,
	...rest,
});
const red = 4026532300;
const blue = 4026532301;

const network: NetworkNamespaceFact[] = [
	{
		inode: host.net,
		names: [],
		pids: [1, 57, 59, 61, 63, 64, 65, 97],
		links: [
			link(1, 'lo', 'loopback', ['127.0.0.1/8']),
			link(2, 'eth0', 'ether', ['192.168.56.10/24']),
			link(3, 'docker0', 'bridge', ['172.17.0.1/16']),
			link(4, 'veth89eff9a', 'veth', [], { master: 3, peer: { netns: web.net, index: 2 } }),
			link(5, 'veth5c1b07e', 'veth', [], { master: 3, peer: { netns: web2.net, index: 2 } }),
			link(6, 'br0', 'bridge', ['10.0.0.1/24']),
			link(7, 'veth-red', 'veth', [], { master: 6, peer: { netns: red, index: 2 } }),
			link(8, 'veth-blue', 'veth', [], {
				up: false,
				carrier: false,
				peer: { netns: blue, index: 2 },
			}),
		],
		routes: [
			{ dst: '10.0.0.0/24', dev: 'br0', protocol: 'kernel', scope: 'link' },
			{ dst: '172.17.0.0/16', dev: 'docker0', protocol: 'kernel', scope: 'link' },
			{ dst: '192.168.56.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link' },
		],
		listens: [{ protocol: 'tcp', address: '0.0.0.0', port: 22 }],
	},
	{
		inode: web.net,
		names: ['89eff9a38776'],
		pids: [68, 73, 95],
		links: [
			link(1, 'lo', 'loopback', ['127.0.0.1/8']),
			link(2, 'eth0', 'veth', ['172.17.0.2/16'], { peer: { netns: host.net, index: 4 } }),
		],
		routes: [{ dst: 'default', via: '172.17.0.1', dev: 'eth0', protocol: 'boot', scope: 'global' }],
		listens: [{ protocol: 'tcp', address: '0.0.0.0', port: 80 }],
	},
	{
		inode: web2.net,
		names: ['5c1b07e2aa10'],
		pids: [88],
		links: [
			link(1, 'lo', 'loopback', ['127.0.0.1/8']),
			link(2, 'eth0', 'veth', ['172.17.0.3/16'], { peer: { netns: host.net, index: 5 } }),
		],
		routes: [{ dst: 'default', via: '172.17.0.1', dev: 'eth0', protocol: 'boot', scope: 'global' }],
		listens: [{ protocol: 'tcp', address: '0.0.0.0', port: 80 }],
	},
	{
		inode: red,
		names: ['red'],
		pids: [],
		links: [
			link(1, 'lo', 'loopback', [], { up: false, carrier: false }),
			link(2, 'eth0', 'veth', ['10.0.0.2/24'], { peer: { netns: host.net, index: 7 } }),
		],
		routes: [{ dst: 'default', via: '10.0.0.1', dev: 'eth0', protocol: 'static', scope: 'global' }],
		listens: [],
	},
	{
		inode: blue,
		names: ['blue'],
		pids: [],
		links: [
			link(1, 'lo', 'loopback', [], { up: false, carrier: false }),
			link(2, 'eth0', 'veth', [], {
				up: false,
				carrier: false,
				peer: { netns: host.net, index: 8 },
			}),
		],
		routes: [],
		listens: [],
	},
];

const rule = (table: string, chain: string, text: string, packets = 0): RuleFact => ({
	table,
	chain,
	rule: text,
	packets,
	bytes: packets * 60,
});
const rules: NonNullable<NodeInspection['rules']> = {
	chains: [
		{ table: 'nat', chain: 'PREROUTING', policy: 'ACCEPT' },
		{ table: 'nat', chain: 'POSTROUTING', policy: 'ACCEPT' },
		{ table: 'nat', chain: 'DOCKER', policy: '-' },
		{ table: 'filter', chain: 'FORWARD', policy: 'ACCEPT' },
	],
	rules: [
		rule('nat', 'PREROUTING', '-m addrtype --dst-type LOCAL -j DOCKER', 7),
		rule('nat', 'PREROUTING', '-p tcp -m tcp --dport 9090 -j DNAT --to-destination 10.0.0.2:80', 3),
		rule('nat', 'POSTROUTING', '-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE', 2),
		rule('nat', 'POSTROUTING', '-s 10.0.0.0/24 -j MASQUERADE', 0),
		rule('nat', 'POSTROUTING', '-j CNI-HOSTPORT-MASQ', 1),
		rule(
			'nat',
			'DOCKER',
			'! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
			14,
		),
		rule('nat', 'KUBE-SERVICES', '-d 10.96.0.1/32 -j KUBE-SVC-NPX46M4PTMTKRN6Y'),
	],
};

function bench(): MachineMoment {
	const mount = (id: string) => `/var/lib/docker/overlay2/${id}/merged`;
	return {
		facts: {
			processes,
			containers: [
				container('89eff9a38776', 'web', 68, '172.17.0.2', webGroup),
				container('5c1b07e2aa10', 'web-2', 88, '172.17.0.3', web2Group),
			],
			sandboxes: [],
			images: [image],
			volumes: [],
			memory: { totalBytes: 91 * MB, availableBytes: 48 * MB },
			cpu: 0.3,
		},
		inspection: {
			cgroups,
			network,
			rules,
			mounts: [],
			layers: [
				{
					namespace: host.mnt,
					target: mount('89eff9a38776'),
					sheets: [
						writable('89eff9a38776', [
							file('etc', 0, 'dir'),
							file('etc/os-release', 0, 'whiteout'),
							file('var/www/index.html', 34),
							file('root/note', 12),
						]),
						init,
						version,
						nginx,
						debian,
					],
				},
				{
					namespace: host.mnt,
					target: mount('5c1b07e2aa10'),
					sheets: [
						writable('5c1b07e2aa10', [file('run/nginx.pid', 3)]),
						init,
						version,
						nginx,
						debian,
					],
				},
				{
					namespace: host.mnt,
					target: '/root/o/merged',
					sheets: [
						sheet('/root/o/upper', 'upper', [file('a', 0, 'whiteout'), file('b', 9)]),
						sheet('/root/o/lower', 'lower', [file('a', 3), file('b', 5), file('c', 4)]),
					],
				},
			],
		},
	};
}

/** A second machine with one namespace made by hand. */
function plain(): MachineMoment {
	const green = 4026532400;
	return {
		facts: {
			processes: processes.filter((one) => one.pid < 62),
			containers: [],
			sandboxes: [],
			images: [],
			volumes: [],
			memory: { totalBytes: 91 * MB, availableBytes: 66 * MB },
			cpu: 0.05,
		},
		inspection: {
			cgroups: [{ path: '/', procs: [1, 57, 59, 61], files: {} }],
			layers: [],
			mounts: [],
			rules: { chains: [], rules: [] },
			network: [
				{
					inode: host.net,
					names: [],
					pids: [1, 57, 59, 61],
					links: [
						link(1, 'lo', 'loopback', ['127.0.0.1/8']),
						link(2, 'eth0', 'ether', ['192.168.56.11/24']),
						link(4, 'veth1', 'veth', ['10.1.0.1/24'], { peer: { netns: green, index: 2 } }),
					],
					routes: [],
					listens: [],
				},
				{
					inode: green,
					names: ['green'],
					pids: [],
					links: [
						link(1, 'lo', 'loopback', [], { up: false, carrier: false }),
						link(2, 'veth0', 'veth', ['10.1.0.2/24'], { peer: { netns: host.net, index: 4 } }),
					],
					routes: [
						{ dst: 'default', via: '10.1.0.1', dev: 'veth0', protocol: 'static', scope: '' },
					],
					listens: [],
				},
			],
		},
	};
}

/** Sixty containers on one bridge, three processes each. */
function many(): MachineMoment {
	const { facts, inspection } = bench();
	const [template] = facts.containers;
	const [overlay] = inspection.layers ?? [];
	if (!template || !overlay) throw new Error('nothing to copy');
	const numbers = Array.from({ length: 60 }, (_, index) => index);
	const space = (index: number) =>
		Object.fromEntries(
			Object.keys(web).map((kind, at) => [kind, 4026540000 + index * 10 + at]),
		) as typeof web;
	const id = (index: number) => `c0ffee${String(index).padStart(6, '0')}`;
	const pids = (index: number) => [1000 + index * 3, 1001 + index * 3, 1002 + index * 3];
	return {
		facts: {
			...facts,
			processes: [
				...processes.filter((one) => one.pid < 68),
				...numbers.flatMap((index) =>
					pids(index).map((pid, at) =>
						process({
							pid,
							ppid: at === 0 ? 57 : 1000 + index * 3,
							line: 'nginx: worker process',
							comm: 'nginx',
							inside: [at + 1],
							ns: space(index),
							cgroup: `/docker/${id(index)}`,
						}),
					),
				),
			],
			containers: numbers.map((index) =>
				container(
					id(index),
					`web-${index}`,
					1000 + index * 3,
					'172.17.0.9',
					`/docker/${id(index)}`,
				),
			),
		},
		inspection: {
			...inspection,
			cgroups: [
				...cgroups.slice(0, 1),
				group('/docker', [], [60, 'max']),
				...numbers.map((index) => group(`/docker/${id(index)}`, pids(index), [1, 8])),
			],
			layers: numbers.map((index) => ({
				...overlay,
				target: `/var/lib/docker/overlay2/${id(index)}/merged`,
				sheets: [writable(id(index), [file('run/nginx.pid', 3)]), ...overlay.sheets.slice(1)],
			})),
			network: [
				...network.slice(0, 1).map((one) => ({
					...one,
					links: [
						...one.links.slice(0, 3),
						...numbers.map((index) =>
							link(10 + index, `veth${id(index).slice(-5)}`, 'veth', [], {
								master: 3,
								peer: { netns: space(index).net, index: 2 },
							}),
						),
					],
				})),
				...numbers.map((index) => ({
					inode: space(index).net,
					names: [id(index)],
					pids: pids(index),
					links: [
						link(1, 'lo', 'loopback', ['127.0.0.1/8']),
						link(2, 'eth0', 'veth', [`172.17.0.${index + 2}/16`], {
							peer: { netns: host.net, index: 10 + index },
						}),
					],
					routes: [],
					listens: [],
				})),
			],
		},
	};
}

/** By scene, then by node. */
export const machineScenes: Record<string, Record<string, MachineMoment>> = {
	'linux-bench': { 'node-1': bench() },
	'linux-two': { 'node-1': bench(), 'node-2': plain() },
	'linux-plain': { 'node-1': plain() },
	'linux-many': { 'node-1': many() },
	'linux-busy': busyMachines(many),
};

const busy = (text: string, ms: number) =>
	text
		.replace(/usage_usec \d+/, `usage_usec ${200 * ms}`)
		.replace(/nr_throttled [1-9]\d*/, `nr_throttled ${41 + Math.floor(ms / 1500) * 3}`);

/** The same moment `ms` later: what runs has used the processor, the web server has answered. */
export function goneOn(
	{ cgroups: groups = [], network: spaces = [], rules: gate, ...rest }: NodeInspection,
	parts: readonly InspectPart[],
	ms: number,
): NodeInspection {
	const packets = Math.floor(ms / 600) * 2;
	const served = new Set(['docker0', 'eth0', 'veth89eff9a']);
	const later: NodeInspection = {
		...rest,
		cgroups: groups.map((one) =>
			one.path === '/demo'
				? { ...one, files: { ...one.files, 'cpu.stat': busy(one.files['cpu.stat'] ?? '', ms) } }
				: one,
		),
		network: spaces.map((space) => ({
			...space,
			links: space.links.map((one) =>
				served.has(one.name) && (space.inode === web.net || space.inode === host.net)
					? { ...one, rxPackets: one.rxPackets + packets, txPackets: one.txPackets + packets }
					: one,
			),
		})),
		...(gate
			? {
					rules: {
						...gate,
						rules: gate.rules.map((one) =>
							one.rule.includes('8080') ? { ...one, packets: one.packets + packets / 2 } : one,
						),
					},
				}
			: {}),
	};
	return Object.fromEntries(parts.map((part) => [part, later[part]]));
}
