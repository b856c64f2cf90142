/** The port to a guest: what the agent in it is told to do, and what it tells. */

export type NamespaceKind = 'pid' | 'mnt' | 'net' | 'uts' | 'ipc' | 'user' | 'cgroup' | 'time';

/** Where a network operation happens: the node's own namespace when left out. */
export interface InNetns {
	/** Path of a namespace file: `/proc/<pid>/ns/net` or `/run/netns/<name>`. */
	netns?: string;
}

export type LinkKind = 'veth' | 'bridge' | 'vxlan' | 'dummy' | 'macvlan';

/** One kernel action. Failures carry the errno's name (`ENOENT`) and the action that failed. */
export type KernelOp =
	| { op: 'mkdir'; path: string; mode?: number; parents?: boolean }
	| { op: 'write'; path: string; data: string | Uint8Array; mode?: number; append?: boolean }
	/** Answers the content, at most `max` bytes (default 1 MiB). */
	| { op: 'read'; path: string; max?: number }
	/** Answers a `DirEntry` list. */
	| { op: 'list'; path: string }
	| { op: 'stat'; path: string }
	| { op: 'symlink'; target: string; path: string }
	| { op: 'rename'; from: string; to: string }
	| { op: 'remove'; path: string; recursive?: boolean }
	| {
			op: 'mount';
			source: string;
			target: string;
			fstype: string;
			flags?: MountFlag[];
			data?: string;
	  }
	| { op: 'umount'; target: string; lazy?: boolean }
	| { op: 'kill'; pid: number; signal: number }
	/** Makes a network namespace with `lo` up and binds it to `path`. */
	| { op: 'netns-add'; path: string }
	| { op: 'netns-del'; path: string }
	| ({
			op: 'link-add';
			name: string;
			kind: LinkKind;
			peer?: { name: string; netns?: string; address?: string };
			address?: string;
			mtu?: number;
			master?: string;
			/** The underlying link of a vxlan or macvlan. */
			lower?: string;
			vni?: number;
			port?: number;
			up?: boolean;
	  } & InNetns)
	| ({
			op: 'link-set';
			name: string;
			up?: boolean;
			master?: string;
			rename?: string;
			address?: string;
			mtu?: number;
			/** Moves the link into this namespace. */
			to?: string;
	  } & InNetns)
	| ({ op: 'link-del'; name: string } & InNetns)
	| ({ op: 'addr-add' | 'addr-del'; link: string; cidr: string } & InNetns)
	| ({
			op: 'route-add' | 'route-del';
			dst: string;
			via?: string;
			link?: string;
			/** The gateway is reached through `link` though no route says so. */
			onlink?: boolean;
	  } & InNetns)
	/** A permanent neighbour: MAC `address` of the IPv4 address `dst`. */
	| ({ op: 'neigh-add' | 'neigh-del'; link: string; address: string; dst: string } & InNetns)
	/** An entry of a vxlan's forwarding table: frames to MAC `address` go to the peer at `dst`. */
	| ({ op: 'fdb-add' | 'fdb-del'; link: string; address: string; dst: string } & InNetns)
	/** Every directory of a tree with the content of these files, for trees like `/sys/fs/cgroup`. */
	| { op: 'tree'; path: string; files: string[] }
	/** Links, addresses, routes and sockets of these network namespaces. */
	| { op: 'networks'; netns: string[] }
	/** What a layer's directory holds, breadth first, at most `max` entries. */
	| { op: 'sheet'; path: string; max: number }
	/** A number that changes with each change of the node's iptables rules, and what each rule has counted. */
	| { op: 'rule-counters' };

export type MountFlag =
	| 'ro'
	| 'nosuid'
	| 'nodev'
	| 'noexec'
	| 'bind'
	| 'rbind'
	| 'remount'
	| 'private'
	| 'rprivate'
	| 'slave'
	| 'rslave'
	| 'shared'
	| 'rshared'
	| 'strictatime'
	| 'noatime'
	| 'relatime';

export interface DirEntry {
	name: string;
	type: 'file' | 'dir' | 'symlink' | 'char' | 'block' | 'fifo' | 'socket';
	size: number;
	mode: number;
	/** Milliseconds since 1970. */
	mtime: number;
	uid: number;
	gid: number;
	/** Device number of a device file, `major << 8 | minor`; 0 for a whiteout. */
	rdev: number;
	inode: number;
}

export type KernelResult =
	/** `data` of a read is the content; of `tree`, `networks`, `sheet` and `rule-counters` the attributes as they came. */
	| { ok: true; data?: Uint8Array<ArrayBuffer>; entries?: DirEntry[] }
	| { ok: false; errno: string; message: string };

export interface MountSpec {
	/** Inside the root file system. Made (file or directory, as the source is) when missing. */
	target: string;
	/** A path in the node for binds; `proc`, `tmpfs`, … otherwise. */
	source: string;
	fstype: string;
	flags?: MountFlag[];
	data?: string;
}

export interface Rlimit {
	type: 'nofile' | 'nproc' | 'core' | 'memlock' | 'stack' | 'fsize' | 'cpu';
	soft: number;
	hard: number;
}

/** A process to start: a login shell, a container's first process, an exec in a container. */
export interface ProcessSpec {
	argv: string[];
	/** `NAME=value` */
	env: string[];
	cwd?: string;
	/** Namespaces made anew for this process. */
	unshare?: NamespaceKind[];
	/** Namespaces joined, each by the path of its file. */
	join?: Partial<Record<NamespaceKind, string>>;
	/** Joins all namespaces, the root and the cgroup of this process (exec). */
	joinPid?: number;
	/** Becomes `/` by pivot_root; needs a new mount namespace. */
	rootfs?: string;
	readonlyRootfs?: boolean;
	mounts?: MountSpec[];
	maskedPaths?: string[];
	readonlyPaths?: string[];
	sysctls?: Record<string, string>;
	hostname?: string;
	/** Path below `/sys/fs/cgroup`, which exists; the process is in it before it runs. */
	cgroup?: string;
	/** Names or numbers as docker's `--user`: `uid[:gid]`, `name[:group]`, looked up in the rootfs. */
	user?: string;
	groups?: number[];
	/** `CAP_…` names kept; all are kept when left out. */
	capabilities?: string[];
	noNewPrivileges?: boolean;
	rlimits?: Rlimit[];
	oomScoreAdj?: number;
	/** Runs the program as child of a small reaping init, as `docker run --init`. */
	init?: boolean;
	/** Gives the process a PTY as its controlling terminal (in the container's devpts if it has one). */
	terminal?: { rows: number; columns: number };
	/** Keeps stdin open for `write`; `/dev/null` otherwise. */
	stdin?: boolean;
	/** With false, outputs go to `/dev/null` and no byte crosses the wire. Default true. */
	output?: boolean;
	/** Its events, and those of what it starts, are told to no subscriber: it is not the user's doing. */
	hidden?: boolean;
}

export type OutputName = 'stdout' | 'stderr';

export interface ExitStatus {
	/** 0–255 as a shell would print it: 128 + signal when killed. */
	code: number;
	signal?: number;
}

/** A process started by the agent. Output is flow-controlled: a slow reader slows the process. */
export interface GuestProcess {
	/** In the node's own PID namespace. */
	readonly pid: number;
	/** Settles once the guest has room again. */
	write(data: Uint8Array): Promise<void>;
	closeStdin(): void;
	resize(rows: number, columns: number): void;
	/** At most one listener a process; output before it is set is kept. */
	onOutput(
		listener: (stream: OutputName, data: Uint8Array<ArrayBuffer>) => void | Promise<void>,
	): void;
	/** Settles after the last output was delivered. */
	readonly exited: Promise<ExitStatus>;
}

/** Two-way bytes to a TCP port, opened by the guest's kernel. */
export interface GuestSocket {
	write(data: Uint8Array): Promise<void>;
	/** Ends at the peer's FIN. */
	readonly data: AsyncIterable<Uint8Array<ArrayBuffer>>;
	/** Half-close in our direction. */
	end(): void;
	close(): void;
}

/** A socket the agent listens on in the guest. */
export interface GuestListener {
	close(): void;
}

export interface Datagram {
	/** `address:port` of the sender. */
	from: string;
	data: Uint8Array<ArrayBuffer>;
}

/** One line of `ps`, from `/proc`. Inode numbers identify namespaces. */
export interface ProcessFact {
	pid: number;
	ppid: number;
	comm: string;
	args: string[];
	/** One letter as in `/proc/<pid>/stat`: R S D Z T … */
	state: string;
	/** PIDs from the outermost namespace to the innermost (`NSpid`). */
	nspid: number[];
	ns: Partial<Record<NamespaceKind, number>>;
	/** Path below `/sys/fs/cgroup`. */
	cgroup: string;
	uid: number;
	rssBytes: number;
	/** User plus system time in milliseconds. */
	cpuMs: number;
	/** Milliseconds since the guest booted. */
	startMs: number;
}

export type GuestEvent =
	| { type: 'oom'; cgroup: string; count: number }
	/** From the kernel's proc connector, while at least one subscriber wants them. */
	| { type: 'exec'; pid: number; ppid: number; args: string[]; time: number }
	| { type: 'fork'; pid: number; ppid: number; time: number }
	| { type: 'exit'; pid: number; status: ExitStatus; time: number };

/** One entry of the log behind "What did that do?". */
export interface KernelAction {
	/** Wall-clock milliseconds. */
	time: number;
	/** Duration in milliseconds as seen by the caller. */
	took: number;
	/** One line: `mount overlay …`, `clone newpid newnet …`, `write cpu.max …`. */
	what: string;
	error?: string;
}

/** A `kubectl` or `docker` typed in the guest: what the client program hands over. */
export interface CommandRequest {
	argv: string[];
	env: Record<string, string>;
	cwd: string;
	/** PID of the client program; its root and cwd resolve file names. */
	pid: number;
	/** Which of its standard streams are terminals. */
	isTty: { stdin: boolean; stdout: boolean; stderr: boolean };
	size: { rows: number; columns: number };
}

/** The standard streams of that client program. */
export interface CommandSession {
	readonly request: CommandRequest;
	/** Reads only when asked, so that a command that takes no input leaves it to the shell; `null` at the end. */
	read(): Promise<Uint8Array<ArrayBuffer> | null>;
	/** Settles once the guest has room; rejects with `EPIPE` when the reader is gone. */
	write(stream: OutputName, data: Uint8Array): Promise<void>;
	/** Raw mode of its terminal, as `exec -it` needs it; put back at the exit. */
	setRaw(raw: boolean): Promise<void>;
	onResize(listener: (rows: number, columns: number) => void): void;
	/** Every signal of the client, for a command that passes them on; at most one listener. */
	onSignal(listener: (signal: number) => void): void;
	/** Aborts on the first SIGINT/SIGTERM/SIGHUP of the client; the reason's `signal` has the number. */
	readonly signal: AbortSignal;
	exit(code: number): void;
}

export interface AgentHello {
	protocol: number;
	kernel: string;
	/** Milliseconds since the guest booted. */
	uptimeMs: number;
	memoryBytes: number;
}

/** What makes a clone of the one saved state this node. Applied in one request. */
export interface GuestIdentity {
	hostname: string;
	/** Wall-clock milliseconds since 1970. */
	time: number;
	entropy: Uint8Array;
	mac: string;
	/** Address of `eth0` with prefix length. */
	cidr: string;
	gateway?: string;
	/** Lines appended to `/etc/hosts`: address and names. */
	hosts: string[];
	machineId: string;
}

export interface Agent {
	hello(): Promise<AgentHello>;
	identify(identity: GuestIdentity): Promise<void>;
	/** Runs the operations in order and stops at the first failure, unless `keepGoing`. */
	batch(ops: KernelOp[], options?: { keepGoing?: boolean }): Promise<KernelResult[]>;
	spawn(spec: ProcessSpec): Promise<GuestProcess>;
	/** Connects from a network namespace of the guest. */
	dial(target: {
		address: string;
		port: number;
		netns?: string;
		timeoutMs?: number;
	}): Promise<GuestSocket>;
	listenTcp(
		at: { address: string; port: number },
		onConnection: (socket: GuestSocket) => void,
	): Promise<GuestListener>;
	listenUdp(
		at: { address: string; port: number },
		onDatagram: (datagram: Datagram, reply: (data: Uint8Array) => void) => void,
	): Promise<GuestListener>;
	/** Every process of the node, from `/proc`, in one request. */
	processes(): Promise<ProcessFact[]>;
	/** Watches `memory.events` of a cgroup until it is removed. */
	watchOom(cgroup: string): Promise<void>;
	subscribe(listener: (event: GuestEvent) => void, options?: { processes?: boolean }): () => void;
	onCommand(listener: (session: CommandSession) => void): void;
	/** Actions since `sequence` (0: all that are kept), oldest first. */
	actions(since?: number): { next: number; actions: KernelAction[] };
	/** Damaged frames seen on either side. */
	stats(): { framesIn: number; framesOut: number; badFrames: number; badFramesGuest: number };
	/** Rejects everything open with this error: the guest is gone. */
	close(error: Error): void;
}

/** Thrown by `spawn`, `dial` and by helpers that turn a failed result into an exception. */
export interface KernelErrorFields {
	errno: string;
	what: string;
}
