import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootGuest, type Guest } from '../harness/guest.ts';
import { startEngine, type EngineNode } from './engine-node.ts';

let guest: Guest;
let node: EngineNode;

beforeAll(async () => {
	guest = await bootGuest();
	node = await startEngine(guest);
	await node.docker(['pull', '-q', 'busybox']);
}, 600_000);

afterAll(() => guest?.close());

const docker = (...words: string[]) => node.docker(words);

/** Waits until a script of the node succeeds: programs need a moment to listen. */
async function eventually(script: string): Promise<string> {
	for (let attempt = 0; attempt < 50; attempt++) {
		const { code, out } = await node.sh(script);
		if (code === 0) return out;
		await new Promise((done) => setTimeout(done, 100));
	}
	throw new Error(`never succeeded: ${script}`);
}

describe('a container', () => {
	it('runs, and leaves nothing behind', async () => {
		const before = await node.sh(
			'ls /var/lib/docker/overlay2 /sys/fs/cgroup/docker; ip -br link | wc -l; mount | wc -l',
		);
		expect(await docker('run', '--rm', 'busybox', 'true')).toEqual({ code: 0, out: '', err: '' });
		const after = await node.sh(
			'ls /var/lib/docker/overlay2 /sys/fs/cgroup/docker; ip -br link | wc -l; mount | wc -l',
		);
		expect(after.out).toBe(before.out);
	});
	it('leaves nothing behind, however its start fails', async () => {
		await docker('run', '-d', '--name', 'taken', '-p', '8099:80', 'busybox', 'sleep', '1000');
		const failing = [
			['busybox', 'nope'],
			['-p', '8099:80', 'busybox', 'true'],
			['-p', '8098:80', '-p', '8099:81', 'busybox', 'true'],
			['-w', '/proc/nope', 'busybox', 'true'],
			['-u', 'stranger', 'busybox', 'true'],
			['-v', '/proc/nope:/x', 'busybox', 'true'],
			['-v', 'fresh:/proc/nope', 'busybox', 'true'],
			['--network', 'container:nobody', 'busybox', 'true'],
			['--hostname', 'x'.repeat(80), 'busybox', 'true'],
		];
		const left = async () => {
			// What may come a moment later has come: clearing up, and namespaces made ahead.
			await new Promise((done) => setTimeout(done, 500));
			const { out } = await node.sh(
				'cd /var/lib/docker; ls overlay2 containers volumes /run/docker/netns; ' +
					'find /sys/fs/cgroup/docker -type d | sort; ls /sys/class/net; ' +
					'cut -d " " -f 2 /proc/mounts | sort; iptables-save | grep -c -e -A; ' +
					'ls /proc/$(pidof agent)/fd | wc -l',
			);
			return out;
		};
		await docker('run', '--rm', 'busybox', 'true');
		const before = await left();
		for (let round = 0; round < 3; round++)
			for (const words of failing) {
				const { code, err } = await docker('run', '--rm', ...words);
				expect([code >= 125, err], words.join(' ')).toEqual([true, expect.stringMatching(/./)]);
			}
		await docker('volume', 'rm', 'fresh');
		expect(await left()).toBe(before);
		await docker('rm', '-f', 'taken');
	});
	it('starts in less than half a second once the emulator is warm', async () => {
		const times: number[] = [];
		for (let run = 0; run < 6; run++) {
			const begin = performance.now();
			await docker('run', '--rm', 'busybox', 'true');
			times.push(performance.now() - begin);
		}
		const plain = performance.now();
		await node.sh('true');
		const oneProgram = performance.now() - plain;
		// Measured against the machine's own pace, so that a busy host does not decide.
		expect(Math.min(...times)).toBeLessThan(Math.max(500, oneProgram * 20));
	});
	it('has namespaces, a cgroup and a root of its own', async () => {
		await docker('run', '-d', '--name', 'own', 'busybox', 'sleep', '1000');
		const { pid, cgroup, overlay } = node.engine.container('own');
		const kinds = ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'];
		const read = (of: string) =>
			node.sh(kinds.map((kind) => `readlink /proc/${of}/ns/${kind}`).join(';'));
		const [inside, outside] = [await read(String(pid)), await read('1')];
		const differing = inside.out
			.split('\n')
			.filter((line, i) => line && line !== outside.out.split('\n')[i]);
		expect(differing).toHaveLength(kinds.length);
		expect(
			(await docker('exec', 'own', 'sh', '-c', 'cat /proc/self/cgroup; echo $$ ; cat /proc/1/comm'))
				.out,
		).toMatch(/^0::\/\n\d+\nsleep\n$/);
		expect((await node.sh(`cat /proc/${pid}/cgroup`)).out).toBe(`0::/${cgroup}\n`);
		expect((await node.sh(`mount -t overlay`)).out).toContain(
			`overlay on ${overlay.merged} type overlay`,
		);
		await docker('exec', 'own', 'sh', '-c', 'echo new > /root/new; rm /bin/vi');
		expect(
			(await node.sh(`cat ${overlay.upper}/root/new; stat -c %t,%T,%F ${overlay.upper}/bin/vi`))
				.out,
		).toBe('new\n0,0,character special file\n');
		expect((await docker('diff', 'own')).out).toBe('C /bin\nD /bin/vi\nC /root\nA /root/new\n');
		await docker('rm', '-f', 'own');
	});
	it('is killed by the kernel beyond its memory', async () => {
		const { code } = await docker(
			'run',
			'--name',
			'oom',
			'-m',
			'15m',
			'busybox',
			'tail',
			'/dev/zero',
		);
		expect(code).toBe(137);
		expect(
			(await docker('inspect', '-f', '{{.State.OOMKilled}} {{.State.ExitCode}}', 'oom')).out,
		).toBe('true 137\n');
		await docker('rm', 'oom');
	});
	it('has the capabilities docker gives, and a read-only /proc/sys', async () => {
		const { out } = await docker(
			'run',
			'--rm',
			'busybox',
			'sh',
			'-c',
			'grep CapEff /proc/self/status; echo 1 > /proc/sys/net/ipv4/ip_forward; ls /proc/kcore -l | cut -c1; ip link set eth0 down 2>&1',
		);
		expect(out).toContain('00000000a80425fb');
		expect(out).toContain('Operation not permitted');
		const { out: all } = await docker(
			'run',
			'--rm',
			'--privileged',
			'busybox',
			'sh',
			'-c',
			'ip link set eth0 down && echo done',
		);
		expect(all).toBe('done\n');
	});
	it('tells programs that are missing or not allowed', async () => {
		const missing = await docker('run', '--rm', 'busybox', 'nosuch');
		expect(missing).toMatchObject({ code: 127 });
		expect(missing.err).toContain('exec: "nosuch": executable file not found in $PATH: unknown');
		expect(await docker('run', '--rm', 'busybox', '/etc/passwd')).toMatchObject({ code: 126 });
	});
	it('takes its input and gives its output and exit code', async () => {
		const ran = await node.docker(
			['run', '-i', '--rm', 'busybox', 'sh', '-c', 'tr a-z A-Z; echo bad >&2; exit 7'],
			'text\n',
		);
		expect(ran).toEqual({ code: 7, out: 'TEXT\n', err: 'bad\n' });
	});
	it('keeps its log', async () => {
		await docker(
			'run',
			'--name',
			'talker',
			'busybox',
			'sh',
			'-c',
			'for i in 1 2 3; do echo line $i; done',
		);
		expect((await docker('logs', 'talker')).out).toBe('line 1\nline 2\nline 3\n');
		expect((await docker('logs', '--tail', '1', 'talker')).out).toBe('line 3\n');
		await docker('rm', 'talker');
	});
	it('ends at once on a signal it heeds, and after the grace on one it does not', async () => {
		await docker(
			'run',
			'-d',
			'--name',
			'polite',
			'busybox',
			'sh',
			'-c',
			'trap "exit 5" TERM; echo ready; while :; do sleep 0.1; done',
		);
		for await (const line of node.engine.logs('polite', { follow: true }))
			if (line.data.length > 0) break;
		await docker('stop', 'polite');
		expect(node.engine.container('polite').exitCode).toBe(5);
		const late = 'sleep 1; trap "exit 6" TERM; while :; do sleep 0.1; done';
		await docker('run', '-d', '--name', 'late', 'busybox', 'sh', '-c', late);
		await docker('stop', '-t', '9', 'late');
		expect(node.engine.container('late').exitCode, 'stopped before it could hear it').toBe(6);
		await docker('run', '-d', '--name', 'deaf', 'busybox', 'sleep', '1000');
		await docker('stop', '-t', '1', 'deaf');
		expect(node.engine.container('deaf').exitCode).toBe(137);
		await docker('rm', 'polite', 'late', 'deaf');
	});
	it('stands still while it is paused', async () => {
		await docker(
			'run',
			'-d',
			'--name',
			'count',
			'busybox',
			'sh',
			'-c',
			'while :; do echo x; sleep 0.1; done',
		);
		await docker('pause', 'count');
		const count = async () => (await docker('logs', 'count')).out.length;
		const before = await count();
		await new Promise((done) => setTimeout(done, 500));
		expect(await count()).toBe(before);
		await docker('unpause', 'count');
		await docker('rm', '-f', 'count');
	});
	it('reaps with --init', async () => {
		const script = 'sh -c "sleep 0.1 & exit" ; sleep 0.6; ps -o pid,stat,comm | grep -c Z';
		expect((await docker('run', '--rm', 'busybox', 'sleep', '0')).code).toBe(0);
		expect((await docker('run', '--rm', '--init', 'busybox', 'sh', '-c', script)).out).toBe('0\n');
	});
	it('shares a named volume, which gets what the image has there', async () => {
		await docker(
			'run',
			'--rm',
			'-v',
			'shared:/etc',
			'busybox',
			'sh',
			'-c',
			'echo mine > /etc/mine',
		);
		expect(
			(
				await docker(
					'run',
					'--rm',
					'-v',
					'shared:/data:ro',
					'busybox',
					'sh',
					'-c',
					'cat /data/mine; ls /data/passwd; touch /data/x',
				)
			).out,
		).toBe('mine\n/data/passwd\n');
		expect((await node.sh('cat /var/lib/docker/volumes/shared/_data/mine')).out).toBe('mine\n');
		expect((await docker('volume', 'rm', 'shared')).code).toBe(0);
	});
	it('leaves a volume empty when it is asked to', async () => {
		await docker('run', '--rm', '-v', 'empty:/etc:nocopy', 'debian', 'true');
		expect((await docker('run', '--rm', '-v', 'empty:/x', 'busybox', 'ls', '/x')).out).toBe('');
		await docker('run', '--rm', '--mount', 'src=bare,dst=/etc,volume-nocopy', 'debian', 'true');
		expect((await docker('run', '--rm', '-v', 'bare:/x', 'busybox', 'ls', '/x')).out).toBe('');
		const bind = await docker('run', '--rm', '-v', '/etc:/x:nocopy', 'busybox', 'true');
		expect(bind.err).toContain('invalid mode: nocopy');
		await docker('volume', 'rm', 'empty', 'bare');
	});
	it('tells how much a container has written', async () => {
		const write = 'dd if=/dev/zero of=/big bs=1000 count=2000';
		await docker('run', '--name', 'writer', 'busybox', 'sh', '-c', write);
		const size = await docker('ps', '-as', '--filter', 'name=writer', '--format', '{{.Size}}');
		expect(size.out).toMatch(/^2MB \(virtual 4\.\d+MB\)\n$/);
		expect((await docker('container', 'prune', '-f')).out).toMatch(/reclaimed space: 2MB\n$/);
	});
});

describe('the network', () => {
	it('connects containers and publishes ports', async () => {
		await docker(
			'run',
			'-d',
			'--name',
			'web',
			'-p',
			'8080:80',
			'busybox',
			'httpd',
			'-f',
			'-p',
			'80',
			'-h',
			'/etc',
		);
		const { ip, id } = node.engine.container('web');
		expect((await docker('run', '--rm', 'busybox', 'ping', '-c', '1', '-W', '5', ip)).code).toBe(0);
		const name = `${id.slice(0, 12)}\n`;
		expect(await eventually(`wget -qO- http://${ip}/hostname`)).toBe(name);
		expect(await eventually('wget -qO- http://127.0.0.1:8080/hostname')).toBe(name);
		expect(await eventually('wget -qO- http://192.168.56.11:8080/hostname')).toBe(name);
		expect((await node.sh('iptables -t nat -S DOCKER')).out).toContain(
			`-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination ${ip}:80`,
		);
		const other = await docker('run', '--name', 'late', '-p', '8080:80', 'busybox', 'true');
		expect(other).toMatchObject({
			code: 125,
			err: expect.stringContaining('port is already allocated') as string,
		});
		await docker('rm', '-f', 'web', 'late');
		expect((await node.sh('iptables -t nat -S DOCKER')).out).not.toContain('8080');
	});
	it('leads a container to itself through the port it publishes', async () => {
		await docker('run', '-d', '--name', 'self', '-p', '8085:80', 'busybox', 'httpd', '-fh', '/etc');
		const address = (await node.sh("ip -4 -o addr show docker0 | sed 's/.*inet //; s,/.*,,'")).out;
		const url = `http://${address.trim()}:8085/hostname`;
		const own = await docker('exec', 'self', 'wget', '-T', '5', '-qO-', url);
		expect(own).toMatchObject({
			code: 0,
			out: expect.stringMatching(/^[0-9a-f]{12}\n$/) as string,
		});
		await docker('rm', '-f', 'self');
	});
	it('may be the node’s own, another container’s, or none', async () => {
		expect((await docker('run', '--rm', '--network', 'host', 'busybox', 'hostname')).out).toBe(
			'node-1\n',
		);
		expect(
			(await docker('run', '--rm', '--network', 'none', 'busybox', 'ls', '/sys/class/net')).out,
		).toBe('lo\n');
		await docker('run', '-d', '--name', 'first', 'busybox', 'sleep', '1000');
		const { ip } = node.engine.container('first');
		expect(
			(await docker('run', '--rm', '--network', 'container:first', 'busybox', 'ip', '-4', 'addr'))
				.out,
		).toContain(ip);
		await docker('rm', '-f', 'first');
	});
});

describe('a pod sandbox', () => {
	it('holds the namespaces its containers share', async () => {
		const sandbox = await node.engine.runPodSandbox({
			name: 'web',
			namespace: 'default',
			uid: 'u1',
			attempt: 0,
			hostname: 'web',
			labels: {},
			annotations: {},
			hostNetwork: false,
			cgroupParent: 'kubepods/burstable/podu1',
			dns: {
				nameservers: ['10.96.0.10'],
				searches: ['default.svc.cluster.local'],
				options: ['ndots:5'],
			},
			portMappings: [{ containerPort: 80, protocol: 'tcp', hostPort: 9090 }],
		});
		const start = async (name: string, cmd: string[]) => {
			const { id } = await node.engine.createContainer({
				name,
				image: 'busybox',
				cmd,
				sandbox: sandbox.id,
			});
			await node.engine.startContainer(id);
			return node.engine.container(id);
		};
		const web = await start('pod_web', ['httpd', '-f', '-p', '80', '-h', '/etc']);
		const side = await start('pod_side', ['sleep', '1000']);
		const links = (pid: number) =>
			node.sh(`for k in net ipc uts; do readlink /proc/${pid}/ns/$k; done`);
		expect((await links(web.pid)).out).toBe((await links(sandbox.pid)).out);
		expect((await links(side.pid)).out).toBe((await links(sandbox.pid)).out);
		expect((await links(1)).out).not.toBe((await links(sandbox.pid)).out);
		expect(sandbox.ip).toBe('10.244.1.2');
		expect(await eventually(`wget -qO- http://${sandbox.ip}/hostname`)).toBe('web\n');
		expect(await eventually('wget -qO- http://127.0.0.1:9090/hostname')).toBe('web\n');
		expect((await docker('exec', 'pod_side', 'wget', '-qO-', 'localhost/hostname')).out).toBe(
			'web\n',
		);
		expect((await docker('exec', 'pod_side', 'cat', '/etc/resolv.conf')).out).toContain(
			'nameserver 10.96.0.10',
		);
		await node.engine.removePodSandbox(sandbox.id);
		expect(
			(
				await node.sh(
					'ip netns list; iptables -t nat -S | grep 9090; ls /sys/fs/cgroup/kubepods/burstable/podu1 | grep -c -E "^[0-9a-f]{64}$"',
				)
			).out,
		).toBe('0\n');
		expect(node.engine.listPodSandboxes()).toEqual([]);
	});
});

const version = (...words: string[]) =>
	docker('run', '--rm', ...words, 'cat', '/etc/debian_version');

describe('an image', () => {
	it('is whole again when it is pulled after its removal, and so is what shares a layer with it', async () => {
		const first = await version('debian');
		expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^12/) as string });
		expect((await docker('rmi', 'debian')).code).toBe(0);
		expect(await version('nginx:1')).toMatchObject({ code: 0, out: first.out });
		expect(await version('debian')).toMatchObject({ code: 0, out: first.out });
		expect((await docker('rmi', 'nginx:1', 'debian')).code).toBe(0);
		const both = await Promise.all([version('debian'), version('nginx:2')]);
		expect(both.map(({ out }) => out)).toEqual([first.out, first.out]);
	});
	it('keeps its layers for the containers it has, whatever is removed and pulled', async () => {
		await docker('run', '-d', '--name', 'stays', 'debian', 'sleep', '1000');
		await docker('create', '--name', 'later', 'debian', 'cat', '/etc/debian_version');
		await docker('rmi', '-f', 'debian', 'nginx:2');
		expect((await docker('exec', 'stays', 'bash', '-c', 'echo $0')).out).toBe('bash\n');
		await docker('image', 'prune', '-af');
		await docker('pull', '-q', 'nginx:2');
		expect((await docker('start', '-a', 'later')).out).toMatch(/^12/);
		await docker('rm', '-f', 'stays', 'later');
		await docker('image', 'prune', '-af');
		const layers = await node.sh(
			'ls /var/lib/docker/overlay2 | grep -v init; grep overlay2 /proc/mounts',
		);
		expect(layers.out).toBe('');
		expect((await version('debian')).out).toMatch(/^12/);
	});
});

describe('a node whose /var/lib/docker was removed', () => {
	it('keeps its images, starts new containers, and says what it has lost of the old ones', async () => {
		await docker('run', '-d', '--name', 'before', 'busybox', 'sleep', '1000');
		await docker('create', '--name', 'unused', '-v', 'data:/data', 'busybox', 'true');
		const removed = await node.sh('rm -rf /var/lib/docker; ls /var/lib/docker/volumes');
		expect(removed.err).toContain('Read-only file system');
		expect((await docker('run', '--rm', 'busybox', 'echo', 'on')).out).toBe('on\n');
		expect((await docker('run', '--rm', '-v', 'new:/x', 'busybox', 'ls', '-d', '/x')).out).toBe(
			'/x\n',
		);
		expect((await version('nginx:2')).out).toMatch(/^12/);
		const stopped = await docker('stop', '-t', '0', 'before');
		expect(stopped).toMatchObject({ code: 0 });
		const again = await docker('start', 'before');
		expect(again.err).toMatch(/^Error response from daemon: .*overlay2.*no such file or directory/);
		expect((await docker('rm', '-f', 'before', 'unused')).code).toBe(0);
	});
});
