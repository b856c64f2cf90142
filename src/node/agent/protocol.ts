/** The wire protocol of the agent: the same numbers as images/node/agent/protocol.h. */

export const protocolVersion = 1;
export const frameHeader = 20;
export const framePayload = 16384;
/** Flag: the payload goes on in the next frame of this id. */
export const frameMore = 1;
export const requestMax = 1 << 20;
/** Bytes one side may send on a stream before the other has taken them. */
export const streamWindow = 65536;
/** Credit is given back in steps, so that it costs few frames. */
export const creditStep = streamWindow / 4;
/** Ids of streams that begin in the guest have this bit. */
export const guestStream = 0x80000000;

export const frameType = {
	hello: 1,
	identify: 2,
	batch: 3,
	spawn: 4,
	dial: 5,
	listen: 6,
	processes: 7,
	watchOom: 8,
	watchProcesses: 9,
	data: 16,
	end: 17,
	credit: 18,
	close: 19,
	resize: 20,
	datagram: 21,
	read: 22,
	raw: 23,
	exit: 24,
	result: 32,
	failure: 33,
	accepted: 34,
	command: 35,
	signal: 36,
	oom: 37,
	process: 38,
} as const;

export const opCode = {
	mkdir: 1,
	write: 2,
	read: 3,
	list: 4,
	stat: 5,
	symlink: 6,
	rename: 7,
	remove: 8,
	mount: 9,
	umount: 10,
	kill: 11,
	'netns-add': 12,
	'netns-del': 13,
	'link-add': 14,
	'link-set': 15,
	'link-del': 16,
	'addr-add': 17,
	'addr-del': 18,
	'route-add': 19,
	'route-del': 20,
	'neigh-add': 21,
	'neigh-del': 22,
	'fdb-add': 23,
	'fdb-del': 24,
	tree: 25,
	networks: 26,
	sheet: 27,
	'rule-counters': 28,
} as const;

export const attribute = {
	path: 1,
	data: 2,
	mode: 3,
	flags: 4,
	target: 5,
	source: 6,
	fstype: 7,
	max: 8,
	pid: 9,
	signal: 10,
	name: 11,
	kind: 12,
	peerName: 13,
	peerNetns: 14,
	peerAddress: 15,
	address: 16,
	mtu: 17,
	master: 18,
	lower: 19,
	vni: 20,
	port: 21,
	up: 22,
	rename: 23,
	to: 24,
	netns: 25,
	link: 26,
	cidr: 27,
	dst: 28,
	via: 29,
	keepGoing: 30,
	parents: 31,
	append: 32,
	recursive: 33,
	onlink: 34,
	ok: 40,
	error: 41,
	entry: 42,
	errno: 43,
	message: 44,
	process: 45,
	version: 46,
	kernel: 47,
	uptime: 48,
	memory: 49,
	badFrames: 50,
	time: 51,
	count: 52,
	status: 53,
	ppid: 54,
	arg: 60,
	env: 61,
	cwd: 62,
	unshare: 63,
	join: 64,
	joinPid: 65,
	rootfs: 66,
	readonlyRootfs: 67,
	mount: 68,
	masked: 69,
	readonly: 70,
	sysctl: 71,
	hostname: 72,
	cgroup: 73,
	user: 74,
	group: 75,
	capabilities: 76,
	noNewPrivileges: 77,
	rlimit: 78,
	oomScoreAdj: 79,
	init: 80,
	rows: 81,
	columns: 82,
	stdin: 83,
	noOutput: 84,
	udp: 85,
	tty: 86,
	entropy: 87,
	gateway: 88,
	hosts: 89,
	machineId: 90,
	listener: 91,
	timeout: 92,
	file: 93,
	netlink: 94,
	nsids: 95,
	hidden: 96,
	listens: 97,
} as const;

/** Kinds of a link, as the kernel names them. */
export const linkKind = { veth: 1, bridge: 2, vxlan: 3, dummy: 4, macvlan: 5 } as const;

/** Kinds of what a layer's directory holds, by number. */
export const sheetKinds = ['file', 'dir', 'symlink', 'other', 'whiteout', 'opaque'] as const;

/** Kinds of a `process` event. */
export const processEvent = { fork: 1, exec: 2, exit: 3 } as const;

/** Bits of a mount's flags. */
export const mountFlag = {
	ro: 1 << 0,
	nosuid: 1 << 1,
	nodev: 1 << 2,
	noexec: 1 << 3,
	bind: 1 << 4,
	rbind: 1 << 5,
	remount: 1 << 6,
	private: 1 << 7,
	rprivate: 1 << 8,
	slave: 1 << 9,
	rslave: 1 << 10,
	shared: 1 << 11,
	rshared: 1 << 12,
	strictatime: 1 << 13,
	noatime: 1 << 14,
	relatime: 1 << 15,
} as const;

/** `CLONE_NEW…` of each namespace. */
export const cloneFlag = {
	time: 0x00000080,
	mnt: 0x00020000,
	cgroup: 0x02000000,
	uts: 0x04000000,
	ipc: 0x08000000,
	user: 0x10000000,
	pid: 0x20000000,
	net: 0x40000000,
} as const;
