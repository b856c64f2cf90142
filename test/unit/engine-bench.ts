import type { CommandIo } from '../../src/api/command.ts';
import { docker } from '../../src/cli/docker/docker.ts';
import { ContainerEngine } from '../../src/node/engine/engine.ts';
import { ManualClock } from '../../src/util/clock.ts';
import { SeededRng } from '../../src/util/rng.ts';
import { FakeAgent } from './fake-agent.ts';
import { MemoryLayers, MemoryLayout } from './oci-layout.ts';

/** An engine over an agent without a kernel, with two images to pull. */
export async function engineBench() {
	const agent = new FakeAgent();
	const clock = new ManualClock();
	const layout = new MemoryLayout();
	const layers = new MemoryLayers();
	const base = [
		{ path: 'bin/', type: '5', mode: 0o755 },
		{ path: 'bin/sh', data: 'shell' },
	];
	layout.add({
		name: 'busybox:latest',
		layers: [base],
		config: { Cmd: ['sh'], Env: ['PATH=/bin', 'LANG=C'] },
	});
	layout.add({
		name: 'web:1',
		layers: [base, [{ path: 'etc/web.conf', data: 'x' }]],
		config: { Entrypoint: ['/web'], Cmd: ['--serve'], ExposedPorts: { '80/tcp': {} } },
	});
	agent.files.set('/sys/fs/cgroup/cgroup.controllers', 'cpuset cpu io memory pids\n');
	agent.files.set('/etc/resolv.conf', 'nameserver 10.0.0.1\n');
	const engine = await ContainerEngine.start({
		agent,
		clock,
		rng: new SeededRng(1),
		nodeName: 'node-1',
		podCidr: '10.244.1.0/24',
		registry: 'http://registry',
		fetch: layout.fetch,
		layers,
		share: { tag: 'host9p', path: '/share', data: 'trans=virtio' },
	});
	const run = (words: readonly string[], options: Partial<CommandIo> = {}) =>
		runDocker(engine, clock, words, options);
	return { agent, clock, layout, layers, engine, run };
}

async function runDocker(
	engine: ContainerEngine,
	clock: ManualClock,
	words: readonly string[],
	options: Partial<CommandIo>,
): Promise<{ code: number; out: string; err: string }> {
	const text = { out: '', err: '' };
	const decode = (data: string | Uint8Array) =>
		typeof data === 'string' ? data : new TextDecoder().decode(data);
	const io: CommandIo = {
		argv: ['docker', ...words],
		env: {},
		cwd: '/root',
		isTty: { stdin: false, stdout: false, stderr: false },
		size: () => ({ rows: 24, columns: 80 }),
		read: async () => null,
		out: async (data) => void (text.out += decode(data)),
		err: async (data) => void (text.err += decode(data)),
		setRaw: async () => undefined,
		onResize: () => undefined,
		signal: new AbortController().signal,
		readFile: () => Promise.reject(new Error('ENOENT')),
		writeFile: async () => undefined,
		stat: () => Promise.reject(new Error('ENOENT')),
		listDir: async () => [],
		run: async () => 0,
		...options,
	};
	const api = {
		request: () => Promise.reject(new Error('no cluster')),
		upgrade: () => Promise.reject(new Error('no cluster')),
	};
	const code = await docker(io, { runs: 'docker', api, engine, nodeName: 'node-1', clock });
	return { code, ...text };
}
