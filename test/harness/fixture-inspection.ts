import type {
	CgroupFact,
	InspectPart,
	LinkFact,
	MountFact,
	NetworkNamespaceFact,
	NodeInspection,
	OverlayFact,
	RuleFact,
} from '../../src/api/inspect.ts';

const mib = 1_048_576;
/** Inodes of the namespaces of the node and of its one container. */
export const inodes = {
	host: { mnt: 4026531841, net: 4026531840 },
	web: { mnt: 4026532201, net: 4026532204 },
};
const container = '/docker/7c1b9a3d5e2f';
const data = '/var/lib/docker/overlay2';

const cgroups: CgroupFact[] = [
	{ path: '/', procs: [1, 2, 61], files: { 'cgroup.controllers': 'cpu io memory pids' } },
	{ path: '/docker', procs: [], files: { 'memory.current': `${9 * mib}`, 'memory.max': 'max' } },
	{
		path: container,
		procs: [301, 318],
		files: {
			'memory.max': `${64 * mib}`,
			'memory.current': `${9 * mib}`,
			'memory.events': 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0',
			'cpu.max': '50000 100000',
			'cpu.stat': 'usage_usec 183000\nuser_usec 90000\nsystem_usec 93000',
			'pids.max': 'max',
			'pids.current': '2',
		},
	},
];

function mount(target: string, fstype: string, more: Partial<MountFact> = {}): MountFact {
	return {
		id: 20,
		parent: 1,
		root: '/',
		target,
		source: fstype,
		fstype,
		options: ['rw', 'relatime'],
		superOptions: ['rw'],
		...more,
	};
}

const overlayOptions = [
	`lowerdir=${data}/aa11:${data}/bb22`,
	`upperdir=${data}/cc33/diff`,
	`workdir=${data}/cc33/work`,
];

const mounts = [
	{
		inode: inodes.host.mnt,
		pid: 1,
		mounts: [
			mount('/', 'tmpfs'),
			mount('/proc', 'proc'),
			mount('/sys/fs/cgroup', 'cgroup2'),
			mount(`${data}/cc33/merged`, 'overlay', { superOptions: ['rw', ...overlayOptions] }),
		],
	},
	{
		inode: inodes.web.mnt,
		pid: 301,
		mounts: [
			mount('/', 'overlay', { superOptions: ['rw', ...overlayOptions] }),
			mount('/proc', 'proc'),
			mount('/dev', 'tmpfs'),
		],
	},
];

function link(
	index: number,
	name: string,
	kind: string,
	addresses: string[],
	more: Partial<LinkFact> = {},
): LinkFact {
	return {
		index,
		name,
		kind,
		up: true,
		carrier: true,
		mtu: kind === 'loopback' ? 65536 : 1500,
		mac: `02:42:00:00:00:0${index}`,
		addresses,
		rxPackets: 40 * index,
		txPackets: 35 * index,
		rxBytes: 5200 * index,
		txBytes: 4100 * index,
		...more,
	};
}

const loopback = link(1, 'lo', 'loopback', ['127.0.0.1/8'], { mac: '00:00:00:00:00:00' });

function network(address: string): NetworkNamespaceFact[] {
	return [
		{
			inode: inodes.host.net,
			names: [],
			pids: [1, 61],
			links: [
				loopback,
				link(2, 'eth0', 'ether', [`${address}/24`]),
				link(3, 'docker0', 'bridge', ['172.17.0.1/16']),
				link(5, 'veth4f2a', 'veth', [], { master: 3, peer: { netns: inodes.web.net, index: 4 } }),
			],
			routes: [
				{ dst: '192.168.56.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link' },
				{ dst: '172.17.0.0/16', dev: 'docker0', protocol: 'kernel', scope: 'link' },
			],
			listens: [{ protocol: 'tcp', address: '127.0.0.1', port: 8080 }],
		},
		{
			inode: inodes.web.net,
			names: ['7c1b9a3d5e2f'],
			pids: [301, 318],
			links: [
				loopback,
				link(4, 'eth0', 'veth', ['172.17.0.2/16'], { peer: { netns: inodes.host.net, index: 5 } }),
			],
			routes: [
				{ dst: 'default', via: '172.17.0.1', dev: 'eth0', protocol: 'static', scope: 'global' },
				{ dst: '172.17.0.0/16', dev: 'eth0', protocol: 'kernel', scope: 'link' },
			],
			listens: [{ protocol: 'tcp', address: '0.0.0.0', port: 80 }],
		},
	];
}

const rule = (chain: string, text: string, packets: number): RuleFact => ({
	table: 'nat',
	chain,
	rule: text,
	packets,
	bytes: 60 * packets,
});

const rules = {
	chains: ['PREROUTING', 'OUTPUT', 'POSTROUTING', 'DOCKER'].map((chain) => ({
		table: 'nat',
		chain,
		policy: chain === 'DOCKER' ? '-' : 'ACCEPT',
	})),
	rules: [
		rule('PREROUTING', '-m addrtype --dst-type LOCAL -j DOCKER', 12),
		rule('POSTROUTING', '-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE', 4),
		rule(
			'DOCKER',
			'! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
			7,
		),
	],
};

const layers: OverlayFact[] = [
	{
		namespace: inodes.web.mnt,
		target: '/',
		sheets: [
			{
				dir: `${data}/cc33/diff`,
				role: 'upper',
				more: false,
				bytes: 18,
				entries: [
					{ path: 'etc', type: 'dir', size: 0 },
					{ path: 'etc/motd', type: 'whiteout', size: 0 },
					{ path: 'hello.txt', type: 'file', size: 18 },
				],
			},
			{
				dir: `${data}/aa11`,
				role: 'lower',
				more: false,
				bytes: 640,
				entries: [
					{ path: 'etc', type: 'dir', size: 0 },
					{ path: 'etc/nginx.conf', type: 'file', size: 640 },
				],
			},
			{
				dir: `${data}/bb22`,
				role: 'lower',
				more: true,
				bytes: 901_286,
				entries: [
					{ path: 'bin', type: 'dir', size: 0 },
					{ path: 'etc', type: 'dir', size: 0 },
					{ path: 'bin/busybox', type: 'file', size: 901_000 },
					{ path: 'bin/sh', type: 'symlink', size: 7 },
					{ path: 'etc/motd', type: 'file', size: 286 },
				],
			},
		],
	},
];

/** What a node with one container says of itself. */
export function inspection(address: string, parts: InspectPart[]): NodeInspection {
	const all = { cgroups, mounts, network: network(address), rules, layers };
	return Object.fromEntries(parts.map((part) => [part, all[part]]));
}
