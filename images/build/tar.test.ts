import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readTar, writeTar } from './tar.ts';
import { Tree } from './tree.ts';

function sample(): Tree {
	const tree = new Tree();
	tree.file('usr/bin/tool', 'text', 0o755);
	tree.link('bin', 'usr/bin');
	tree.folder('tmp', 0o1777);
	tree.file(`deep/${'n'.repeat(90)}/${'m'.repeat(60)}`, 'x');
	return tree;
}

describe('tar', () => {
	it('is listed by the system tar with modes, links and sizes', () => {
		const listed = spawnSync('tar', ['-tv', '--numeric-owner', '-f', '-'], {
			input: writeTar(sample(), 0),
			encoding: 'utf8',
		});
		expect(listed.status).toBe(0);
		expect(listed.stdout).toMatch(/^-rwxr-xr-x 0\/0 +4 .* usr\/bin\/tool$/m);
		expect(listed.stdout).toMatch(/^lrwxrwxrwx .* bin -> usr\/bin$/m);
		expect(listed.stdout).toMatch(/^drwxrwxrwt .* tmp\/$/m);
		expect(listed.stdout).toMatch(/ deep\/n{90}\/m{60}$/m);
	});

	it('is the same to the byte for the same tree put together in another order', () => {
		const other = new Tree();
		for (const [path, entry] of [...sample().sorted()].reverse()) other.set(path, entry);
		expect(writeTar(other, 5).equals(writeTar(sample(), 5))).toBe(true);
	});

	it('reads what it wrote', () => {
		const tree = readTar(writeTar(sample(), 0));
		expect(tree.get('bin')?.target).toBe('usr/bin');
		expect(Buffer.from(tree.get('usr/bin/tool')?.data ?? []).toString()).toBe('text');
		expect(tree.get('tmp')?.mode).toBe(0o1777);
	});
});
