import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';
import type { ContainerConfig } from '../../api/engine.ts';

async function bench(config: Partial<ContainerConfig> = {}) {
	const all = await engineBench();
	all.agent.program = () => undefined;
	await all.engine.pullImage('busybox');
	const { id } = await all.engine.createContainer({ image: 'busybox', name: 'c1', ...config });
	return { ...all, id };
}

describe('lifecycle', () => {
	it('takes one batch and one spawn to start, one batch to end', async () => {
		const { engine, agent, clock, id } = await bench({ autoRemove: true });
		let batches = 0;
		const plain = agent.batch.bind(agent);
		agent.batch = (ops) => (batches++, plain(ops));
		const before = agent.spawned.length;
		await engine.startContainer(id);
		expect([batches, agent.spawned.length - before]).toEqual([1, 1]);
		const exit = engine.waitContainer(id);
		agent.spawned.at(-1)?.exit(3);
		expect(await exit).toEqual({ code: 3 });
		expect(() => engine.container(id)).toThrow(`No such container: ${id}`);
		expect(batches).toBe(1);
		await clock.advance(20);
		expect(batches).toBe(2);
	});
	it('tells the end before it clears up, and starts again only after', async () => {
		const { engine, agent, clock, id } = await bench();
		await engine.startContainer(id);
		const exit = engine.waitContainer(id);
		agent.ops.length = 0;
		agent.spawned.at(-1)?.exit(0);
		await exit;
		expect(agent.ops).toEqual([]);
		expect(engine.container(id)).toMatchObject({ state: 'exited', ip: '' });
		const again = engine.startContainer(id);
		await clock.advance(20);
		await again;
		const order = agent.ops.map((op) => op.op).filter((op) => op.startsWith('netns'));
		expect(order).toEqual(['netns-del', 'netns-add']);
		expect(engine.container(id)).toMatchObject({ state: 'running', ip: '172.17.0.2' });
	});
	it('clears up first when a port may be asked for again', async () => {
		const ports = [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' as const }];
		const { engine, agent, id } = await bench({ autoRemove: true, ports });
		await engine.startContainer(id);
		const exit = engine.waitContainer(id);
		agent.spawned.at(-1)?.exit(0);
		await exit;
		const next = await engine.createContainer({ image: 'busybox', ports });
		await engine.startContainer(next.id);
		expect(engine.container(next.id).config.ports).toEqual(ports);
	});
	it('keeps a container that goes with its end through a restart', async () => {
		const { engine, agent, clock, id } = await bench({ autoRemove: true });
		await engine.startContainer(id);
		await engine.restartContainer(id);
		expect(engine.container(id).state).toBe('running');
		agent.spawned.at(-1)?.exit(0);
		const again = engine.startContainer(id);
		await engine.waitContainer(id, 'removed');
		await Promise.all([expect(again).resolves.toBeUndefined(), clock.advance(20)]);
		expect(engine.listContainers({ all: true })).toEqual([]);
	});
	it('kills after the grace', async () => {
		const { engine, agent, clock, id } = await bench();
		await engine.startContainer(id);
		const process = agent.spawned.at(-1);
		const plain = agent.batch.bind(agent);
		agent.batch = (ops) => plain(ops.filter((op) => op.op !== 'kill' || op.signal === 9));
		const stopped = engine.stopContainer(id, 5);
		await clock.advance(4999);
		expect(engine.container(id).state).toBe('running');
		await clock.advance(2);
		await stopped;
		expect(engine.container(id)).toMatchObject({ state: 'exited', exitCode: 137 });
		expect(process?.pid).toBeGreaterThan(0);
	});
	it('tells an out-of-memory kill by the counter of the cgroup', async () => {
		const { engine, agent, id } = await bench({ resources: { memory: 8 << 20 } });
		agent.files.set(`/sys/fs/cgroup/docker/${id}/memory.events`, 'oom 1\noom_kill 1\n');
		await engine.startContainer(id);
		const exit = engine.waitContainer(id);
		agent.spawned.at(-1)?.exit(137);
		await exit;
		expect(engine.container(id)).toMatchObject({ oomKilled: true, exitCode: 137 });
	});
	it('restarts with a growing pause and no more often than it may', async () => {
		const { engine, agent, clock, id } = await bench({
			restart: { name: 'on-failure', maximumRetryCount: 2 },
		});
		agent.program = (process) => process.exit(1);
		await engine.startContainer(id);
		await clock.advance(99);
		expect(engine.container(id)).toMatchObject({ state: 'restarting', restartCount: 0 });
		await clock.advance(2);
		expect(engine.container(id)).toMatchObject({ state: 'restarting', restartCount: 1 });
		await clock.advance(250);
		expect(engine.container(id)).toMatchObject({ state: 'exited', restartCount: 2 });
	});
	it('lets a user stop a container that would restart', async () => {
		const { engine, clock, id } = await bench({
			restart: { name: 'always', maximumRetryCount: 0 },
		});
		await engine.startContainer(id);
		await engine.stopContainer(id);
		await clock.advance(5000);
		expect(engine.container(id).state).toBe('exited');
	});
	it('gives back the address', async () => {
		const { engine, id } = await bench();
		await engine.startContainer(id);
		expect(engine.container(id).ip).toBe('172.17.0.2');
		await engine.stopContainer(id);
		expect(engine.container(id).ip).toBe('');
		const next = await engine.createContainer({ image: 'busybox' });
		await engine.startContainer(next.id);
		expect(engine.container(next.id).ip).toBe('172.17.0.2');
	});
	it('refuses a taken name, a running removal and a taken port', async () => {
		const { engine, id } = await bench({
			ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }],
		});
		await engine.startContainer(id);
		await expect(engine.createContainer({ image: 'busybox', name: 'c1' })).rejects.toThrow(
			`Conflict. The container name "/c1" is already in use by container "${id}"`,
		);
		await expect(engine.removeContainer('c1')).rejects.toMatchObject({ status: 409 });
		const other = await engine.createContainer({
			image: 'busybox',
			ports: [{ containerPort: 81, hostPort: 8080, protocol: 'tcp' }],
		});
		await expect(engine.startContainer(other.id)).rejects.toThrow('port is already allocated');
	});
	it('keeps what was printed, by lines, and lets others follow', async () => {
		const { engine, agent, id } = await bench();
		await engine.startContainer(id);
		const process = agent.spawned.at(-1);
		const lines: string[] = [];
		const following = (async () => {
			for await (const { data } of engine.logs(id, { follow: true }))
				lines.push(new TextDecoder().decode(data));
		})();
		process?.print('one\ntwo\nthr');
		process?.print('ee\nlast');
		process?.exit(0);
		await following;
		expect(lines).toEqual(['one\n', 'two\n', 'three\n', 'last']);
	});
});
