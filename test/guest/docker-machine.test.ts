import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { Rack } from '../harness/rack.ts';
import { Shell } from '../harness/shell.ts';

let cluster: LocalCluster;
let shell: Shell;

describe('machines with a container engine', () => {
	beforeAll(async () => {
		cluster = (await Rack.load()).cluster(2, 'docker');
		await cluster.start();
		shell = await Shell.open(cluster, 'node-1');
	});
	afterAll(() => cluster.stop());

	it('have docker’s bridge and rules, and none of Kubernetes', async () => {
		expect(await shell.run('ip -br link | cut -d " " -f 1')).toBe('lo\neth0\ndocker0');
		expect(await shell.run('iptables-save | grep -c -E "KUBE|CNI"')).toBe('0');
		expect(await shell.run('iptables-save | grep -c "A FORWARD -o docker0 -j DOCKER"')).toBe('1');
		expect(await shell.run('ls /sys/fs/cgroup | grep -c kubepods')).toBe('0');
		expect(await shell.run('kubectl get nodes 2>&1')).toMatch(/localhost:8080 was refused/);
	});

	it('publish a port that is reached from here and from the other machine', async () => {
		await shell.run('docker run -d --name web -p 8080:80 nginx:1');
		const until = (url: string) =>
			`for i in $(seq 60); do curl -s ${url} | grep title && break; sleep 0.5; done`;
		expect(await shell.run(until('http://127.0.0.1:8080/'))).toContain('nginx, version 1');
		const other = await Shell.open(cluster, 'node-2');
		expect(await other.run(until('http://node-1:8080/'))).toContain('nginx, version 1');
		other.close();
	});

	it('tell what happened since a time, and are done at once when the end is past', async () => {
		expect(
			await shell.run(
				"docker events --since 1h --until 0s --format '{{.Type}} {{.Action}}'; echo done",
			),
		).toMatch(/^image pull\ncontainer create\ncontainer start\ndone$/);
		expect(await shell.run('docker events --until soon; echo $?')).toMatch(
			/^failed to parse value as time or duration: "soon"\n1$/,
		);
	});

	it('have a wget in busybox’s image that ends when its time is over', async () => {
		const script =
			'sleep 9 | nc -l -p 80 > /dev/null & sleep 1; wget -T 1 -qO - http://127.0.0.1/; echo $?';
		expect(await shell.run(`docker run --rm busybox sh -c '${script}'`)).toMatch(
			/wget: download timed out\s+1$/,
		);
	});

	it('have upstream’s commands in busybox’s image', async () => {
		const script =
			'printenv A; nc -lk -p 99 -e cat & sleep 1; pgrep nc; nc -zv 127.0.0.1 99 2>&1; pkill nc';
		expect(await shell.run(`docker run --rm -e A=b busybox sh -c '${script}'`)).toMatch(
			/^b\s+\d+\s+127\.0\.0\.1 \(127\.0\.0\.1:99\) open$/m,
		);
	});

	it('have facts of containers, images and volumes', async () => {
		await shell.run('docker volume create data');
		const { containers, images, volumes } = await cluster.facts('node-1');
		expect(containers.map(({ name, state }) => `${name} ${state}`)).toEqual(['web running']);
		expect(images.map(({ tags }) => tags[0]).sort()).toEqual(['busybox:latest', 'nginx:1']);
		expect(volumes.map(({ name }) => name)).toEqual(['data']);
	});

	it('show how a container is wired, limited and made of layers', async () => {
		await shell.run('docker exec web rm /etc/nginx/nginx.conf');
		const [web] = (await cluster.facts('node-1')).containers;
		if (!web) throw new Error('no container');
		const seen = await cluster.inspect('node-1', ['network', 'layers', 'cgroups', 'rules']);
		const { network = [], layers = [], cgroups = [], rules } = seen;
		const inside = network.find(({ pids }) => pids.includes(web.pid));
		expect(inside?.listens).toContainEqual({ protocol: 'tcp', address: '0.0.0.0', port: 80 });
		const links = network[0]?.links ?? [];
		expect(links.find(({ peer }) => peer?.netns === inside?.inode)?.master).toBe(
			links.find(({ name }) => name === 'docker0')?.index,
		);
		expect(layers.map(({ target }) => target)).toEqual([web.overlay.merged, '/']);
		const [upper, ...lower] = layers[0]?.sheets ?? [];
		const gone = { path: 'etc/nginx/nginx.conf', type: 'whiteout', size: 0 };
		expect(upper?.entries).toContainEqual(gone);
		expect(lower.every(({ role, entries }) => role === 'lower' && entries.length > 0)).toBe(true);
		expect(cgroups.find(({ path }) => path === `/${web.cgroup}`)?.procs).toContain(web.pid);
		expect(
			rules?.rules.filter(({ chain, rule }) => chain === 'DOCKER' && rule.includes('DNAT')),
		).toHaveLength(1);
	});

	it('run what they pulled again after a power cut', async () => {
		const version = 'docker run --rm debian cat /etc/debian_version 2>/dev/null';
		const before = await Shell.open(cluster, 'node-2');
		await before.run('docker pull -q nginx:1');
		expect(await before.run(version)).toMatch(/^12/);
		await before.run('docker rmi debian');
		before.close();
		await cluster.powerOff('node-2');
		await cluster.powerOn('node-2');
		const after = await Shell.open(cluster, 'node-2');
		expect(await after.run('docker images -q | wc -l')).toBe('0');
		expect(await after.run(version)).toMatch(/^12/);
		after.close();
	});
});
