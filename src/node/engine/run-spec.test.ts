import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';
import type { ProcessSpec } from '../../api/agent.ts';
import type { ContainerConfig } from '../../api/engine.ts';

async function started(config: Partial<ContainerConfig>): Promise<ProcessSpec> {
	const { engine, agent } = await engineBench();
	await engine.pullImage('web:1');
	const { id } = await engine.createContainer({ image: 'web:1', ...config });
	await engine.startContainer(id);
	return agent.spawned.at(-1)?.spec as ProcessSpec;
}

describe('what the agent is told to start', () => {
	it('is a container as docker makes it', async () => {
		const spec = await started({
			name: 'w1',
			env: ['A=1', 'PATH=/x'],
			resources: { memory: 16 << 20 },
		});
		expect(spec.argv).toEqual(['/web', '--serve']);
		expect(spec.env).toEqual(['PATH=/x', expect.stringMatching(/^HOSTNAME=[0-9a-f]{12}$/), 'A=1']);
		expect(spec.unshare).toEqual(['mnt', 'pid', 'ipc', 'uts', 'cgroup']);
		expect(spec.join?.net).toMatch(/^\/run\/docker\/netns\//);
		expect(spec.capabilities).toHaveLength(14);
		expect(spec.maskedPaths).toContain('/proc/kcore');
		expect(spec.mounts?.map((mount) => mount.target)).toEqual([
			...['/proc', '/dev', '/dev/pts', '/sys', '/sys/fs/cgroup', '/dev/mqueue', '/dev/shm'],
			...['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'],
		]);
		expect(spec.cgroup).toMatch(/^docker\/[0-9a-f]{64}$/);
	});
	it('drops the image cmd when the entrypoint is replaced', async () => {
		expect((await started({ entrypoint: ['/bin/sh'] })).argv).toEqual(['/bin/sh']);
		expect((await started({ cmd: ['--help'] })).argv).toEqual(['/web', '--help']);
	});
	it('gives a privileged container everything', async () => {
		const spec = await started({ privileged: true });
		expect(spec.capabilities).toBeUndefined();
		expect(spec.maskedPaths).toBeUndefined();
		expect(spec.mounts?.find((mount) => mount.target === '/sys')?.flags).not.toContain('ro');
	});
	it('adds and drops capabilities', async () => {
		const spec = await started({ capAdd: ['net_admin'], capDrop: ['ALL'] });
		expect(spec.capabilities).toEqual(['CAP_NET_ADMIN']);
	});
	it('stays in the network of the node, or of another container', async () => {
		expect((await started({ network: 'host' })).join).toBeUndefined();
		const { engine, agent } = await engineBench();
		agent.program = () => undefined;
		await engine.pullImage('web:1');
		const { id } = await engine.createContainer({ image: 'web:1', name: 'first' });
		await engine.startContainer(id);
		const other = await engine.createContainer({ image: 'web:1', network: 'container:first' });
		await engine.startContainer(other.id);
		expect(agent.spawned.at(-1)?.spec.join?.net).toBe(`/proc/${engine.container(id).pid}/ns/net`);
	});
	it('lets an own mount take the place of a default one', async () => {
		const mounts = [
			{ type: 'bind' as const, source: '/h', target: '/etc/hosts', readonly: true },
			{ type: 'tmpfs' as const, source: '', target: '/run', readonly: false },
		];
		const spec = await started({ mounts });
		const hosts = spec.mounts?.filter((mount) => mount.target === '/etc/hosts');
		expect(hosts).toEqual([
			expect.objectContaining({ source: '/h', flags: ['rbind', 'rprivate', 'ro'] }),
		]);
	});
	it('joins the namespaces of its pod', async () => {
		const { engine, agent, layout } = await engineBench();
		agent.program = () => undefined;
		layout.add({
			name: 'registry.k8s.io/pause:3.9',
			layers: [[{ path: 'pause' }]],
			config: { Entrypoint: ['/pause'] },
		});
		await engine.pullImage('web:1');
		const sandbox = await engine.runPodSandbox({
			name: 'p',
			namespace: 'default',
			uid: 'u',
			attempt: 0,
			hostname: 'p',
			labels: {},
			annotations: {},
			hostNetwork: false,
			cgroupParent: '/kubepods/podu',
			dns: { nameservers: [], searches: [], options: [] },
			portMappings: [],
		});
		const { id } = await engine.createContainer({ image: 'web:1', sandbox: sandbox.id });
		await engine.startContainer(id);
		const spec = agent.spawned.at(-1)?.spec;
		expect(sandbox.ip).toBe('10.244.1.2');
		expect(spec?.unshare).toEqual(['mnt', 'pid', 'cgroup']);
		expect(spec?.join).toEqual({
			ipc: `/proc/${sandbox.pid}/ns/ipc`,
			net: sandbox.netns,
			uts: `/proc/${sandbox.pid}/ns/uts`,
		});
		expect(spec?.cgroup).toBe(`kubepods/podu/${id}`);
	});
});
