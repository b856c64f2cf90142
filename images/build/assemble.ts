import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { Debian } from './debian.ts';
import { neededLibraries } from './elf.ts';
import { expand, matcher } from './glob.ts';
import { Tree, type Entry } from './tree.ts';

export interface PackageLine {
	readonly name: string;
	/** Which files are taken; none means: libraries by need. */
	readonly patterns: readonly string[];
}

/** Reads a package list (`name: pattern ...`, with comments). */
export function parsePackages(text: string): readonly PackageLine[] {
	const lines: PackageLine[] = [];
	for (const line of text.split('\n')) {
		const found = /^([a-z0-9.+-]+):(.*)$/.exec(line.trim());
		if (found === null) continue;
		const [, name = '', patterns = ''] = found;
		lines.push({ name, patterns: patterns.split(/\s+/).filter(Boolean).flatMap(expand) });
	}
	return lines;
}

const merged = /^(bin|sbin|lib)\//;
const isLibrary = (path: string): boolean =>
	/^usr\/lib\/(i386-linux-gnu\/)?[^/]+$/.test(path) && /[^/]\.so/.test(path);

/** Debian's place for a path: /bin, /sbin and /lib are links into /usr. */
function place(path: string): string {
	return merged.test(path) ? `usr/${path}` : path;
}

/** Puts a file system together from parts of Debian packages, and the shared libraries they need. */
export class Assembly {
	readonly tree = new Tree();
	readonly #debian: Debian;
	readonly #libraries = new Map<string, Entry>();
	/** Libraries the layers below already have. */
	readonly #below: ReadonlySet<string>;

	constructor(debian: Debian, below: ReadonlySet<string> = new Set()) {
		this.#debian = debian;
		this.#below = below;
	}

	/** The folders and links every Debian root has. */
	skeleton(): void {
		for (const path of ['dev', 'etc', 'home', 'mnt', 'opt', 'proc', 'run', 'srv', 'sys', 'var']) {
			this.tree.folder(path);
		}
		for (const path of ['usr/bin', 'usr/sbin', 'usr/lib', 'usr/local/bin', 'var/lib', 'var/log']) {
			this.tree.folder(path);
		}
		this.tree.folder('root', 0o700);
		for (const path of ['tmp', 'var/tmp']) this.tree.folder(path, 0o1777);
		for (const path of ['bin', 'sbin', 'lib']) this.tree.link(path, `usr/${path}`);
		this.tree.link('var/run', '/run');
	}

	/** Takes what a package line names; a pattern that finds nothing is an error. */
	async take({ name, patterns }: PackageLine, mergedUsr = true): Promise<void> {
		const contents = await this.#debian.contents(name);
		const entries = contents.sorted().filter(([, entry]) => entry.type !== 'folder');
		this.#noteLibraries(contents);
		for (const pattern of patterns) {
			const matches = matcher(pattern);
			const found = entries.filter(([path]) => matches(path));
			if (found.length === 0) throw new Error(`${name} has no file ${pattern}`);
			for (const [path, entry] of found) this.tree.set(mergedUsr ? place(path) : path, entry);
		}
	}

	/** Makes a library known that is taken when something needs it, before any package's. */
	library(soname: string, data: Uint8Array): void {
		this.#libraries.set(soname, { type: 'file', mode: 0o644, uid: 0, gid: 0, data });
	}

	/** Adds the shared libraries that the files taken so far need, and the ones those need. */
	addLibraries(): void {
		const queue = this.tree.sorted().flatMap(([, { data }]) => (data === undefined ? [] : [data]));
		for (let data = queue.pop(); data !== undefined; data = queue.pop()) {
			for (const soname of neededLibraries(data)) {
				const path = `usr/lib/i386-linux-gnu/${soname}`;
				if (this.tree.has(path) || this.#below.has(path)) continue;
				const entry = this.#libraries.get(soname);
				if (entry === undefined)
					throw new Error(`no package of the list has the library ${soname}`);
				this.tree.set(path, entry);
				if (entry.data !== undefined) queue.push(entry.data);
			}
		}
	}

	/** A link that points to nothing here is a file somebody forgot to take. */
	checkLinks(): void {
		for (const [path, { target }] of this.tree.sorted()) {
			if (target === undefined || /^\/(run|proc|dev)\b/.test(target)) continue;
			const folder = target.startsWith('/') ? '' : path.slice(0, path.lastIndexOf('/') + 1);
			const aim = normalize(folder + target).replace(/^\//, '');
			if (![aim, place(aim)].some((each) => this.tree.has(each) || this.#below.has(each))) {
				throw new Error(`/${path} points to ${target}, which is not there`);
			}
		}
	}

	/** Copies a folder of the project over what is there; links stay links, executables stay executable. */
	async overlay(folder: string, prefix = ''): Promise<void> {
		for (const name of (await readdir(folder)).sort()) {
			const source = join(folder, name);
			const path = prefix === '' ? name : `${prefix}/${name}`;
			const facts = await lstat(source);
			if (facts.isDirectory()) {
				if (!this.tree.has(path)) this.tree.folder(path);
				await this.overlay(source, path);
			} else if (facts.isSymbolicLink()) this.tree.link(path, await readlink(source));
			else this.tree.file(path, await readFile(source), facts.mode & 0o100 ? 0o755 : 0o644);
		}
	}

	#noteLibraries(contents: Tree): void {
		for (const [path, entry] of contents.sorted()) {
			if (!isLibrary(place(path))) continue;
			const folder = path.slice(0, path.lastIndexOf('/') + 1);
			const soname = path.slice(folder.length);
			const real = entry.target === undefined ? entry : resolve(contents, folder, entry.target);
			if (real?.data !== undefined && !this.#libraries.has(soname))
				this.#libraries.set(soname, real);
		}
	}
}

function resolve(contents: Tree, folder: string, target: string): Entry | undefined {
	const entry = contents.get(target.startsWith('/') ? target.slice(1) : folder + target);
	return entry?.target === undefined ? entry : resolve(contents, folder, entry.target);
}

/** The names of the commands inside a BusyBox binary, from the table it holds. */
export function busyboxApplets(binary: Uint8Array): readonly string[] {
	const bytes = Buffer.from(binary.buffer, binary.byteOffset, binary.byteLength);
	const start = bytes.indexOf('[\0[[\0', 0, 'latin1');
	const end = bytes.indexOf('\0\0', start, 'latin1');
	if (start < 0 || end < 0) throw new Error('the BusyBox binary has no table of its commands');
	return bytes.toString('latin1', start, end).split('\0');
}
