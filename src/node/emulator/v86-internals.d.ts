/** The parts of v86 that its own types leave out; names as in its source. */

export interface VirtQueue {
	enabled: boolean;
	count_requests(): number;
}

export interface NetworkCard {
	/** Bit 0: there is a carrier. */
	status: number;
	virtio: { queues: VirtQueue[]; notify_config_changes(): void };
}

export interface VirtioDevice {
	virtio: { queues: VirtQueue[] };
}

/** Sizes are in pages of 4 KiB. */
export interface BalloonDevice {
	/** What the guest is asked to give. */
	num_pages: number;
	/** What it has given. */
	actual: number;
	Inflate(pages: number): void;
}

export interface Cpu {
	wasm_memory: WebAssembly.Memory;
	mem8: Uint8Array;
	in_hlt: Uint8Array;
	instruction_counter: Uint32Array;
	devices: {
		virtio_console: VirtioDevice;
		virtio_net: NetworkCard;
		virtio_balloon: BalloonDevice;
	};
	last_result: Int32Array;
	fpu_status_word: Uint16Array;
	mxcsr: Int32Array;
	current_tsc: Uint32Array;
	unpack_memory(bitmap: { get(page: number): number }, packed: Uint8Array): void;
	is_memory_zeroed(address: number, length: number): boolean;
	zero_memory(address: number, length: number): void;
	store_current_tsc(): void;
	set_tsc(low: number, high: number): void;
	/** 1: guest pages in one compiled module. */
	set_jit_config(index: number, value: number): void;
}

export interface Inode {
	direntries: Map<string, number>;
	size: number;
	mode: number;
	uid: number;
	gid: number;
	atime: number;
	mtime: number;
	ctime: number;
	major: number;
	minor: number;
	symlink: string;
	nlinks: number;
}

/** The file system of the 9p share. Errors are negative numbers; the root is inode 0. */
export interface Filesystem {
	inodes: Inode[];
	inodedata: Record<number, Uint8Array>;
	Search(parent: number, name: string): number;
	CreateDirectory(name: string, parent: number): number;
	CreateFile(name: string, parent: number): number;
	CreateNode(name: string, parent: number, major: number, minor: number): number;
	CreateSymlink(name: string, parent: number, target: string): number;
	Link(parent: number, target: number, name: string): number;
	Unlink(parent: number, name: string): number;
}

export interface Processor {
	cpu: Cpu;
	/** Has `yield_callback` called after so many milliseconds; an earlier wish is void. */
	yield(ms: number, tick: number): void;
	yield_callback(tick: number): void;
	unregister_yield(): void;
}

export interface Emulator {
	v86: Processor;
	bus: { send(event: string, data: unknown): void };
	fs9p: Filesystem;
	add_listener(event: string, listener: (data: never) => void): void;
	run(): Promise<void>;
	stop(): Promise<void>;
	destroy(): Promise<void>;
	save_state(): Promise<ArrayBuffer>;
	restore_state(state: ArrayBuffer): Promise<void>;
	get_instruction_counter(): number;
}
