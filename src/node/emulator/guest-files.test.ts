import { readFile } from 'node:fs/promises';
import { V86 } from 'v86';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuestFiles, type TreeEntry } from './guest-files.ts';
import type { Emulator } from './v86-internals.d.ts';

/* The emulator's own file system, without a guest: a machine that is never switched on. */
let emulator: Emulator;
let files: GuestFiles;
beforeAll(async () => {
	const wasm = await WebAssembly.compile(
		await readFile(new URL('../../../node_modules/v86/build/v86.wasm', import.meta.url)),
	);
	emulator = new V86({
		memory_size: 1 << 20,
		filesystem: {},
		autostart: false,
		disable_keyboard: true,
		disable_mouse: true,
		disable_speaker: true,
		wasm_fn: async (imports: WebAssembly.Imports) =>
			(await WebAssembly.instantiate(wasm, imports)).exports,
	}) as unknown as Emulator;
	await new Promise<void>((resolve) => emulator.add_listener('emulator-loaded', () => resolve()));
	files = new GuestFiles(() => emulator.fs9p);
});
afterAll(() => emulator.destroy());

const entry = (path: string, more: Partial<TreeEntry> = {}): TreeEntry => {
	return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 100, ...more };
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function inode(path: string) {
	let id = 0;
	for (const name of path.split('/').filter(Boolean)) id = emulator.fs9p.Search(id, name);
	return { id, ...emulator.fs9p.inodes[id], data: emulator.fs9p.inodedata[id] };
}

describe('GuestFiles', () => {
	it('writes files with their owner, mode and time, and the directories they need', () => {
		files.writeTree('/l1', [
			entry('bin', { type: 'dir', mode: 0o755, uid: 7, mtime: 5 }),
			entry('bin/sh', { mode: 0o4755, uid: 3, gid: 4, mtime: 1_600_000_000, data: bytes('#!') }),
			entry('deep/er/file', { data: bytes('x') }),
		]);
		expect(inode('/l1/bin/sh')).toMatchObject({
			mode: 0o104755,
			uid: 3,
			gid: 4,
			size: 2,
			mtime: 1_600_000_000,
		});
		expect(inode('/l1/bin')).toMatchObject({ mode: 0o040755, uid: 7, mtime: 5 });
		expect(inode('/l1/deep/er').mode).toBe(0o040755);
	});
	it('writes links and devices', () => {
		files.writeTree('/l2', [
			entry('a', { data: bytes('one') }),
			entry('b', { type: 'hardlink', target: './a' }),
			entry('c', { type: 'symlink', target: '../a' }),
			entry('gone', { type: 'char', mode: 0 }),
			entry('null', { type: 'char', mode: 0o666, major: 1, minor: 3 }),
		]);
		expect(inode('/l2/b').id).toBe(inode('/l2/a').id);
		expect(inode('/l2/c')).toMatchObject({ mode: 0o120777, symlink: '../a' });
		expect(inode('/l2/gone')).toMatchObject({ mode: 0o020000, major: 0, minor: 0 });
		expect(inode('/l2/null')).toMatchObject({ mode: 0o020666, major: 1, minor: 3 });
		expect(() =>
			files.writeTree('/l2', [entry('d', { type: 'hardlink', target: 'none' })]),
		).toThrow('hard link d: no none');
	});
	it('replaces a file, keeps a directory, and never leaves the tree', () => {
		files.writeTree('/l3', [
			entry('x/one', { data: bytes('old') }),
			entry('y', { type: 'symlink', target: '/' }),
		]);
		files.writeTree('/l3', [
			entry('x', { type: 'dir', mode: 0o700 }),
			entry('y', { data: bytes('a file now') }),
			entry('../../escape', { data: bytes('!') }),
		]);
		expect(inode('/l3/x/one').size).toBe(3);
		expect(inode('/l3/x').mode).toBe(0o040700);
		expect(inode('/l3/y')).toMatchObject({ mode: 0o100644, size: 10 });
		expect([files.exists('/escape'), files.exists('/l3/escape')]).toEqual([false, true]);
	});
	it('counts a hard link once and forgets what is removed', () => {
		files.writeTree('/l4', [
			entry('a', { data: new Uint8Array(1000) }),
			entry('d/b', { type: 'hardlink', target: 'a' }),
		]);
		expect(files.usage('/l4')).toMatchObject({ bytes: 1000, inodes: 3 });
		const { id } = inode('/l4/a');
		expect([files.remove('/l4'), files.remove('/l4'), files.exists('/l4')]).toEqual([
			true,
			false,
			false,
		]);
		expect(emulator.fs9p.inodedata[id]).toBeUndefined();
		expect(files.usage('/l4')).toMatchObject({ bytes: 0, inodes: 0 });
	});
});
