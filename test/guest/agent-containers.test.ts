import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelOp, MountSpec, ProcessSpec } from '../../src/api/agent.ts';
import { bootGuest, must, runInGuest, shell, type Guest } from '../harness/guest.ts';

const root = '/run/box';
const netns = '/run/netns/box';
let guest: Guest;

const mounts: MountSpec[] = [
	{ target: '/proc', source: 'proc', fstype: 'proc', flags: ['nosuid', 'noexec', 'nodev'] },
	{
		target: '/dev',
		source: 'tmpfs',
		fstype: 'tmpfs',
		flags: ['nosuid'],
		data: 'mode=755,size=64k',
	},
	{
		target: '/dev/pts',
		source: 'devpts',
		fstype: 'devpts',
		flags: ['nosuid', 'noexec'],
		data: 'newinstance,ptmxmode=0666,mode=0620,gid=5',
	},
	{ target: '/sys', source: 'sysfs', fstype: 'sysfs', flags: ['nosuid', 'noexec', 'nodev', 'ro'] },
	{ target: '/etc/hosts', source: `${root}/hosts`, fstype: 'none', flags: ['bind', 'rprivate'] },
	{ target: '/data/deep', source: `${root}/volume`, fstype: 'none', flags: ['rbind', 'ro'] },
];

/** A container whose image is the node itself. */
const box: Omit<ProcessSpec, 'argv'> = {
	env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
	unshare: ['pid', 'mnt', 'uts', 'ipc', 'cgroup'],
	join: { net: netns },
	rootfs: `${root}/rootfs`,
	mounts,
	hostname: 'web-1',
	cgroup: 'box',
	capabilities: ['CAP_CHOWN', 'CAP_KILL'],
	maskedPaths: ['/proc/kcore', '/sys/firmware', '/proc/none'],
	readonlyPaths: ['/proc/sys'],
	sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80' },
};

const network: KernelOp[] = [
	{ op: 'netns-add', path: netns },
	{ op: 'link-add', name: 'cni0', kind: 'bridge', up: true },
	{ op: 'addr-add', link: 'cni0', cidr: '10.244.9.1/24' },
	{
		op: 'link-add',
		name: 'veth-box',
		kind: 'veth',
		peer: { name: 'eth0', netns, address: '0a:58:0a:f4:09:02' },
		mtu: 1450,
		master: 'cni0',
		up: true,
	},
	{ op: 'link-set', name: 'eth0', netns, up: true },
	{ op: 'addr-add', link: 'eth0', cidr: '10.244.9.2/24', netns },
	{ op: 'route-add', dst: 'default', via: '10.244.9.1', netns },
];

beforeAll(async () => {
	guest = await bootGuest();
	await must(guest.agent, [
		...['upper', 'work', 'rootfs', 'volume'].map((name): KernelOp => {
			return { op: 'mkdir', path: `${root}/${name}`, parents: true };
		}),
		{ op: 'write', path: `${root}/hosts`, data: '10.244.9.2 web-1\n' },
		{ op: 'write', path: `${root}/volume/file`, data: 'kept\n' },
		{
			op: 'mount',
			source: 'overlay',
			target: `${root}/rootfs`,
			fstype: 'overlay',
			data: `lowerdir=/,upperdir=${root}/upper,workdir=${root}/work`,
		},
		{ op: 'mkdir', path: '/sys/fs/cgroup/box' },
		...network,
	]);
});
afterAll(() => guest.close());

const inBox = async (line: string, more: Partial<ProcessSpec> = {}) =>
	(await runInGuest(guest.agent, { ...box, argv: ['sh', '-c', line], ...more })).stdout.replaceAll(
		'\r',
		'',
	);

describe('a container', () => {
	it('is process 1 of its own namespaces and root', async () => {
		expect(await inBox('echo $$; hostname; cat /proc/self/cgroup /proc/1/comm; true')).toBe(
			'1\nweb-1\n0::/\nsh\n',
		);
		expect(await inBox('cat /etc/hosts /data/deep/file; touch /data/deep/x || echo refused')).toBe(
			'10.244.9.2 web-1\nkept\nrefused\n',
		);
	});
	it('leaves the mounts of the node alone', async () => {
		await inBox('mount | wc -l');
		expect(await shell(guest.agent, 'grep -cE "/data/deep|box/rootfs/" /proc/mounts')).toBe('0\n');
	});
	it('has the devices every container has', async () => {
		expect(
			await inBox('cd /dev; echo x > null; head -c 3 zero | wc -c; ls -d ptmx fd std* random tty'),
		).toBe('3\nfd\nptmx\nrandom\nstderr\nstdin\nstdout\ntty\n');
	});
	it('finds paths masked and read-only', async () => {
		expect(
			await inBox(
				'ls /sys/firmware; (echo 1 > /proc/sys/net/ipv4/ip_forward) 2>/dev/null || echo refused',
			),
		).toBe('refused\n');
		expect(await inBox('cat /proc/sys/net/ipv4/ip_unprivileged_port_start')).toBe('80\n');
		expect(await inBox('touch /x 2>&1', { readonlyRootfs: true })).toContain(
			'Read-only file system',
		);
	});
	it('keeps mount points inside its root when a link of the image leads out', async () => {
		await must(guest.agent, [{ op: 'symlink', target: '/../../etc', path: `${root}/rootfs/trap` }]);
		const trap: MountSpec = { target: '/trap/inside', source: 'tmpfs', fstype: 'tmpfs' };
		await inBox('true', { mounts: [...mounts, trap] });
		expect(await shell(guest.agent, `ls -d /etc/inside ${root}/upper/etc/inside`)).toContain(
			`${root}/upper/etc/inside`,
		);
		expect(await shell(guest.agent, 'ls -d /etc/inside')).toContain('No such file');
	});
	it('has its own terminal, which is its console', async () => {
		const output = await inBox('tty; ls /dev/pts /dev/console', {
			terminal: { rows: 5, columns: 80 },
		});
		expect(output).toContain('/dev/pts/0\n');
		expect(output).toContain('/dev/console');
	});
	it('makes its working directory, and takes users of its image', async () => {
		expect(await inBox('pwd; id -un; echo $HOME', { cwd: '/srv/made/here', user: 'nobody' })).toBe(
			'/srv/made/here\nnobody\n/nonexistent\n',
		);
	});
	it('runs under a small init that reaps and forwards', async () => {
		const process = await guest.agent.spawn({
			...box,
			argv: [
				'sh',
				'-c',
				'trap "exit 9" TERM; (sleep 0.1 &); echo ready; while :; do sleep 0.1; done',
			],
			init: true,
		});
		await new Promise<void>((resolve) => process.onOutput(() => resolve()));
		const facts = (await guest.agent.processes()).filter(({ cgroup }) => cgroup === '/box');
		expect(facts.find(({ nspid }) => nspid[1] === 1)?.comm).toBe('docker-init');
		await must(guest.agent, [{ op: 'kill', pid: process.pid, signal: 15 }]);
		expect((await process.exited).code).toBe(9);
	});
	it('is on the network its namespace has', async () => {
		const addresses = await inBox(
			'ip -o -4 addr show dev eth0; ip route | head -1; cat /sys/class/net/eth0/address',
		);
		expect(addresses).toMatch(
			/10\.244\.9\.2\/24[^]*default via 10\.244\.9\.1[^]*0a:58:0a:f4:09:02/,
		);
		expect(await shell(guest.agent, 'ping -c 1 -w 5 10.244.9.2')).toContain(' 0% packet loss');
	});
});

describe('exec', () => {
	it('joins all namespaces, the root and the cgroup', async () => {
		const main = await guest.agent.spawn({ ...box, argv: ['sleep', '100'], output: false });
		const line =
			'hostname; cat /proc/self/cgroup /etc/hosts; tty; cat /proc/1/comm; ip -o -4 addr show eth0';
		const { stdout } = await runInGuest(guest.agent, {
			argv: ['sh', '-c', line],
			joinPid: main.pid,
			terminal: { rows: 20, columns: 100 },
		});
		expect(stdout.replaceAll('\r', '')).toMatch(
			/^web-1\n0::\/\n10\.244\.9\.2 web-1\n\/dev\/pts\/0\nsleep\n.*10\.244\.9\.2\/24/,
		);
		await expect(
			guest.agent.spawn({ env: box.env, argv: ['nosuch'], joinPid: main.pid }),
		).rejects.toThrow('exec: "nosuch": executable file not found in $PATH');
		const statuses = await Promise.all(
			Array.from({ length: 8 }, (_, code) =>
				runInGuest(guest.agent, { argv: ['sh', '-c', `exit ${code}`], joinPid: main.pid }),
			),
		);
		expect(statuses.map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
		await must(guest.agent, [{ op: 'kill', pid: main.pid, signal: 9 }]);
		await main.exited;
		await expect(guest.agent.spawn({ env: [], argv: ['true'], joinPid: main.pid })).rejects.toThrow(
			'no process',
		);
	});
});

describe('links', () => {
	it('makes an overlay network: vxlan, neighbours, forwarding entries, routes', async () => {
		await must(guest.agent, [
			{ op: 'link-add', name: 'flannel.1', kind: 'vxlan', vni: 1, port: 8472, mtu: 1450, up: true },
			{ op: 'fdb-add', link: 'flannel.1', address: '02:00:00:00:33:02', dst: '192.168.56.2' },
			{ op: 'neigh-add', link: 'flannel.1', address: '02:00:00:00:33:02', dst: '10.244.2.0' },
			{ op: 'route-add', dst: '10.244.2.0/24', via: '10.244.2.0', link: 'flannel.1', onlink: true },
		]);
		expect(await shell(guest.agent, 'ip route show dev flannel.1')).toMatch(
			/10\.244\.2\.0\/24 via 10\.244\.2\.0.*onlink/,
		);
		expect(await shell(guest.agent, 'bridge fdb show dev flannel.1')).toContain('dst 192.168.56.2');
		await must(guest.agent, [{ op: 'link-del', name: 'flannel.1' }]);
	});
	it('moves, renames and names what is missing', async () => {
		await must(guest.agent, [
			{ op: 'link-add', name: 'dummy-a', kind: 'dummy' },
			{ op: 'link-set', name: 'dummy-a', rename: 'moved', to: netns, mtu: 900 },
			{ op: 'link-set', name: 'moved', netns, up: true },
		]);
		expect(await shell(guest.agent, 'ip -n box link show moved')).toContain('mtu 900');
		const [result] = await guest.agent.batch([{ op: 'link-del', name: 'dummy-a' }]);
		expect(result).toMatchObject({ ok: false, errno: 'ENODEV' });
		expect(guest.agent.actions().actions.at(-1)?.what).toBe('ip link del dummy-a');
	});
});
