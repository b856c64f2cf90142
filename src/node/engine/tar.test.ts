import { describe, expect, it } from 'vitest';
import { makeTar, type Member } from '../../../test/unit/oci-layout.ts';
import type { TreeEntry } from './layer-store.ts';
import { readTar } from './tar.ts';

async function* pieces(bytes: Uint8Array, size: number) {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(members: readonly Member[], size = 700): Promise<TreeEntry[]> {
	const entries: TreeEntry[] = [];
	for await (const entry of readTar(pieces(makeTar(members), size))) entries.push(entry);
	return entries;
}

describe('readTar', () => {
	it('reads files, directories and links whatever the size of the chunks', async () => {
		const members = [
			{ path: './usr/', type: '5', mode: 0o755 },
			{ path: './usr/a', data: 'x'.repeat(1000), mode: 0o4755 },
			{ path: 'usr/b', type: '2', link: 'a' },
			{ path: 'usr/c', type: '1', link: './usr/a' },
		];
		for (const size of [1, 511, 512, 4096]) {
			const [dir, file, soft, hard] = await read(members, size);
			expect(dir).toMatchObject({ path: 'usr', type: 'dir', mode: 0o755 });
			expect(file).toMatchObject({
				path: 'usr/a',
				type: 'file',
				mode: 0o4755,
				mtime: 1_700_000_000_000,
			});
			expect(new TextDecoder().decode(file?.data)).toBe('x'.repeat(1000));
			expect(soft).toMatchObject({ type: 'symlink', target: 'a' });
			expect(hard).toMatchObject({ type: 'hardlink', target: 'usr/a' });
		}
	});
	it('takes long names from GNU and pax headers', async () => {
		const long = `${'d/'.repeat(80)}file`;
		const record = (length: number) => `${length} path=${long}\n`;
		const pax = record(record(100).length);
		const [gnu, extended] = await read([
			{ path: '././@LongLink', type: 'L', data: `${long}\0` },
			{ path: 'short', data: '1' },
			{ path: 'PaxHeaders/x', type: 'x', data: pax },
			{ path: 'short', data: '2' },
		]);
		expect(gnu?.path).toBe(long);
		expect(extended?.path).toBe(long);
	});
	it('refuses a damaged header and an archive that ends early', async () => {
		const good = makeTar([{ path: 'a', data: 'b'.repeat(600) }]);
		const bad = Buffer.from(good);
		bad[3] = 99;
		const drain = async (bytes: Uint8Array) => {
			for await (const entry of readTar(pieces(bytes, 512))) void entry;
		};
		await expect(drain(bad)).rejects.toThrow('invalid tar header');
		await expect(drain(good.subarray(0, 700))).rejects.toThrow('unexpected EOF');
	});
	it('leaves out what would escape the root', async () => {
		expect(await read([{ path: '../../etc/passwd', data: 'x' }])).toEqual([]);
	});
});
