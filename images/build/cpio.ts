import type { Entry, Tree } from './tree.ts';

const typeBits = { file: 0o100000, folder: 0o040000, link: 0o120000, device: 0o020000 } as const;

function record(inode: number, path: string, entry: Entry): Uint8Array[] {
	const data =
		entry.target === undefined ? (entry.data ?? Buffer.alloc(0)) : Buffer.from(entry.target);
	const name = Buffer.from(`${path}\0`);
	const [major, minor] = entry.device ?? [0, 0];
	const fields = [
		inode,
		typeBits[entry.type] | entry.mode,
		entry.uid,
		entry.gid,
		1,
		0,
		data.length,
		0,
		0,
		major,
		minor,
		name.length,
		0,
	];
	const hex = fields.map((field) => field.toString(16).padStart(8, '0')).join('');
	const head = Buffer.concat([Buffer.from(`070701${hex}`), name]);
	return [head, padding(head.length), data, padding(data.length)];
}

function padding(length: number): Buffer {
	return Buffer.alloc((4 - (length % 4)) % 4);
}

/** Writes the archive format (newc) the kernel unpacks as its first root file system. */
export function writeCpio(tree: Tree): Buffer {
	const parts: Uint8Array[] = [];
	tree.sorted().forEach(([path, entry], index) => parts.push(...record(index + 1, path, entry)));
	const end: Entry = { type: 'file', mode: 0, uid: 0, gid: 0 };
	parts.push(...record(0, 'TRAILER!!!', end));
	return Buffer.concat(parts);
}
