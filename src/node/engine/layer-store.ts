/** One object of an unpacked layer. Overlay whiteouts are `char` entries with device number 0. */
export interface TreeEntry {
	/** Relative to the layer's root, without a leading slash; the root itself is `.`. */
	path: string;
	type: 'file' | 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo';
	/** Permission bits only. */
	mode: number;
	uid: number;
	gid: number;
	/** Milliseconds since 1970. */
	mtime: number;
	/** Content of a file; never written to again by the caller. */
	data?: Uint8Array<ArrayBuffer>;
	/** What a symlink names, or the path (in this layer) that a hard link repeats. */
	target?: string;
	major?: number;
	minor?: number;
}

/**
 * Where the trees of image layers live: the 9p share of the machine, written from outside the guest.
 * The machine's side adapts its file system to this; tests use a folder in memory.
 */
export interface LayerStore {
	/** Entries come parents first; a hard link after what it repeats. Missing parents are made 0755. */
	writeTree(layerId: string, entries: readonly TreeEntry[]): Promise<void>;
	remove(layerId: string): Promise<void>;
	/** The layer's directory as the node sees it, below the mounted share. */
	directory(layerId: string): string;
}

/** How the node mounts the share; done once at the start of the engine. */
export interface LayerShare {
	tag: string;
	path: string;
	data: string;
}
