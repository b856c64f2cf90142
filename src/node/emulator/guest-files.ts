import type { Filesystem, Inode } from './v86-internals.d.ts';

/** One file of a layer, as a tar archive describes it. */
export interface TreeEntry {
	/** Below the tree's path, without a leading slash. */
	path: string;
	type: 'file' | 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo';
	/** Permission bits, with setuid, setgid and sticky. */
	mode: number;
	uid: number;
	gid: number;
	/** Seconds since 1970. */
	mtime: number;
	/** Of a file; it is kept, not copied. */
	data?: Uint8Array;
	/** Of a symbolic link its text, of a hard link the path it names in the tree. */
	target?: string;
	major?: number;
	minor?: number;
}

const typeBits: Record<TreeEntry['type'], number> = {
	file: 0o100000,
	hardlink: 0o100000,
	dir: 0o040000,
	symlink: 0o120000,
	char: 0o020000,
	block: 0o060000,
	fifo: 0o010000,
};

const directoryType = 0o040000;
const typeMask = 0o170000;
const root = 0;
/** What an inode and its name take of the host's memory, roughly. */
const inodeBytes = 300;

/** The 9p share, written from outside: nothing of it costs the guest's CPU or memory until it reads. */
export class GuestFiles {
	readonly #filesystem: () => Filesystem;

	constructor(filesystem: () => Filesystem) {
		this.#filesystem = filesystem;
	}

	/** Adds entries below `path`, which is made; an entry replaces one of its name, directories are kept. */
	writeTree(path: string, entries: Iterable<TreeEntry>): void {
		const base = this.#makeDirectories(root, parts(path));
		for (const entry of entries) this.#write(base, entry);
	}

	/** Removes a file, or a directory with all in it; answers whether it was there. */
	remove(path: string): boolean {
		const names = parts(path);
		const name = names.pop();
		const parent = this.#find(root, names);
		if (name === undefined || parent < 0) return false;
		const found = this.#filesystem().Search(parent, name);
		if (found < 0) return false;
		this.#removeEntry(parent, name, found);
		return true;
	}

	exists(path: string): boolean {
		return this.#find(root, parts(path)) >= 0;
	}

	/** Bytes of files and number of inodes below a path. */
	usage(path: string): { bytes: number; inodes: number; hostBytes: number } {
		const start = this.#find(root, parts(path));
		const seen = new Set<number>();
		if (start >= 0) this.#visit(start, seen);
		let bytes = 0;
		for (const id of seen) bytes += this.#inode(id).size;
		return { bytes, inodes: seen.size, hostBytes: bytes + seen.size * inodeBytes };
	}

	#inode(id: number): Inode {
		const inode = this.#filesystem().inodes[id];
		if (!inode) throw new RangeError(`no inode ${id}`);
		return inode;
	}

	#isDirectory(id: number): boolean {
		return (this.#inode(id).mode & typeMask) === directoryType;
	}

	#find(from: number, names: string[]): number {
		let at = from;
		for (const name of names) {
			if (at < 0 || !this.#isDirectory(at)) return -1;
			at = this.#filesystem().Search(at, name);
		}
		return at;
	}

	#makeDirectories(from: number, names: string[]): number {
		let at = from;
		for (const name of names) {
			const found = this.#filesystem().Search(at, name);
			if (found >= 0 && this.#isDirectory(found)) at = found;
			else {
				if (found >= 0) this.#removeEntry(at, name, found);
				at = this.#filesystem().CreateDirectory(name, at);
				Object.assign(this.#inode(at), { mode: directoryType | 0o755, uid: 0, gid: 0 });
			}
		}
		return at;
	}

	#write(base: number, entry: TreeEntry): void {
		const names = parts(entry.path);
		const name = names.pop();
		if (name === undefined) return this.#describe(base, entry);
		const parent = this.#makeDirectories(base, names);
		const found = this.#filesystem().Search(parent, name);
		if (found >= 0 && entry.type === 'dir' && this.#isDirectory(found))
			return this.#describe(found, entry);
		if (found >= 0) this.#removeEntry(parent, name, found);
		if (entry.type === 'hardlink') this.#link(base, parent, name, entry);
		else this.#describe(this.#create(parent, name, entry), entry);
	}

	#create(parent: number, name: string, entry: TreeEntry): number {
		const filesystem = this.#filesystem();
		switch (entry.type) {
			case 'dir':
				return filesystem.CreateDirectory(name, parent);
			case 'symlink':
				return filesystem.CreateSymlink(name, parent, entry.target ?? '');
			case 'file':
				return this.#createFile(parent, name, entry.data ?? new Uint8Array());
			default:
				return filesystem.CreateNode(name, parent, entry.major ?? 0, entry.minor ?? 0);
		}
	}

	#createFile(parent: number, name: string, data: Uint8Array): number {
		const id = this.#filesystem().CreateFile(name, parent);
		this.#inode(id).size = data.length;
		this.#filesystem().inodedata[id] = data;
		return id;
	}

	#link(base: number, parent: number, name: string, entry: TreeEntry): void {
		const target = this.#find(base, parts(entry.target ?? ''));
		if (target < 0) throw new RangeError(`hard link ${entry.path}: no ${entry.target ?? ''}`);
		this.#filesystem().Link(parent, target, name);
	}

	#describe(id: number, { type, mode, uid, gid, mtime }: TreeEntry): void {
		const permissions = type === 'symlink' ? 0o777 : mode & 0o7777;
		const times = { atime: mtime, mtime, ctime: mtime };
		Object.assign(this.#inode(id), { mode: typeBits[type] | permissions, uid, gid, ...times });
	}

	#removeEntry(parent: number, name: string, id: number): void {
		const filesystem = this.#filesystem();
		if (this.#isDirectory(id))
			for (const [child, childId] of [...this.#inode(id).direntries])
				if (child !== '.' && child !== '..') this.#removeEntry(id, child, childId);
		filesystem.Unlink(parent, name);
		const inode = this.#inode(id);
		if (inode.nlinks > 0 && !this.#isDirectory(id)) return;
		inode.size = 0;
		delete filesystem.inodedata[id];
	}

	#visit(id: number, seen: Set<number>): void {
		if (seen.has(id)) return;
		seen.add(id);
		if (!this.#isDirectory(id)) return;
		for (const [name, child] of this.#inode(id).direntries)
			if (name !== '.' && name !== '..') this.#visit(child, seen);
	}
}

/** The names of a path; `.` and empty ones do not count, and nothing leads out of the tree. */
function parts(path: string): string[] {
	const names: string[] = [];
	for (const name of path.split('/')) {
		if (name === '..') names.pop();
		else if (name && name !== '.') names.push(name);
	}
	return names;
}
