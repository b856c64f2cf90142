import type { TreeEntry } from './layer-store.ts';

const block = 512;
const text = new TextDecoder();

/** Reads exactly as much as it is asked for from a stream of chunks. */
class ChunkReader {
	readonly #source: AsyncIterator<Uint8Array>;
	#chunk: Uint8Array = new Uint8Array(0);

	constructor(source: AsyncIterable<Uint8Array>) {
		this.#source = source[Symbol.asyncIterator]();
	}
	/** Fewer bytes than wanted only at the end of the stream. */
	async take(wanted: number): Promise<Uint8Array<ArrayBuffer>> {
		const result = new Uint8Array(wanted);
		let filled = 0;
		while (filled < wanted) {
			if (this.#chunk.length === 0 && !(await this.#next())) break;
			const part = this.#chunk.subarray(0, wanted - filled);
			result.set(part, filled);
			filled += part.length;
			this.#chunk = this.#chunk.subarray(part.length);
		}
		return filled === wanted ? result : result.slice(0, filled);
	}
	/** Reads the stream to its end, so that a digest over it is complete. */
	async drain(): Promise<void> {
		while (await this.#next());
	}
	async #next(): Promise<boolean> {
		const step = await this.#source.next();
		if (step.done) return false;
		this.#chunk = step.value;
		return true;
	}
}

interface Extended {
	path?: string;
	linkpath?: string;
	size?: number;
	mtime?: number;
	uid?: number;
	gid?: number;
}

/** Unpacks a ustar, pax or GNU tar stream into entries, in the archive's order. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TreeEntry> {
	const reader = new ChunkReader(source);
	let extended: Extended = {};
	for (;;) {
		const header = await reader.take(block);
		if (header.length < block || header[0] === 0) break;
		verify(header);
		const size = extended.size ?? number(header, 124, 12);
		const data = await reader.take(size);
		if (data.length < size) throw new Error('unexpected EOF');
		await reader.take((block - (size % block)) % block);
		const kind = String.fromCharCode(header[156] ?? 0);
		const more = extension(kind, data);
		if (more) {
			extended = { ...extended, ...more };
			continue;
		}
		const entry = toEntry(header, kind, data, extended);
		extended = {};
		if (entry) yield entry;
	}
	await reader.drain();
}

function extension(kind: string, data: Uint8Array): Extended | undefined {
	if (kind === 'L') return { path: string(data, 0, data.length) };
	if (kind === 'K') return { linkpath: string(data, 0, data.length) };
	if (kind === 'x') return paxRecords(data);
	if (kind === 'g') return {};
	return undefined;
}

/** `<length> <key>=<value>\n`, the length counted in bytes. */
function paxRecords(data: Uint8Array): Extended {
	const found: Extended = {};
	for (let at = 0; at < data.length;) {
		const space = data.indexOf(0x20, at);
		const length = Number(text.decode(data.subarray(at, space)));
		if (space < 0 || !(length > 0)) throw new Error('archive/tar: invalid tar header');
		const record = text.decode(data.subarray(space + 1, at + length - 1));
		const equals = record.indexOf('=');
		keep(found, record.slice(0, equals), record.slice(equals + 1));
		at += length;
	}
	return found;
}

function keep(found: Extended, key: string, value: string): void {
	if (key === 'path' || key === 'linkpath') found[key] = value;
	else if (key === 'size' || key === 'mtime' || key === 'uid' || key === 'gid')
		found[key] = Number(value);
}

const kinds: Record<string, TreeEntry['type']> = {
	'\0': 'file',
	'0': 'file',
	'7': 'file',
	'1': 'hardlink',
	'2': 'symlink',
	'3': 'char',
	'4': 'block',
	'5': 'dir',
	'6': 'fifo',
};

function toEntry(
	header: Uint8Array,
	kind: string,
	data: Uint8Array<ArrayBuffer>,
	extended: Extended,
): TreeEntry | undefined {
	const type = kinds[kind];
	const path = cleanPath(extended.path ?? headerPath(header));
	if (!type || path === undefined) return undefined;
	const link = extended.linkpath ?? string(header, 157, 100);
	return {
		path,
		type,
		mode: number(header, 100, 8) & 0o7777,
		uid: extended.uid ?? number(header, 108, 8),
		gid: extended.gid ?? number(header, 116, 8),
		mtime: Math.floor((extended.mtime ?? number(header, 136, 12)) * 1000),
		...(type === 'file' ? { data } : {}),
		...(type === 'symlink' ? { target: link } : {}),
		...(type === 'hardlink' ? { target: cleanPath(link) ?? link } : {}),
		...(type === 'char' || type === 'block'
			? { major: number(header, 329, 8), minor: number(header, 337, 8) }
			: {}),
	};
}

function headerPath(header: Uint8Array): string {
	const name = string(header, 0, 100);
	const isUstar = string(header, 257, 5) === 'ustar' && header[262] === 0;
	const prefix = isUstar ? string(header, 345, 155) : '';
	return prefix ? `${prefix}/${name}` : name;
}

/** Makes a path relative and plain; undefined when it would leave the root. */
function cleanPath(path: string): string | undefined {
	const parts = path.split('/').filter((part) => part !== '' && part !== '.');
	if (parts.includes('..')) return undefined;
	return parts.join('/') || '.';
}

function verify(header: Uint8Array): void {
	let sum = 0;
	for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 0x20 : (header[i] ?? 0);
	if (sum !== number(header, 148, 8)) throw new Error('archive/tar: invalid tar header');
}

function string(bytes: Uint8Array, offset: number, length: number): string {
	const field = bytes.subarray(offset, offset + length);
	const end = field.indexOf(0);
	return text.decode(end < 0 ? field : field.subarray(0, end));
}

/** An octal field, or GNU's base-256 form for what does not fit. */
function number(bytes: Uint8Array, offset: number, length: number): number {
	const field = bytes.subarray(offset, offset + length);
	if ((field[0] ?? 0) & 0x80) {
		let value = (field[0] ?? 0) & 0x7f;
		for (const byte of field.subarray(1)) value = value * 256 + byte;
		return value;
	}
	const digits = string(bytes, offset, length).trim();
	return digits === '' ? 0 : parseInt(digits, 8);
}
