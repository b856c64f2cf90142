/** What a kernel says of itself, read part by part: the pictures draw it, lesson checks look at it. */

export type InspectPart = 'cgroups' | 'mounts' | 'network' | 'rules' | 'layers';

/** One directory of `/sys/fs/cgroup`. */
export interface CgroupFact {
	/** `/` is the root. */
	path: string;
	procs: number[];
	/** Interface files by name: `memory.max`, `memory.current`, `memory.events`, `cpu.max`, `cpu.stat`, `pids.max` …; only those that exist. */
	files: Record<string, string>;
}

export interface MountFact {
	id: number;
	parent: number;
	/** The part of the file system that is mounted, `/` for all of it. */
	root: string;
	target: string;
	source: string;
	fstype: string;
	options: string[];
	/** Options of the file system itself: `lowerdir=…`, `upperdir=…`, `size=…`. */
	superOptions: string[];
}

/** The mounts of one mount namespace, as one of its processes sees them. */
export interface MountNamespaceFact {
	inode: number;
	/** The process whose view it is. */
	pid: number;
	mounts: MountFact[];
}

export interface LinkFact {
	index: number;
	name: string;
	/** `loopback`, `ether` for a card of the machine, otherwise the kind: `veth`, `bridge`, `vxlan` … */
	kind: string;
	up: boolean;
	carrier: boolean;
	mtu: number;
	mac: string;
	/** Index of the bridge it is plugged into. */
	master?: number;
	/** The other end of a veth pair. */
	peer?: { netns: number; index: number };
	/** `10.0.0.1/24` */
	addresses: string[];
	rxPackets: number;
	txPackets: number;
	rxBytes: number;
	txBytes: number;
}

export interface RouteFact {
	/** `default` or a CIDR. */
	dst: string;
	via?: string;
	dev: string;
	/** `kernel`, `boot`, `static` … */
	protocol: string;
	scope: string;
}

export interface ListenFact {
	protocol: 'tcp' | 'udp';
	address: string;
	port: number;
}

export interface NetworkNamespaceFact {
	inode: number;
	/** Names under `/run/netns` that are bound to it. */
	names: string[];
	/** Processes in it; empty for one that is only kept by a name. */
	pids: number[];
	/** Index order. */
	links: LinkFact[];
	routes: RouteFact[];
	listens: ListenFact[];
}

/** One rule of `iptables-save -c` in the node's own network namespace. */
export interface RuleFact {
	table: string;
	chain: string;
	/** The rule as it is written after `-A CHAIN`. */
	rule: string;
	packets: number;
	bytes: number;
}

export interface RuleChainFact {
	table: string;
	chain: string;
	/** `ACCEPT`, `DROP`; `-` for a chain that somebody made. */
	policy: string;
}

export interface LayerEntry {
	/** Below the layer's directory, without a leading slash. */
	path: string;
	type: 'file' | 'dir' | 'symlink' | 'other' | 'whiteout' | 'opaque';
	size: number;
}

/** One directory that an overlay is made of. */
export interface LayerSheet {
	dir: string;
	role: 'lower' | 'upper';
	/** At most 400, breadth first. */
	entries: LayerEntry[];
	/** True when there are more. */
	more: boolean;
	/** Sum over `entries`. */
	bytes: number;
}

/** One overlay mount with its sheets, topmost first. */
export interface OverlayFact {
	/** Inode of the mount namespace it was found in. */
	namespace: number;
	target: string;
	sheets: LayerSheet[];
}

/** Only the parts that were asked for are there. */
export interface NodeInspection {
	cgroups?: CgroupFact[];
	mounts?: MountNamespaceFact[];
	network?: NetworkNamespaceFact[];
	rules?: { chains: RuleChainFact[]; rules: RuleFact[] };
	layers?: OverlayFact[];
}
