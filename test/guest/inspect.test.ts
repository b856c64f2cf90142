import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectPart, NodeInspection } from '../../src/api/inspect.ts';
import { Inspector } from '../../src/node/inspect/inspect.ts';
import { SharedProcesses } from '../../src/node/shared-processes.ts';
import { RealClock } from '../../src/util/clock.ts';
import { bootGuest, shell, type Guest } from '../harness/guest.ts';

let guest: Guest;
let inspector: Inspector;

/** Reads one part, which is then there. */
async function read<P extends InspectPart>(part: P): Promise<NonNullable<NodeInspection[P]>> {
	const answer = await inspector.read([part]);
	expect(Object.keys(answer)).toEqual([part]);
	return answer[part] as NonNullable<NodeInspection[P]>;
}

/** Runs a line of shell that must print what is expected, so that a later miss is the reader's. */
async function sh(line: string, printed: RegExp | string = ''): Promise<string> {
	const text = (await shell(guest.agent, line)).trim();
	if (typeof printed === 'string') expect(text).toBe(printed);
	else expect(text).toMatch(printed);
	return text;
}

/** A program that goes on in a namespace of its own; answers its PID on the node. */
async function keep(line: string): Promise<number> {
	const name = `kept${Math.trunc(performance.now())}`;
	await shell(
		guest.agent,
		`${line.replace('CMD', `sh -c 'echo ${name} >/dev/null; sleep 1000; :'`)} >/dev/null 2>&1 &`,
	);
	for (let tries = 0; tries < 50; tries++) {
		const found = (await guest.agent.processes()).find(
			({ comm, args }) => comm === 'sh' && args[2]?.startsWith(`echo ${name} `),
		);
		if (found) return found.pid;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`not started: ${line}`);
}

describe('what a kernel says of itself', () => {
	beforeAll(async () => {
		guest = await bootGuest();
		inspector = new Inspector(guest.agent, new SharedProcesses(guest.agent, new RealClock()));
	});
	afterAll(() => guest.close());

	it('finds both ends of a veth pair, the bridge it is plugged into, and what the namespace is called', async () => {
		await sh('ip netns add red && ip link add br0 type bridge && ip addr add 10.9.0.1/24 dev br0');
		await sh(
			'ip link add veth-red type veth peer name eth0 netns red && ip link set veth-red master br0 up',
		);
		await sh(
			'ip link set br0 up; ip -n red addr add 10.9.0.2/24 dev eth0; ip -n red link set eth0 up',
		);
		await sh('ip -n red route add default via 10.9.0.1');
		const [own, red] = await read('network');
		expect(own?.pids).toContain(1);
		expect(red).toMatchObject({ names: ['red'], pids: [] });
		const bridge = own?.links.find(({ name }) => name === 'br0');
		const outer = own?.links.find(({ name }) => name === 'veth-red');
		const inner = red?.links.find(({ name }) => name === 'eth0');
		expect(bridge).toMatchObject({ kind: 'bridge', up: true, addresses: ['10.9.0.1/24'] });
		expect(outer).toMatchObject({ kind: 'veth', up: true, carrier: true, master: bridge?.index });
		expect(outer?.peer).toEqual({ netns: red?.inode, index: inner?.index });
		expect(inner?.peer).toEqual({ netns: own?.inode, index: outer?.index });
		expect(inner).toMatchObject({ up: true, mtu: 1500, addresses: ['10.9.0.2/24'] });
		expect(red?.routes).toEqual([
			{ dst: 'default', via: '10.9.0.1', dev: 'eth0', protocol: 'boot', scope: 'global' },
			{ dst: '10.9.0.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link' },
		]);
		const inode = await sh('stat -L -c %i /run/netns/red', /^\d+$/);
		expect(red?.inode).toBe(Number(inode));
		expect(inner?.mac).toBe(
			await sh('ip netns exec red cat /sys/class/net/eth0/address', /^[0-9a-f:]{17}$/),
		);
	});

	it('counts what goes over a link and sees who listens in which namespace', async () => {
		await sh('ip netns exec red busybox nc -l -p 8080 >/dev/null 2>&1 & sleep 1');
		await sh('ping -c 3 -q 10.9.0.2 | grep -c "3 .*received"', '1');
		const [own, red] = await read('network');
		expect(red?.listens).toEqual([{ protocol: 'tcp', address: '0.0.0.0', port: 8080 }]);
		expect(own?.listens.some(({ port }) => port === 8080)).toBe(false);
		const inner = red?.links.find(({ name }) => name === 'eth0');
		expect(inner?.rxPackets).toBeGreaterThanOrEqual(3);
		expect(inner?.rxBytes).toBeGreaterThanOrEqual(3 * 98);
	});

	it('tells the pairs of two namespaces apart whose links have the same numbers', async () => {
		for (const name of ['green', 'blue'])
			await sh(
				`ip netns add ${name} && ip link add v-${name} type veth peer name eth0 netns ${name}`,
			);
		const all = await read('network');
		const called = (name: string) => all.find(({ names }) => names.includes(name));
		const outer = (name: string) => all[0]?.links.find((link) => link.name === `v-${name}`);
		expect(outer('green')?.peer?.netns).toBe(called('green')?.inode);
		expect(outer('blue')?.peer?.netns).toBe(called('blue')?.inode);
		await sh('ip link add both-a type veth peer name both-b');
		const [own] = await read('network');
		const end = (name: string) => own?.links.find((link) => link.name === name);
		expect(end('both-a')?.peer).toEqual({ netns: own?.inode, index: end('both-b')?.index });
	});

	it('reads the cgroups: limits, events and who is in them', async () => {
		await sh(
			'mkdir -p /sys/fs/cgroup/lab/inner; echo +memory +pids > /sys/fs/cgroup/cgroup.subtree_control',
		);
		await sh(
			'echo +memory > /sys/fs/cgroup/lab/cgroup.subtree_control; echo 20M > /sys/fs/cgroup/lab/inner/memory.max',
		);
		await sh(
			"sh -c 'echo $$ > /sys/fs/cgroup/lab/inner/cgroup.procs; exec sleep 1000' >/dev/null 2>&1 & sleep 0.5",
		);
		const all = await read('cgroups');
		expect(all[0]?.path).toBe('/');
		const inner = all.find(({ path }) => path === '/lab/inner');
		expect(inner?.files['memory.max']).toBe('20971520');
		expect(Number(inner?.files['memory.current'])).toBeGreaterThan(0);
		expect(inner?.files['memory.events']).toContain('oom_kill 0');
		expect(inner?.procs.map(String)).toEqual([await sh('pgrep -x sleep -n', /^\d+$/)]);
		expect(all.find(({ path }) => path === '/lab')?.procs).toEqual([]);
	});

	it('reads the mounts of every mount namespace through a process of it', async () => {
		const pid = await keep(
			'unshare -m sh -c "mkdir -p \\"/tmp/a b\\"; mount -t tmpfs -o size=1m lab \\"/tmp/a b\\"; exec CMD"',
		);
		const all = await read('mounts');
		const inside = all.find((one) => one.pid === pid);
		expect(inside?.mounts.find(({ target }) => target === '/tmp/a b')).toMatchObject({
			fstype: 'tmpfs',
			source: 'lab',
			root: '/',
			superOptions: expect.arrayContaining(['size=1024k']) as unknown,
		});
		expect(all[0]?.pid).toBe(1);
		expect(all[0]?.mounts.some(({ target }) => target === '/tmp/a b')).toBe(false);
		expect(String(inside?.inode)).toBe(await sh(`stat -L -c %i /proc/${pid}/ns/mnt`, /^\d+$/));
	});

	it('looks into the layers of an overlay that only another mount namespace has', async () => {
		const pid = await keep(
			'unshare -m sh -c "mkdir -p /mnt/lab; mount -t tmpfs none /mnt/lab; cd /mnt/lab; mkdir -p low/etc low/gone up work all; ' +
				'echo secret > low/etc/passwd; echo keep > low/keep; touch low/gone/x; ln -s keep low/link; ' +
				'mount -t overlay overlay -o lowerdir=low,upperdir=up,workdir=work all; ' +
				'rm all/etc/passwd; rm -r all/gone; mkdir all/gone; echo 1234567 > all/new; exec CMD"',
		);
		const namespace = Number(await sh(`stat -L -c %i /proc/${pid}/ns/mnt`, /^\d+$/));
		await sh('ls /mnt/lab 2>&1', /^(ls: .*No such file.*)?$/);
		const overlays = await read('layers');
		expect(overlays).toHaveLength(1);
		const [overlay] = overlays;
		expect(overlay).toMatchObject({ namespace, target: '/mnt/lab/all' });
		const [upper, lower] = overlay?.sheets ?? [];
		expect(upper).toMatchObject({ dir: 'up', role: 'upper', more: false, bytes: 8 });
		expect(upper?.entries).toEqual([
			{ path: 'etc', type: 'dir', size: 0 },
			{ path: 'gone', type: 'opaque', size: 0 },
			{ path: 'new', type: 'file', size: 8 },
			{ path: 'etc/passwd', type: 'whiteout', size: 0 },
		]);
		expect(lower).toMatchObject({ dir: 'low', role: 'lower' });
		expect(lower?.entries.map(({ path, type }) => `${type} ${path}`)).toEqual([
			'dir etc',
			'dir gone',
			'file keep',
			'symlink link',
			'file etc/passwd',
			'file gone/x',
		]);
	});

	it('stops a sheet at 400 entries and says that there is more', async () => {
		await sh(
			'mkdir -p /root/big/low/deep /root/big/all; cd /root/big/low; for i in $(seq 450); do : > deep/$i; done; touch near; ' +
				'mount -t overlay overlay -o lowerdir=/root/big/low:/root/big all',
			/.*/,
		);
		await sh('mount -t overlay overlay -o lowerdir=/root/big/low:/etc /root/big/all');
		const overlay = (await read('layers')).find(({ target }) => target === '/root/big/all');
		const [top] = overlay?.sheets ?? [];
		expect(top).toMatchObject({ dir: '/root/big/low', more: true });
		expect(top?.entries).toHaveLength(400);
		expect(top?.entries.slice(0, 2).map(({ path }) => path)).toEqual(['deep', 'near']);
	});

	it('reads the rules with fresh counters, and at once when they change', async () => {
		await sh(
			'ip link set lo up; iptables -t nat -A OUTPUT -p tcp -d 10.9.0.9 --dport 80 -j DNAT --to-destination 10.9.0.2:8080',
		);
		const { chains, rules } = await read('rules');
		expect(chains).toContainEqual({ table: 'nat', chain: 'OUTPUT', policy: 'ACCEPT' });
		const dnat = rules.find(({ rule }) => rule.includes('DNAT'));
		expect(dnat).toMatchObject({ table: 'nat', chain: 'OUTPUT', packets: 0, bytes: 0 });
		expect(dnat?.rule).toBe(
			'-d 10.9.0.9/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.9.0.2:8080',
		);
		await sh('iptables -A INPUT -p icmp -j ACCEPT');
		expect((await read('rules')).rules.map(({ rule }) => rule)).toContain('-p icmp -j ACCEPT');
		await sh('echo hi | busybox nc -w 1 10.9.0.9 80', /.*/);
		const later = (await read('rules')).rules.find(({ rule }) => rule.includes('DNAT'));
		expect(later?.packets).toBeGreaterThan(0);
	});

	it('counts as iptables does, without running it again for the same rules', async () => {
		await sh(
			'iptables -N LAB; iptables -A LAB -p udp; iptables -I INPUT 1 -j LAB; iptables -I LAB 1 -p icmp; iptables -A LAB -p icmp',
		);
		await read('rules');
		const programs = () =>
			guest.agent.actions().actions.filter(({ what }) => what.includes('iptables-save')).length;
		const before = programs();
		await sh('ping -c 2 -q 127.0.0.1 | grep -c "2 .*received"', '1');
		const counted = await read('rules');
		expect(programs()).toBe(before);
		expect(
			counted.rules.filter(({ chain, packets }) => chain === 'LAB' && packets > 0),
		).toHaveLength(2);
		const processes = new SharedProcesses(guest.agent, new RealClock());
		const { rules } = await new Inspector(guest.agent, processes).read(['rules']);
		expect(programs()).toBe(before + 1);
		expect(counted).toEqual(rules);
	});

	it('reads several parts in one go', async () => {
		const all = await inspector.read(['cgroups', 'mounts', 'network', 'layers']);
		expect(Object.keys(all).sort()).toEqual(['cgroups', 'layers', 'mounts', 'network']);
		expect(all.network?.length).toBeGreaterThanOrEqual(4);
	});
});
