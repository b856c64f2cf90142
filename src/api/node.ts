import type { ProcessFact, KernelAction, GuestEvent, DirEntry } from './agent.ts';
import type { Container, Image, PodSandbox, Volume } from './engine.ts';
import type { InspectPart, NodeInspection } from './inspect.ts';

/** What every worker answers before any other call is made. */
export interface WorkerHello {
	version: number;
	capabilities: string[];
}

/** `linux`: the machine alone; `docker`: the engine too; `kubernetes`: kubelet, kube-proxy and DNS too. */
export type Runs = 'linux' | 'docker' | 'kubernetes';

/** MB of a machine, unless somebody wants it smaller. */
export const machineMemory = 512;
/** What a node needs for itself, and a few containers. */
export const leastMemory = 96;

export interface NodeOptions {
	name: string;
	role: 'control-plane' | 'worker';
	/** `192.168.56.<n>/24` on the switch. */
	cidr: string;
	mac: string;
	/** `10.244.<n>.0/24` */
	podCidr: string;
	/** Lines for `/etc/hosts` about the other nodes. */
	hosts: string[];
	/** The one saved state, as it was fetched (zstd). */
	state: ArrayBuffer;
	wasm: WebAssembly.Module;
	/** Base URL of the OCI image layout. */
	registry: string;
	/** MB that the guest has; {@link machineMemory} when left out. */
	memory?: number;
	/** False for a cluster of one: the control plane then takes pods. */
	tainted: boolean;
	runs: Runs;
}

export interface BootProgress {
	node: string;
	phase: 'restore' | 'agent' | 'identify' | 'engine' | 'kubelet' | 'ready';
	/** Milliseconds since the boot began. */
	atMs: number;
}

export interface TerminalOptions {
	rows: number;
	columns: number;
	/** Default: a login shell of root. */
	argv?: string[];
	/** What the shell's own words are in (`LANGUAGE`); English when left out. */
	language?: string;
}

/** Who has a terminal, as its kernel sees it. */
export interface Foreground {
	/** The process group that Ctrl+C reaches. */
	pgid: number;
	/** Of the group's leader; empty once that is gone. */
	name: string;
	/** Keys arrive one by one, as whoever edits a line or draws a screen wants them; otherwise line by line. */
	raw: boolean;
}

/** One real HTTP request sent by the guest's kernel. */
export interface GuestRequest {
	url: string;
	timeoutMs?: number;
	headers?: Record<string, string>;
}

export interface GuestResponse {
	status: number;
	body: string;
	/** Milliseconds. */
	took: number;
	/** Set when there was no answer: `dial tcp …: connect: connection refused`. */
	error?: string;
}

/** What the agent and the engine say about a node; the pictures are drawn from it. */
export interface NodeFacts {
	processes: ProcessFact[];
	containers: Container[];
	sandboxes: PodSandbox[];
	images: Image[];
	volumes: Volume[];
	memory: { totalBytes: number; availableBytes: number };
	/** Share of one CPU used since the last call, 0…1. */
	cpu: number;
}

/** Of a file that goes between the page and a machine: it lies in the memory of both. */
export const maxFileBytes = 64 << 20;

/** A file that was taken from a machine; of a folder, its archive. */
export interface TakenFile {
	name: string;
	bytes: number;
}

/** Files, links, rules and mounts as the guest prints them, for cards and lesson checks. */
export interface GuestLook {
	/** Contents by path; `null` when a file cannot be read. */
	files?: string[];
	dirs?: string[];
	/** Programs run to completion, at most 5 s each. */
	commands?: string[][];
}

export interface GuestView {
	files: Record<string, string | null>;
	dirs: Record<string, DirEntry[] | null>;
	commands: { code: number; stdout: string; stderr: string }[];
}

export interface MachineFigures {
	wasmBytes: number;
	/** Executed by the guest, modulo 2³². */
	instructions: number;
	agentFrames: number;
	badFrames: number;
}

/** The port of one node's worker (Comlink). Bytes go over the MessagePorts that are handed in. */
export interface NodePort {
	hello(): WorkerHello;
	/**
	 * Restores the state and starts engine, kubelet and kube-proxy. `api` carries the Kubernetes
	 * protocol in both directions (towards the API server, and from it to the kubelet); `wire` carries
	 * Ethernet frames. Settles when the agent has answered; the node's Ready condition follows by itself.
	 */
	boot(
		options: NodeOptions,
		api: MessagePort,
		wire: MessagePort,
		progress: (progress: BootProgress) => void,
	): Promise<void>;
	/** `told` hears why, once, when the machine has stopped for good: its kernel panicked or was powered off. */
	onHalt(told: (why: string) => void): Promise<void>;
	/** A PTY whose bytes go over `port`: Uint8Array both ways; `{resize:[rows,columns]}` in; `{exit:code}` out. Answers the program's PID. */
	openTerminal(options: TerminalOptions, port: MessagePort): Promise<number>;
	/** Who has the terminal that this process was started on; undefined when it has none, or is gone. */
	foreground(pid: number): Promise<Foreground | undefined>;
	/** Signals every process of a group. */
	signal(pgid: number, signal: number): Promise<void>;
	facts(): Promise<NodeFacts>;
	/** Reads these parts of the kernel's state now. */
	inspect(parts: InspectPart[]): Promise<NodeInspection>;
	look(look: GuestLook): Promise<GuestView>;
	/** Writes a file of the guest, with the directories above it, or adds to its end; `path` is absolute. */
	putFile(path: string, content: string | Uint8Array, append?: boolean): Promise<void>;
	/** Sends a file's bytes over `port`, or those of a folder as a tar archive; settles after the last. */
	takeFile(path: string, port: MessagePort): Promise<TakenFile>;
	/** Images that the registry offers, as they are written in commands: `nginx:1`. */
	offeredImages(): Promise<string[]>;
	request(request: GuestRequest): Promise<GuestResponse>;
	actions(since: number): Promise<{ next: number; actions: KernelAction[] }>;
	/** Programs that begin and end, and memory that ran out; forks alone are not told. */
	subscribe(listener: (event: GuestEvent) => void): Promise<void>;
	/** Serves the Docker Engine API on this port. */
	docker(port: MessagePort): Promise<void>;
	/** Serves HTTP as this guest's kernel can do it on this port: `path` is a whole `http:` address. */
	web(port: MessagePort): Promise<void>;
	/** Stops the guest's clock and CPU until `resume`. */
	freeze(): Promise<void>;
	resume(): Promise<void>;
	/** Whether the node's cable is plugged in, as its card sees it. */
	setCarrier(isUp: boolean): Promise<void>;
	consoleLog(): Promise<string>;
	/** Memory held, for the benchmark. */
	memory(): Promise<MachineFigures>;
}

/** One finished request to the API server, after `audit.k8s.io/v1` Event at level Metadata. */
export interface AuditEvent {
	/** Wall-clock milliseconds. */
	time: number;
	took: number;
	/** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection` */
	verb: string;
	/** `pods`, `deployments/status`; empty for a path that is no resource. */
	resource: string;
	namespace: string;
	name: string;
	path: string;
	code: number;
	/** `kubectl/…`, `kubelet/node-1`, `kube-scheduler`, `deployment-controller` … */
	userAgent: string;
	/** The node it came from; the page and the control plane have none. */
	node?: string;
}

/** The port of the control plane's worker (Comlink). */
export interface ControlPlanePort {
	hello(): WorkerHello;
	start(options: { advertiseAddress: string; serviceCidr: string }): Promise<void>;
	/** A client's connection; with a node's name, the same port also reaches that node's kubelet. */
	connect(port: MessagePort, node?: string): Promise<void>;
	/** The node's worker is gone: calls to its kubelet fail at once. */
	disconnect(node: string): Promise<void>;
	/** Writing requests since entry `since` (0: all that are kept), oldest first; reads are not kept. */
	audit(since: number): Promise<{ next: number; events: AuditEvent[] }>;
}

/** The port of the network's worker (Comlink). */
export interface NetworkPort {
	hello(): WorkerHello;
	attach(node: string, wire: MessagePort): Promise<void>;
	detach(node: string): Promise<void>;
	setLink(node: string, link: LinkQuality): Promise<void>;
	counters(): Promise<Record<string, LinkCounters>>;
}

export interface LinkQuality {
	up: boolean;
	delayMs: number;
	/** 0…1 */
	loss: number;
}

export interface LinkCounters {
	txFrames: number;
	rxFrames: number;
	txBytes: number;
	rxBytes: number;
	dropped: number;
}
