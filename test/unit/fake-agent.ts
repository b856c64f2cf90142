import type {
	Agent,
	DirEntry,
	ExitStatus,
	GuestEvent,
	GuestListener,
	GuestProcess,
	KernelOp,
	KernelResult,
	OutputName,
	ProcessSpec,
} from '../../src/api/agent.ts';

type Output = (stream: OutputName, data: Uint8Array<ArrayBuffer>) => void | Promise<void>;

/** A process of the fake: the test decides what it prints and when it ends. */
export class FakeProcess implements GuestProcess {
	readonly pid: number;
	readonly spec: ProcessSpec;
	readonly exited: Promise<ExitStatus>;
	input = '';
	#resolve: (status: ExitStatus) => void = () => undefined;
	#listener: Output | undefined;
	#kept: [OutputName, string][] = [];

	constructor(pid: number, spec: ProcessSpec) {
		this.pid = pid;
		this.spec = spec;
		this.exited = new Promise((resolve) => (this.#resolve = resolve));
	}
	print(text: string, stream: OutputName = 'stdout'): void {
		const told = this.#listener?.(stream, new TextEncoder().encode(text));
		// As with the agent, a listener that has gone loses the output.
		if (told) told.catch(() => undefined);
		else if (!this.#listener) this.#kept.push([stream, text]);
	}
	exit(code: number): void {
		this.#resolve({ code });
	}
	async write(data: Uint8Array): Promise<void> {
		this.input += new TextDecoder().decode(data);
	}
	closeStdin(): void {
		this.input += '<EOF>';
	}
	resize(): void {}
	onOutput(listener: Output): void {
		this.#listener = listener;
		for (const [stream, text] of this.#kept.splice(0)) this.print(text, stream);
	}
}

/** An agent without a kernel: it keeps what it was told, and programs are functions of the test. */
export class FakeAgent implements Agent {
	readonly ops: KernelOp[] = [];
	readonly spawned: FakeProcess[] = [];
	/** Contents answered to `read`. */
	readonly files = new Map<string, string>();
	/** What `list` answers for a folder. */
	readonly entries = new Map<string, (Pick<DirEntry, 'name' | 'type'> & Partial<DirEntry>)[]>();
	/** Called for each process that is no helper program of the node. */
	program: (process: FakeProcess) => void = (process) => process.exit(0);
	/** Thrown by the next spawn of a container. */
	refusal: (Error & { errno?: string }) | undefined;
	#listeners = new Set<(event: GuestEvent) => void>();
	#pid = 100;

	async hello() {
		return { protocol: 1, kernel: '6.1.0', uptimeMs: 1, memoryBytes: 96 << 20 };
	}
	async identify(): Promise<void> {}
	async batch(ops: KernelOp[], _options?: { keepGoing?: boolean }): Promise<KernelResult[]> {
		this.ops.push(...ops);
		return ops.map((op) => this.#answer(op));
	}
	#answer(op: KernelOp): KernelResult {
		if (op.op === 'kill') {
			const process = this.spawned.find((each) => each.pid === op.pid);
			process?.exit(128 + op.signal);
		}
		if (op.op === 'list') return { ok: true, entries: this.#list(op.path) };
		if (op.op !== 'read') return { ok: true };
		const text = this.files.get(op.path);
		if (text === undefined) return { ok: false, errno: 'ENOENT', message: `open ${op.path}` };
		return { ok: true, data: new TextEncoder().encode(text) };
	}
	#list(path: string): DirEntry[] {
		const plain = { size: 0, mode: 0o755, mtime: 0, uid: 0, gid: 0, rdev: 0, inode: 1 };
		return (this.entries.get(path) ?? []).map((entry) => ({ ...plain, ...entry }));
	}
	async spawn(spec: ProcessSpec): Promise<GuestProcess> {
		const process = new FakeProcess(this.#pid++, spec);
		const isContainer = spec.rootfs !== undefined || spec.joinPid !== undefined;
		if (isContainer && this.refusal) throw this.refusal;
		this.spawned.push(process);
		if (isContainer) this.program(process);
		else process.exit(0);
		return process;
	}
	dial(): never {
		throw new Error('not dialled here');
	}
	async listenTcp(): Promise<GuestListener> {
		return { close: () => undefined };
	}
	async listenUdp(): Promise<GuestListener> {
		return { close: () => undefined };
	}
	async processes() {
		return [];
	}
	async watchOom(): Promise<void> {}
	subscribe(listener: (event: GuestEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	tell(event: GuestEvent): void {
		for (const listener of this.#listeners) listener(event);
	}
	onCommand(): void {}
	actions() {
		return { next: 0, actions: [] };
	}
	stats() {
		return { framesIn: 0, framesOut: 0, badFrames: 0, badFramesGuest: 0 };
	}
	close(): void {}
}
