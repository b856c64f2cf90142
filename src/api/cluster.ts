import type { Transport } from './transport.ts';
import type { InspectPart, NodeInspection } from './inspect.ts';
import type {
	AuditEvent,
	BootProgress,
	Foreground,
	GuestLook,
	GuestRequest,
	GuestResponse,
	GuestView,
	NodeFacts,
	LinkQuality,
	Runs,
	TerminalOptions,
} from './node.ts';
import type { GuestEvent, KernelAction } from './agent.ts';

export type NodePower = 'off' | 'booting' | 'running' | 'frozen' | 'lost';

export interface ClusterNode {
	name: string;
	role: 'control-plane' | 'worker';
	address: string;
	power: NodePower;
	/** Why it is lost. */
	error?: string;
}

/** True figures of a boot: bytes by download, phases by what was done. */
export type ClusterProgress =
	| { kind: 'download'; what: 'emulator' | 'state'; bytes: number; total: number; cached: boolean }
	| { kind: 'node'; progress: BootProgress }
	| { kind: 'control-plane'; ready: boolean };

/** Bytes of one terminal. */
export interface TerminalSession {
	/** Of the program in it, on its node. */
	readonly pid?: number;
	write(data: Uint8Array | string): void;
	resize(rows: number, columns: number): void;
	onData(listener: (data: Uint8Array) => void): void;
	onExit(listener: (code: number) => void): void;
	close(): void;
}

/** The rack, as the page, lessons and the headless server see it. */
export interface Cluster {
	/** Rejects everything in a cluster that does not run Kubernetes. */
	readonly api: Transport;
	readonly runs: Runs;
	nodes(): ClusterNode[];
	/** Called at once with the present state, then at each change. */
	onNodes(listener: (nodes: ClusterNode[]) => void): () => void;
	onProgress(listener: (progress: ClusterProgress) => void): () => void;
	/** Settles when every agent has answered and the API server serves. */
	start(): Promise<void>;
	stop(): Promise<void>;
	openTerminal(node: string, options: TerminalOptions): Promise<TerminalSession>;
	/** Who has the terminal of the session with this PID; undefined once it has ended. */
	foreground(node: string, pid: number): Promise<Foreground | undefined>;
	/** Signals every process of a group on this node. */
	signal(node: string, pgid: number, signal: number): Promise<void>;
	facts(node: string): Promise<NodeFacts>;
	inspect(node: string, parts: InspectPart[]): Promise<NodeInspection>;
	/** What the API server was asked to write, and by whom. */
	audit(since: number): Promise<{ next: number; events: AuditEvent[] }>;
	look(node: string, look: GuestLook): Promise<GuestView>;
	/** Writes a file of a node, or adds to its end. */
	putFile(
		node: string,
		path: string,
		content: string | Uint8Array,
		append?: boolean,
	): Promise<void>;
	/** A file of a node, of a folder its tar archive; `told` hears how many bytes are here. */
	takeFile(
		node: string,
		path: string,
		told?: (bytes: number) => void,
	): Promise<{ name: string; content: Blob }>;
	/** Images that can be pulled on this node; none where no engine runs. */
	offeredImages(node: string): Promise<string[]>;
	request(node: string, request: GuestRequest): Promise<GuestResponse>;
	/**
	 * HTTP over connections of a node's kernel. The `path` of a request is a whole address (`http://node-1:30080/`); without an
	 * answer it rejects with an error whose `errno` says why (`ECONNREFUSED`, `ENOTFOUND`, `EOF`, …).
	 */
	web(node: string): Transport;
	actions(node: string, since: number): Promise<{ next: number; actions: KernelAction[] }>;
	onGuestEvent(listener: (node: string, event: GuestEvent) => void): () => void;
	/** Pulls the plug: the worker is terminated. */
	powerOff(node: string): Promise<void>;
	/** Restores the saved state into a new worker; what the node held is gone, as after a replaced machine. */
	powerOn(node: string): Promise<void>;
	freeze(node: string): Promise<void>;
	resume(node: string): Promise<void>;
	setLink(node: string, link: LinkQuality): Promise<void>;
}
