import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuestEvent } from '../../src/api/agent.ts';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { Rack } from '../harness/rack.ts';
import { Shell } from '../harness/shell.ts';

let cluster: LocalCluster;
let shell: Shell;
const phases: string[] = [];

/** Each line as it is typed, and what it must print. */
const tools: Record<string, [string, RegExp]> = {
	'chroot, into what ldd says that a program needs': [
		'for f in /bin/busybox $(ldd /bin/busybox | grep -o "/lib[^ ]*"); do mkdir -p /tmp/r$(dirname $f); cp $f /tmp/r$f; done; chroot /tmp/r /bin/busybox ls /',
		/^bin\s+lib$/,
	],
	'unshare with a PID namespace': [
		'unshare --fork --pid --mount-proc sh -c "echo pid $$; ps -o pid= | head -1"',
		/^\s*1$/m,
	],
	'unshare as another user': [
		'setpriv --reuid 1000 --clear-groups unshare --user --map-root-user sh -c "id -u; cat /proc/self/uid_map"',
		/^0\n\s+0\s+1000\s+1$/,
	],
	'nsenter and lsns': [
		'(unshare --uts sleep 500 & sleep 0.5; nsenter -t $! -u hostname inside; nsenter -t $! -u hostname; hostname; lsns -t uts -n -o COMMAND | grep -c "sleep 500"; kill $!)',
		/^inside\nnode-1\n1$/,
	],
	pivot_root: [
		'unshare -m sh -c "mkdir -p /tmp/new; mount -t tmpfs none /tmp/new; cp -r /tmp/r/* /tmp/new; mkdir /tmp/new/old; cd /tmp/new; pivot_root . old; exec /bin/busybox ls /"',
		/^bin\s+lib\s+old$/,
	],
	'ip netns': [
		'ip netns add lab; ip netns exec lab ip -br link; ip netns list; ip netns del lab',
		/lo\s+DOWN[^]*lab/,
	],
	'iptables -t nat': [
		'iptables -t nat -A OUTPUT -d 10.7.0.1/32 -p tcp --dport 80 -j DNAT --to-destination 127.0.0.1:8099; iptables -t nat -S OUTPUT; iptables -t nat -F OUTPUT',
		/-A OUTPUT -d 10\.7\.0\.1\/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 127\.0\.0\.1:8099/,
	],
	'a web server': [
		'mkdir -p /tmp/www; echo hello > /tmp/www/index.html; busybox httpd -f -p 8099 -h /tmp/www & sleep 0.5; curl -s http://127.0.0.1:8099/; kill $!',
		/^hello$/m,
	],
	'wget, which ends in time or when its time is over': [
		'mkdir -p /tmp/w; echo hello > /tmp/w/index.html; busybox httpd -f -p 8097 -h /tmp/w & nc -l -p 8096 > /dev/null & sleep 0.5; wget -T 20 -qO - http://localhost:8097/; wget -T 1 -qO - http://127.0.0.1:8096/; echo code $?; kill $(jobs -p)',
		/^hello\n[^]*wget: download timed out\n[^]*code 1$/m,
	],
	'nc over a network': [
		'nc -l -p 9000 > /tmp/got & sleep 0.5; echo over the wire | nc -w 1 127.0.0.1 9000; sleep 0.5; cat /tmp/got',
		/over the wire/,
	],
	mkfifo: ['mkfifo /tmp/pipe; (echo through > /tmp/pipe &); cat /tmp/pipe', /^through$/],
	tar: ['cd /tmp && tar -czf www.tgz www && tar -tzf www.tgz; cd', /^www\/\nwww\/index\.html$/],
	'System V IPC': [
		'ipcmk -Q; ipcmk -M 4096; ipcs -q | grep -c 0x; ipcs -m | grep -c 0x; unshare --ipc ipcs -q | grep -c 0x',
		/Message queue id: \d+\nShared memory id: \d+\n1\n1\n0$/,
	],
	'a limit on the processor': [
		'mkdir /sys/fs/cgroup/slow && echo "10000 100000" > /sys/fs/cgroup/slow/cpu.max && cat /sys/fs/cgroup/slow/cpu.max',
		/^10000 100000$/,
	],
	'a limit on memory': [
		'mkdir /sys/fs/cgroup/small && echo 8M > /sys/fs/cgroup/small/memory.max && echo 0 > /sys/fs/cgroup/small/memory.swap.max 2>/dev/null; sh -c "echo \\$\\$ > /sys/fs/cgroup/small/cgroup.procs; exec tail /dev/zero"; grep oom_kill /sys/fs/cgroup/small/memory.events',
		/oom_kill 1/,
	],
	overlayfs: [
		'mkdir -p /root/o/low /root/o/up /root/o/work /root/o/all && mount -t overlay overlay -o lowerdir=/root/o/low,upperdir=/root/o/up,workdir=/root/o/work /root/o/all && touch /root/o/all/f && ls /root/o/up; umount /root/o/all',
		/^f$/,
	],
	strings: ['strings /bin/busybox | grep -c "BusyBox v"', /^[1-9]/],
	ldd: ['ldd /bin/bash', /libc\.so\.6 => .*libc\.so\.6/],
	'the clock': ['date -s "2031-05-06 07:08:09" > /dev/null; date +%Y-%m-%d', /^2031-05-06$/],
};

describe('machines that run Linux alone', () => {
	beforeAll(async () => {
		cluster = (await Rack.load()).cluster(2, 'linux');
		cluster.onProgress((progress) => {
			if (progress.kind === 'node' && progress.progress.node === 'node-1')
				phases.push(progress.progress.phase);
			if (progress.kind === 'control-plane') phases.push('control plane');
		});
		await cluster.start();
		shell = await Shell.open(cluster, 'node-1');
	});
	afterAll(() => cluster.stop());

	it('are called node-1 and node-2 and are ready without an engine', async () => {
		expect(cluster.nodes().map(({ name, power }) => `${name} ${power}`)).toEqual([
			'node-1 running',
			'node-2 running',
		]);
		expect(phases).toEqual(['restore', 'agent', 'identify', 'ready']);
		const { containers, images, sandboxes, volumes, processes } = await cluster.facts('node-1');
		expect([...containers, ...images, ...sandboxes, ...volumes]).toEqual([]);
		expect(processes.length).toBeGreaterThan(3);
	});

	it('have nothing of an engine or of Kubernetes in them', async () => {
		expect(await shell.run('ip -br link | cut -d " " -f 1')).toBe('lo\neth0');
		expect(await shell.run('iptables-save; ls /sys/fs/cgroup | grep -c -E "docker|kube"')).toBe(
			'0',
		);
		expect(
			await shell.run('ip netns list; ls -d /var/lib/docker /run/docker 2>&1 | grep -c "No such"'),
		).toBe('2');
		expect(await shell.run('cat /proc/sys/net/ipv4/ip_forward; ss -Hltun')).toBe('0');
	});

	it('reach each other by name and by address', async () => {
		expect(await shell.run('ping -c 1 -q node-2 | grep -c "1 .*received"')).toBe('1');
		expect(await shell.run('ping -c 1 -q 192.168.56.12 | grep -c "1 .*received"')).toBe('1');
	});

	it('say plainly that there is no engine and no cluster', async () => {
		expect(await shell.run('docker ps; echo $?')).toBe(
			'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n1',
		);
		expect(await shell.run('docker run busybox; echo $?')).toMatch(
			/^docker: Cannot connect to the Docker daemon[^]*\n125$/,
		);
		expect(await shell.run('docker --version')).toMatch(/^Docker version/);
		expect(await shell.run('kubectl get pods; echo $?')).toBe(
			'The connection to the server localhost:8080 was refused - did you specify the right host or port?\n1',
		);
		await expect(cluster.api.request({ method: 'GET', path: '/version' })).rejects.toThrow(
			/no API server.*Linux machines alone/,
		);
		expect(await cluster.audit(0)).toEqual({ next: 0, events: [] });
	});

	it('tell what is typed, however short it runs, with how it ended; not what the page itself asks', async () => {
		const heard: GuestEvent[] = [];
		const stop = cluster.onGuestEvent((node, event) => {
			if (node === 'node-1') heard.push(event);
		});
		const begun = () => heard.flatMap((event) => (event.type === 'exec' ? [event] : []));
		await cluster.look('node-1', { commands: [['sh', '-c', '/bin/true looked; /bin/ls /']] });
		await shell.run('for i in $(seq 20); do /bin/true typed$i; done; /bin/false once; ls /none');
		const ended = (line: string) => {
			const pid = begun().find(({ args }) => args.join(' ') === line)?.pid;
			const exit = heard.find((event) => event.type === 'exit' && event.pid === pid);
			return exit?.type === 'exit' ? exit.status.code : undefined;
		};
		await expect.poll(() => ended('ls --color=auto /none') ?? ended('ls /none')).toBe(2);
		expect(ended('/bin/false once')).toBe(1);
		const typed = begun().filter(({ args }) => args[0] === '/bin/true');
		expect(typed.map(({ args }) => args[1])).toEqual(
			Array.from({ length: 20 }, (_, index) => `typed${index + 1}`),
		);
		expect(ended('/bin/true typed20')).toBe(0);
		stop();
	});

	it('answer requests of the page by the names that they know', async () => {
		await shell.run('mkdir -p /tmp/site; echo here > /tmp/site/index.html');
		await shell.run('busybox httpd -p 8095 -h /tmp/site');
		const ask = (from: string, host: string) =>
			cluster.request(from, { url: `http://${host}:8095/` });
		expect(await ask('node-1', 'localhost')).toMatchObject({ status: 200, body: 'here\n' });
		expect(await ask('node-2', 'node-1')).toMatchObject({ status: 200, body: 'here\n' });
		expect(await ask('node-1', 'nowhere')).toMatchObject({
			status: 0,
			error: 'lookup nowhere: no such host',
		});
	});

	it.each(Object.entries(tools))('have %s', async (_, [line, printed]) => {
		expect(await shell.run(line)).toMatch(printed);
	});
});
