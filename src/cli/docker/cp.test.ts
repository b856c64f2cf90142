import { describe, expect, it } from 'vitest';
import type { CommandIo } from '../../api/command.ts';
import { engineBench } from '../../../test/unit/engine-bench.ts';

/** Files of the node by path: `/` at the end is a directory. */
async function bench(files: readonly string[]) {
	const { run, engine } = await engineBench();
	await run(['pull', '-q', 'busybox']);
	await run(['create', '--name', 'box', 'busybox']);
	const root = await engine.withRootfs('box', async (directory) => directory);
	const known = new Map(
		files.map((path) => {
			const place = path.replace(/^box:/, root).replace(/(.)\/$/, '$1');
			return [place, path.endsWith('/') ? 'dir' : 'file'] as const;
		}),
	);
	const commands: string[][] = [];
	const io: Partial<CommandIo> = {
		cwd: '/root',
		stat: async (path) => {
			const type = known.get(path.length > 1 ? path.replace(/\/$/, '') : path);
			if (!type) throw new Error('ENOENT');
			return { type, size: 12, mtime: 0 };
		},
		run: async (argv) => (commands.push(argv), 0),
	};
	const copy = (from: string, to: string, ...flags: string[]) =>
		run(['cp', ...flags, from, to], io);
	return { copy, commands, root };
}

const files = ['/root/', '/root/f', '/root/d/', '/', 'box:/', 'box:/etc/', 'box:/etc/web.conf'];

describe('docker cp', () => {
	it.each([
		['nope', 'box:/', 'lstat /root/nope: no such file or directory'],
		[
			'box:/nope',
			'.',
			'Error response from daemon: Could not find the file /nope in container box',
		],
		['box:/etc/web.conf', 'x/y', 'invalid output path: directory "/root/x" does not exist'],
		['box:/etc/web.conf', 'new/', 'no such directory'],
		['f', 'box:/new/', 'no such directory'],
		['f', 'box:/x/y', 'Error response from daemon: Could not find the file /x in container box'],
		['box:/etc', 'f', 'cannot copy directory'],
		['d', 'box:/etc/web.conf', 'cannot copy directory'],
		['d/.', 'box:/etc/web.conf', 'not a directory'],
		['f/', 'box:/', 'not a directory'],
		['nope:/x', '.', 'Error response from daemon: No such container: nope'],
		['', 'box:/', 'source can not be empty'],
		['f', '', 'destination can not be empty'],
		['-', 'box:/', 'docker: tar streams through "-" are not offered by this engine'],
	])('from %j to %j: %s', async (from, to, message) => {
		const { copy, commands } = await bench(files);
		expect(await copy(from, to)).toEqual({ code: 1, out: '', err: `${message}\n` });
		expect(commands).toEqual([]);
	});
	it('leaves the copy to the node’s cp, with what the paths ask for', async () => {
		const { copy, commands, root } = await bench(files);
		await copy('f', 'box:/etc');
		await copy('d/.', 'box:/new', '-a');
		await copy('box:/etc/../etc/web.conf', 'd/', '-L');
		expect(commands).toEqual([
			['cp', '-dR', '--', '/root/f', `${root}/etc`],
			['cp', '-a', '--', '/root/d/.', `${root}/new`],
			['cp', '-dRH', '--', `${root}/etc/web.conf`, '/root/d/'],
		]);
	});
	it('tells what was copied where somebody looks', async () => {
		const { copy } = await bench(files);
		expect((await copy('f', 'box:/etc', '--quiet=false')).err).toBe(
			'Successfully copied 2.05kB to box:/etc\n',
		);
		expect((await copy('f', 'box:/etc')).err).toBe('');
	});
});
