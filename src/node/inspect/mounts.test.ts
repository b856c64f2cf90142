import { describe, expect, it } from 'vitest';
import type { ProcessFact } from '../../api/agent.ts';
import { mountNamespaces, parseMountInfo } from './mounts.ts';
import { networkNamespaces } from './network.ts';

const lines = [
	'13 1 0:12 / / rw,relatime shared:1 - tmpfs tmpfs rw,size=66860k,mode=755',
	'23 22 0:4 net:[4026531997] /run/netns/red rw shared:10 - nsfs nsfs rw',
	'24 21 0:4 net:[4026531997] /run/netns/red rw shared:10 - nsfs nsfs rw',
	'31 13 0:33 /data /mnt/a\\040b\\134c rw - tmpfs my\\011disk rw',
	'40 13 0:40 / /m rw,relatime - overlay overlay rw,lowerdir=/l\\134:1:/l\\134,2,upperdir=/u,workdir=/w',
	'',
];

function process(pid: number, ppid: number, mnt: number, net: number): ProcessFact {
	const ns = { mnt, net };
	const rest = { comm: '', args: [], state: 'S', nspid: [pid], cgroup: '/', uid: 0 };
	return { pid, ppid, ns, ...rest, rssBytes: 0, cpuMs: 0, startMs: 0 };
}

describe('parseMountInfo', () => {
	it('reads a line with and without fields between options and the dash', () => {
		const [root, , , bind] = parseMountInfo(lines.join('\n'));
		expect(root).toEqual({
			id: 13,
			parent: 1,
			device: '0:12',
			root: '/',
			target: '/',
			source: 'tmpfs',
			fstype: 'tmpfs',
			options: ['rw', 'relatime'],
			superOptions: ['rw', 'size=66860k', 'mode=755'],
		});
		expect(bind).toMatchObject({ root: '/data', target: '/mnt/a b\\c', source: 'my\tdisk' });
	});

	it('keeps a comma within a name of an overlay', () => {
		const overlay = parseMountInfo(lines.join('\n')).at(-1);
		expect(overlay?.superOptions).toEqual([
			'rw',
			'lowerdir=/l\\:1:/l\\,2',
			'upperdir=/u',
			'workdir=/w',
		]);
	});
});

describe('namespaces', () => {
	const processes = [
		process(1, 0, 10, 20),
		process(2, 0, 10, 20),
		process(9, 2, 10, 20),
		process(70, 1, 11, 21),
		process(60, 1, 11, 20),
	];

	it('looks at a mount namespace through its oldest process, the node’s own first', () => {
		expect(mountNamespaces(processes)).toEqual([
			{ inode: 10, pid: 1 },
			{ inode: 11, pid: 60 },
		]);
	});

	it('finds network namespaces by process and by name, each once, without the kernel’s threads', () => {
		expect(networkNamespaces(processes, parseMountInfo(lines.join('\n')))).toEqual([
			{ inode: 20, path: '/proc/1/ns/net', names: [], pids: [1, 60] },
			{ inode: 21, path: '/proc/70/ns/net', names: [], pids: [70] },
			{ inode: 4026531997, path: '/run/netns/red', names: ['red'], pids: [] },
		]);
	});
});
