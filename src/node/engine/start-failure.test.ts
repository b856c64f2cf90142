import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';
import type { KernelOp } from '../../api/agent.ts';
import type { ContainerConfig } from '../../api/engine.ts';

type Bench = Awaited<ReturnType<typeof engineBench>>;

interface Fault {
	config?: Partial<ContainerConfig>;
	/** Breaks something; answers how to mend it. */
	inject: (bench: Bench) => () => void;
	says: string;
	exitCode?: number;
}

/** The kernel refuses the first operation that fits. */
const refuse = (fits: (op: KernelOp) => boolean) => (bench: Bench) => {
	const { agent } = bench;
	const plain = agent.batch.bind(agent);
	agent.batch = async (ops) => {
		const at = ops.findIndex(fits);
		const results = await plain(at < 0 ? ops : ops.slice(0, at));
		if (at >= 0) results.push({ ok: false, errno: 'EIO', message: 'refused' });
		return results;
	};
	return () => (agent.batch = plain);
};

const helper = (name: string) => (bench: Bench) => {
	const { agent } = bench;
	const plain = agent.spawn.bind(agent);
	agent.spawn = async (spec) => {
		if (spec.argv[0] === name) throw new Error(`${name} failed`);
		return plain(spec);
	};
	return () => (agent.spawn = plain);
};

const program = (errno: string) => (bench: Bench) => {
	const message = 'exec: "sh": executable file not found in $PATH';
	bench.agent.refusal = Object.assign(new Error(message), { errno });
	return () => (bench.agent.refusal = undefined);
};

const ports = [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' as const }];
const limited = { resources: { memory: 8 << 20 } };
const etc = [{ type: 'volume' as const, source: 'vol', target: '/bin', readonly: false }];
const nothing = () => () => undefined;

const faults: Record<string, Fault> = {
	'the network is unknown': {
		config: { network: 'nope' as 'bridge' },
		inject: nothing,
		says: 'network nope not found',
	},
	'the container whose network it joins is unknown': {
		config: { network: 'container:nope' },
		inject: nothing,
		says: 'No such container: nope',
	},
	'it joins its own network': {
		config: { network: 'container:c1' },
		inject: nothing,
		says: 'cannot join own network',
	},
	'its root cannot be mounted': {
		inject: refuse((op) => op.op === 'mount' && op.fstype === 'overlay'),
		says: 'refused',
	},
	'its network namespace cannot be made': {
		inject: refuse((op) => op.op === 'netns-add'),
		says: 'refused',
	},
	'its link cannot be made': { inject: refuse((op) => op.op === 'link-add'), says: 'refused' },
	'its files cannot be written': {
		inject: refuse((op) => op.op === 'write' && op.path.endsWith('/hosts')),
		says: 'refused',
	},
	'a limit is refused': {
		config: limited,
		inject: refuse((op) => op.op === 'write' && op.path.endsWith('memory.max')),
		says: 'refused',
	},
	'a volume cannot be filled': { config: { mounts: etc }, inject: helper('cp'), says: 'cp failed' },
	'the rules of its ports are refused': {
		config: { ports },
		inject: helper('iptables-restore'),
		says: 'iptables-restore failed',
	},
	'its program is missing': {
		inject: program('ENOENT'),
		says: 'unable to start container process: exec: "sh"',
		exitCode: 127,
	},
	'its program may not be run': { inject: program('EACCES'), says: 'exec: "sh"', exitCode: 126 },
};

async function bench(config: Partial<ContainerConfig> = {}) {
	const all = await engineBench();
	all.agent.program = () => undefined;
	await all.engine.pullImage('busybox');
	const { id } = await all.engine.createContainer({ image: 'busybox', name: 'c1', ...config });
	return { ...all, id };
}

describe.each(Object.entries(faults))('a start, when %s,', (_, fault) => {
	const { config = {}, inject, says, exitCode = 128 } = fault;

	it('fails once and for all, with nothing left of it', async () => {
		const all = await bench(config);
		const { engine, agent, id } = all;
		const mend = inject(all);
		const exit = engine.waitContainer(id, 'next-exit');
		const attachment = engine.attach(id);
		await expect(engine.startContainer(id)).rejects.toThrow(says);
		expect(engine.container(id)).toMatchObject({ state: 'created', exitCode, pid: 0, ip: '' });
		expect(engine.container(id).error).toContain(says);
		expect(await exit).toEqual({ code: exitCode });
		await attachment.done;
		mend();
		const { merged } = engine.container(id).overlay;
		expect(agent.ops).toContainEqual({ op: 'umount', target: merged, lazy: true });
		expect(agent.ops).toContainEqual({ op: 'remove', path: `/sys/fs/cgroup/docker/${id}` });
		const count = (name: KernelOp['op']) => agent.ops.filter(({ op }) => op === name).length;
		expect(count('netns-del')).toBeGreaterThanOrEqual(count('netns-add'));
		const next = await engine.createContainer({ image: 'busybox', ports });
		await engine.startContainer(next.id);
		expect(engine.container(next.id)).toMatchObject({ ip: '172.17.0.2', state: 'running' });
	});
	it('takes a container with it that was to be removed', async () => {
		const all = await bench({ ...config, autoRemove: true });
		const { engine, id } = all;
		const mend = inject(all);
		const gone = engine.waitContainer(id, 'removed');
		await expect(engine.startContainer(id)).rejects.toThrow(says);
		mend();
		expect(await gone).toEqual({ code: exitCode });
		expect(engine.listContainers({ all: true })).toEqual([]);
	});
});

describe('a start', () => {
	it('can be tried again', async () => {
		const all = await bench({ autoRemove: false });
		const mend = refuse((op) => op.op === 'link-add')(all);
		await expect(all.engine.startContainer('c1')).rejects.toThrow('refused');
		mend();
		await all.engine.startContainer('c1');
		expect(all.engine.container('c1')).toMatchObject({ state: 'running', exitCode: 0, error: '' });
	});
	it('is waited for by who asks for another, and by its removal', async () => {
		const { engine, agent, id } = await bench();
		const before = agent.spawned.length;
		await Promise.all([engine.startContainer(id), engine.startContainer(id)]);
		expect(agent.spawned.length).toBe(before + 1);
		const other = await engine.createContainer({ image: 'busybox' });
		const started = engine.startContainer(other.id);
		await expect(engine.removeContainer(other.id)).rejects.toThrow('container is running');
		await started;
	});
});

describe('input', () => {
	it('that comes before the start waits for it, and so does its end', async () => {
		const { engine, agent, id } = await bench({ openStdin: true });
		const attachment = engine.attach(id);
		const written = attachment.write(new TextEncoder().encode('in\n'));
		attachment.closeStdin();
		await engine.startContainer(id);
		await written;
		await Promise.resolve();
		expect(agent.spawned.at(-1)?.input).toBe('in\n<EOF>');
	});
	it('of somebody who left before the start is dropped', async () => {
		const { engine, agent, id } = await bench({ openStdin: true });
		const attachment = engine.attach(id);
		const written = attachment.write(new TextEncoder().encode('in\n'));
		attachment.detach();
		await written;
		await engine.startContainer(id);
		expect(agent.spawned.at(-1)?.input).toBe('');
	});
	it('reaches the next run of a container that has ended', async () => {
		const { engine, agent, clock, id } = await bench({ openStdin: true });
		await engine.startContainer(id);
		agent.spawned.at(-1)?.exit(1);
		await engine.waitContainer(id);
		expect(await engine.waitContainer(id)).toEqual({ code: 1 });
		const next = engine.waitContainer(id, 'next-exit');
		const attachment = engine.attach(id);
		const written = attachment.write(new TextEncoder().encode('again'));
		const started = engine.startContainer(id);
		await clock.advance(20);
		await started;
		await written;
		await Promise.resolve();
		expect(agent.spawned.at(-1)?.input).toBe('again');
		agent.spawned.at(-1)?.exit(7);
		expect(await next).toEqual({ code: 7 });
	});
});
