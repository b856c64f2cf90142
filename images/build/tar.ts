import { Tree, type Entry } from './tree.ts';

const blockSize = 512;

function text(block: Uint8Array, from: number, length: number): string {
	const field = Buffer.from(block.buffer, block.byteOffset + from, length);
	const end = field.indexOf(0);
	return field.toString('utf8', 0, end < 0 ? length : end);
}

function octal(block: Uint8Array, from: number, length: number): number {
	return parseInt(text(block, from, length).trim() || '0', 8);
}

function entryOf(type: string, block: Uint8Array, data: Uint8Array): Entry | undefined {
	const owner = {
		mode: octal(block, 100, 8) & 0o7777,
		uid: octal(block, 108, 8),
		gid: octal(block, 116, 8),
	};
	if (type === '0' || type === '\0' || type === '') return { type: 'file', ...owner, data };
	if (type === '5') return { type: 'folder', ...owner };
	return undefined;
}

/** Reads the tar streams that `dpkg-deb --fsys-tarfile` writes (GNU format, long names). */
export function readTar(archive: Uint8Array): Tree {
	const tree = new Tree();
	let longName: string | undefined;
	let longLink: string | undefined;
	for (let at = 0; at + blockSize <= archive.length;) {
		const block = archive.subarray(at, at + blockSize);
		if (block[0] === 0) break;
		const size = octal(block, 124, 12);
		const data = archive.subarray(at + blockSize, at + blockSize + size);
		at += blockSize + Math.ceil(size / blockSize) * blockSize;
		const type = text(block, 156, 1);
		if (type === 'L') longName = text(data, 0, data.length);
		else if (type === 'K') longLink = text(data, 0, data.length);
		else {
			const name = longName ?? [text(block, 345, 155), text(block, 0, 100)].join('/');
			const target = longLink ?? text(block, 157, 100);
			add(tree, clean(name), type, target, block, data);
			longName = longLink = undefined;
		}
	}
	return tree;
}

function add(
	tree: Tree,
	path: string,
	type: string,
	target: string,
	block: Uint8Array,
	data: Uint8Array,
): void {
	if (path === '') return;
	if (type === '2') return tree.link(path, target);
	const entry = type === '1' ? tree.get(clean(target)) : entryOf(type, block, data);
	if (entry !== undefined) tree.set(path, entry);
}

function clean(path: string): string {
	return path
		.split('/')
		.filter((part) => part !== '' && part !== '.')
		.join('/');
}

/** A path of more than 100 bytes is split in two fields, at a slash. */
function nameFields(path: string): readonly [name: string, prefix: string] {
	if (Buffer.byteLength(path) <= 100) return [path, ''];
	const cut = path.lastIndexOf('/', path.length - 2);
	if (cut < 0 || cut > 155 || path.length - cut > 101) {
		throw new Error(`the path is too long for a tar header: ${path}`);
	}
	return [path.slice(cut + 1), path.slice(0, cut)];
}

function header(path: string, entry: Entry, seconds: number): Buffer {
	const block = Buffer.alloc(blockSize);
	const [name, prefix] = nameFields(entry.type === 'folder' ? `${path}/` : path);
	const [major, minor] = entry.device ?? [0, 0];
	const number = (value: number, at: number, width: number): void => {
		block.write(value.toString(8).padStart(width - 1, '0'), at, width - 1);
	};
	block.write(name, 0, 100);
	block.write(prefix, 345, 155);
	number(entry.mode, 100, 8);
	number(entry.uid, 108, 8);
	number(entry.gid, 116, 8);
	number(entry.data?.length ?? 0, 124, 12);
	number(seconds, 136, 12);
	block.write({ file: '0', folder: '5', link: '2', device: '3' }[entry.type], 156);
	block.write(entry.target ?? '', 157, 100);
	block.write('ustar\x0000', 257, 'latin1');
	number(major, 329, 8);
	number(minor, 337, 8);
	block.fill(' ', 148, 156);
	const sum = block.reduce((total, byte) => total + byte, 0);
	block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return block;
}

/** Writes a tar stream that is the same for the same tree: sorted, one time for all, numbers for owners. */
export function writeTar(tree: Tree, seconds: number): Buffer {
	const parts: Uint8Array[] = [];
	for (const [path, entry] of tree.sorted()) {
		parts.push(header(path, entry, seconds));
		if (entry.data === undefined) continue;
		parts.push(entry.data, Buffer.alloc((blockSize - (entry.data.length % blockSize)) % blockSize));
	}
	parts.push(Buffer.alloc(2 * blockSize));
	return Buffer.concat(parts);
}
