import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from './hash.ts';
import { checkFolder } from './manifest.ts';
import { OciLayout } from './oci.ts';
import { Tree } from './tree.ts';

let folder = '';

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'drydock-test-'));
	const tree = new Tree();
	tree.file('hello', 'hello\n', 0o755);
	const layout = new OciLayout(join(folder, 'registry'));
	await layout.image('docker.io/library/a', ['1'], [await layout.layer(tree, 'COPY')], {});
	await layout.finish();
	await writeFile(join(folder, 'state'), 'state');
	const state = { file: 'state', bytes: 5, sha256: sha256('state'), rawBytes: 5 };
	const manifest = { format: 1, hash: 'x', node: { state }, registry: { path: 'registry' } };
	await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
});

afterEach(() => rm(folder, { recursive: true }));

describe('a folder of images', () => {
	it('is accepted when every digest is right', async () => {
		expect((await checkFolder(folder)).hash).toBe('x');
	});

	it('is refused by name of the file when the state is damaged', async () => {
		await writeFile(join(folder, 'state'), 'stale');
		await expect(checkFolder(folder)).rejects.toThrow(/state is damaged: its SHA-256 is/);
	});

	it('is refused when a blob is missing', async () => {
		await rm(join(folder, 'registry', 'blobs'), { recursive: true });
		await expect(checkFolder(folder)).rejects.toThrow(/blobs/);
	});

	it('is refused when it holds nothing', async () => {
		const empty = join(folder, 'empty');
		await mkdir(empty);
		await expect(checkFolder(empty)).rejects.toThrow(/there is no manifest\.json/);
	});
});
