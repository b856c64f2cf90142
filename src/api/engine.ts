import type { ExitStatus, GuestProcess, Rlimit } from './agent.ts';

/** Image references are docker's: `nginx`, `nginx:1`, `docker.io/library/nginx@sha256:…`. */
export interface ImageConfig {
	env: string[];
	entrypoint: string[];
	cmd: string[];
	workingDir: string;
	user: string;
	exposedPorts: string[];
	volumes: string[];
	labels: Record<string, string>;
	stopSignal: string;
}

export interface Image {
	/** `sha256:…` of the config. */
	id: string;
	/** `nginx:1` */
	tags: string[];
	/** `nginx@sha256:…` */
	digests: string[];
	/** Milliseconds since 1970. */
	created: number;
	/** Bytes of the unpacked layers. */
	size: number;
	architecture: string;
	os: string;
	config: ImageConfig;
	layers: ImageLayer[];
	history: { created: number; createdBy: string; emptyLayer: boolean; size: number }[];
}

export interface ImageLayer {
	diffId: string;
	chainId: string;
	/** The real directory in the node. */
	directory: string;
	size: number;
}

export type PullProgress =
	/** `note`: what was asked for is not here, and what came in its place. */
	| { phase: 'resolving' | 'pulled' | 'up-to-date'; digest?: string; ref: string; note?: string }
	| {
			phase: 'exists' | 'waiting' | 'downloading' | 'verifying' | 'extracting' | 'complete';
			layer: string;
			done: number;
			total: number;
	  };

export interface Resources {
	/** Hard limit in bytes. */
	memory?: number;
	/** Billionths of a CPU. */
	nanoCpus?: number;
	/** Relative weight, docker's 2…262144. */
	cpuShares?: number;
	pidsLimit?: number;
	/** When memory runs out, all processes of the container are killed together. */
	oomGroup?: boolean;
}

export interface Mount {
	type: 'bind' | 'volume' | 'tmpfs';
	/** A path in the node, or a volume's name. */
	source: string;
	target: string;
	readonly: boolean;
	/** A bind whose source is not made when it is missing. */
	mustExist?: boolean;
	/** A volume that does not get what the image has there. */
	noCopy?: boolean;
}

export type NetworkMode = 'bridge' | 'host' | 'none' | `container:${string}` | `sandbox:${string}`;

export interface PortBinding {
	containerPort: number;
	protocol: 'tcp' | 'udp';
	hostPort: number;
	hostIp?: string;
}

export interface ContainerConfig {
	name?: string;
	image: string;
	/** Replaces the image's Entrypoint. */
	entrypoint?: string[];
	/** Replaces the image's Cmd. */
	cmd?: string[];
	env?: string[];
	workingDir?: string;
	user?: string;
	/** Groups besides the user's own. */
	groups?: number[];
	hostname?: string;
	labels?: Record<string, string>;
	tty?: boolean;
	/** Keeps stdin open. */
	openStdin?: boolean;
	mounts?: Mount[];
	network?: NetworkMode;
	ports?: PortBinding[];
	resources?: Resources;
	capAdd?: string[];
	capDrop?: string[];
	privileged?: boolean;
	readonlyRootfs?: boolean;
	init?: boolean;
	autoRemove?: boolean;
	stopSignal?: string;
	/** Lines for `/etc/hosts`; containers of a sandbox have the sandbox's file. */
	extraHosts?: string[];
	dns?: { nameservers: string[]; searches: string[]; options: string[] };
	restart?: { name: 'no' | 'always' | 'on-failure' | 'unless-stopped'; maximumRetryCount: number };
	/** The pod sandbox whose net, ipc and uts namespaces it shares and below whose cgroup it lives. */
	sandbox?: string;
	/** Joins the PID namespace of the sandbox too (`shareProcessNamespace`). */
	sharePid?: boolean;
	noNewPrivileges?: boolean;
	oomScoreAdj?: number;
	sysctls?: Record<string, string>;
	ulimits?: Rlimit[];
	/** Further groups of its processes, by name or number. */
	groupAdd?: string[];
	/** Bytes of `/dev/shm`. */
	shmSize?: number;
	/** The PID namespace it shares, instead of one of its own. */
	pid?: 'host' | `container:${string}`;
	/** Containers whose mounts it has, too: `name[:ro]`. */
	volumesFrom?: string[];
	/** `80/tcp` */
	exposedPorts?: string[];
	/** Opens a free port of the node for each exposed port. */
	publishAll?: boolean;
	/** Seconds between the stop signal and the kill. */
	stopTimeout?: number;
	/** The first size of its terminal. */
	size?: { rows: number; columns: number };
}

export type ContainerState =
	'created' | 'running' | 'paused' | 'restarting' | 'exited' | 'dead' | 'removing';

/** What `docker inspect` and CRI's ContainerStatus are made from. Times in milliseconds, 0 if never. */
export interface Container {
	id: string;
	name: string;
	config: ContainerConfig;
	imageId: string;
	/** As it was asked for. */
	image: string;
	/** The whole command line that runs. */
	argv: string[];
	state: ContainerState;
	pid: number;
	exitCode: number;
	oomKilled: boolean;
	/** Why a start failed. */
	error: string;
	created: number;
	started: number;
	finished: number;
	restartCount: number;
	ip: string;
	gateway: string;
	mac: string;
	cgroup: string;
	netns: string;
	/** Host side of its veth, empty without one. */
	veth: string;
	overlay: { lower: string[]; upper: string; work: string; merged: string };
	mounts: Mount[];
}

/** After moby's container.WaitCondition. */
export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

export interface LogEntry {
	/** Milliseconds since 1970. */
	time: number;
	stream: 'stdout' | 'stderr';
	/** One line with its line end, or a part of one. */
	data: Uint8Array<ArrayBuffer>;
}

export interface LogOptions {
	follow?: boolean;
	tail?: number;
	/** Milliseconds since 1970. */
	since?: number;
	until?: number;
	/** The run before the last restart of the same pod container; kubelet's `previous`. */
	signal?: AbortSignal;
}

export interface ContainerStats {
	id: string;
	/** Milliseconds since 1970. */
	time: number;
	cpuUsageNs: number;
	throttledPeriods: number;
	memoryBytes: number;
	/** The limit, or the node's memory without one. */
	memoryLimit: number;
	pids: number;
	pidsLimit: number;
	rxBytes: number;
	txBytes: number;
	readBytes: number;
	writeBytes: number;
}

export interface ExecConfig {
	cmd: string[];
	tty?: boolean;
	stdin?: boolean;
	env?: string[];
	user?: string;
	workingDir?: string;
	privileged?: boolean;
	size?: { rows: number; columns: number };
}

/** After CRI's PodSandboxConfig. */
export interface PodSandboxConfig {
	name: string;
	namespace: string;
	uid: string;
	attempt: number;
	hostname: string;
	labels: Record<string, string>;
	annotations: Record<string, string>;
	hostNetwork: boolean;
	/** Cgroup of the pod, below `/sys/fs/cgroup`; made when missing. */
	cgroupParent: string;
	dns: { nameservers: string[]; searches: string[]; options: string[] };
	portMappings: PortBinding[];
	/** What `/etc/hosts` says before and after the line of the sandbox's address, and the names on that line. */
	hosts?: { head: string; names: string; tail: string };
	sysctls?: Record<string, string>;
}

export interface PodSandbox {
	id: string;
	config: PodSandboxConfig;
	state: 'ready' | 'notready';
	created: number;
	ip: string;
	/** Of the pause process. */
	pid: number;
	netns: string;
	veth: string;
}

export interface ContainerFilter {
	all?: boolean;
	sandbox?: string;
	/** `key` or `key=value` each. */
	labels?: string[];
	name?: string;
}

export type EngineEvent =
	| {
			type: 'container';
			action:
				| 'create'
				| 'start'
				| 'die'
				| 'kill'
				| 'stop'
				| 'oom'
				| 'destroy'
				| 'restart'
				| 'rename'
				| 'exec_start'
				| 'exec_die'
				| 'pause'
				| 'unpause';
			id: string;
			name: string;
			image: string;
			time: number;
			exitCode?: number;
			/** Labels of the container: the kubelet finds its pod by them. */
			labels: Record<string, string>;
	  }
	| {
			type: 'image';
			action: 'pull' | 'tag' | 'untag' | 'delete';
			id: string;
			name: string;
			time: number;
	  }
	| { type: 'sandbox'; action: 'start' | 'stop' | 'remove'; id: string; time: number };

/** Milliseconds since 1970; both bounds are within. */
export interface EventRange {
	since?: number | undefined;
	until?: number | undefined;
}

/** What a client sees of a running container's streams. */
export interface Attachment {
	onOutput(
		listener: (stream: 'stdout' | 'stderr', data: Uint8Array<ArrayBuffer>) => void | Promise<void>,
	): void;
	write(data: Uint8Array): Promise<void>;
	closeStdin(): void;
	resize(rows: number, columns: number): void;
	detach(): void;
	/** Settles when the container ends or the attachment is detached. */
	readonly done: Promise<void>;
}

export interface Volume {
	name: string;
	mountpoint: string;
	/** Milliseconds since 1970. */
	created: number;
	labels: Record<string, string>;
	/** Made without a name, by an image's VOLUME or `-v /path`. */
	anonymous: boolean;
	/** Ids of the containers that mount it. */
	usedBy: string[];
}

export interface Network {
	id: string;
	name: string;
	driver: 'bridge' | 'host' | 'null';
	/** Empty for host and none. */
	subnet: string;
	gateway: string;
	bridge: string;
	containers: { id: string; name: string; mac: string; cidr: string }[];
}

/**
 * dockerd and containerd in one: docker's verbs and CRI's.
 * Errors are `EngineError` (src/client/engine-error.ts) whose message is docker's text and whose
 * `status` is the Docker Engine API's HTTP code.
 */
export interface Engine {
	pullImage(
		ref: string,
		onProgress?: (progress: PullProgress) => void,
		signal?: AbortSignal,
	): Promise<Image>;
	listImages(): Image[];
	/** By name, digest, or a prefix of the id; undefined when absent. */
	image(ref: string): Image | undefined;
	tagImage(ref: string, tag: string): void;
	/** Answers what was untagged and deleted, in docker's order. */
	removeImage(
		ref: string,
		options?: { force?: boolean },
	): Promise<{ untagged?: string; deleted?: string }[]>;

	runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox>;
	stopPodSandbox(id: string): Promise<void>;
	removePodSandbox(id: string): Promise<void>;
	listPodSandboxes(): PodSandbox[];

	createContainer(config: ContainerConfig): Promise<Container>;
	startContainer(id: string): Promise<void>;
	/** TERM (or the stop signal), grace, KILL. */
	stopContainer(id: string, graceSeconds?: number): Promise<void>;
	killContainer(id: string, signal?: string): Promise<void>;
	restartContainer(id: string, graceSeconds?: number): Promise<void>;
	pauseContainer(id: string): Promise<void>;
	unpauseContainer(id: string): Promise<void>;
	renameContainer(id: string, name: string): Promise<void>;
	removeContainer(id: string, options?: { force?: boolean; volumes?: boolean }): Promise<void>;
	/** Answers the exit code once no restart follows: of the run under way, of the next one, or at its removal. */
	waitContainer(id: string, until?: WaitCondition): Promise<ExitStatus>;
	/** By name, id, or unambiguous prefix of the id. Throws `No such container: x`. */
	container(id: string): Container;
	listContainers(filter?: ContainerFilter): Container[];
	/** Ends when the container has (follow) or at the last entry. */
	logs(id: string, options?: LogOptions): AsyncIterable<LogEntry>;
	attach(id: string): Attachment;
	/** An interactive container of a pod ended before anybody attached: an attachment still gets what it printed. */
	hasUnreadOutput(id: string): boolean;
	exec(id: string, config: ExecConfig): Promise<GuestProcess>;
	stats(id: string): Promise<ContainerStats>;
	/** What the container changed in its root file system, as `docker diff`. */
	changes(id: string): Promise<{ kind: 'A' | 'C' | 'D'; path: string }[]>;
	/** Bytes of what it wrote, and of all its root file system shows. */
	containerSize(id: string): Promise<{ own: number; root: number }>;
	/** The container's root as a directory of the node; mounted for the time of `use` when it is not. */
	withRootfs<T>(id: string, use: (directory: string) => Promise<T>): Promise<T>;
	listVolumes(): Volume[];
	/** Answers the volume of this name, made when missing; an anonymous one without a name. */
	createVolume(name?: string, labels?: Record<string, string>): Promise<Volume>;
	removeVolume(name: string): Promise<void>;
	listNetworks(): Network[];
	/** Processes of the container, as `docker top`. */
	top(
		id: string,
	): Promise<{ pid: number; ppid: number; user: string; time: string; command: string }[]>;
	info(): Promise<EngineInfo>;
	subscribe(listener: (event: EngineEvent) => void): () => void;
	/** Of the last 256 events those of this time; none without a bound, as there is no past to tell then. */
	pastEvents(range: EventRange): EngineEvent[];
}

export interface EngineInfo {
	containers: number;
	running: number;
	paused: number;
	stopped: number;
	images: number;
	storageDriver: string;
	backingFilesystem: string;
	cgroupVersion: string;
	kernelVersion: string;
	operatingSystem: string;
	architecture: string;
	cpus: number;
	memoryBytes: number;
	name: string;
}
