/** One file, folder, link or device of a file system that is being put together in memory. */
export interface Entry {
	readonly type: 'file' | 'folder' | 'link' | 'device';
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	/** The contents of a file. */
	readonly data?: Uint8Array;
	/** Where a symbolic link points to. */
	readonly target?: string;
	/** Major and minor number of a character device. */
	readonly device?: readonly [number, number];
}

/** A file system in memory; paths are relative to its root and have no leading slash. */
export class Tree {
	readonly #entries = new Map<string, Entry>();

	/** Puts an entry at a path, and the folders above it when they are missing. */
	set(path: string, entry: Entry): void {
		const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
		if (parent !== '' && !this.#entries.has(parent)) this.folder(parent);
		this.#entries.set(path, entry);
	}

	file(path: string, data: Uint8Array | string, mode = 0o644): void {
		const bytes = typeof data === 'string' ? Buffer.from(data) : data;
		this.set(path, { type: 'file', mode, uid: 0, gid: 0, data: bytes });
	}

	folder(path: string, mode = 0o755): void {
		this.set(path, { type: 'folder', mode, uid: 0, gid: 0 });
	}

	link(path: string, target: string): void {
		this.set(path, { type: 'link', mode: 0o777, uid: 0, gid: 0, target });
	}

	get(path: string): Entry | undefined {
		return this.#entries.get(path);
	}

	has(path: string): boolean {
		return this.#entries.has(path);
	}

	/** All entries in byte order of their paths, so that a folder comes before what it holds. */
	sorted(): readonly (readonly [string, Entry])[] {
		return [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
	}

	/** The bytes of all files. */
	bytes(): number {
		return this.sorted().reduce((sum, [, entry]) => sum + (entry.data?.length ?? 0), 0);
	}
}
