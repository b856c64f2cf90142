import { afterEach, expect, it, vi } from 'vitest';
import type { Pod } from '../../src/api/kubernetes.ts';
import { Client } from '../../src/client/rest.ts';
import { ApiServer } from '../../src/control-plane/apiserver/api-server.ts';
import { startControllers } from '../../src/control-plane/controller-manager/controller-manager.ts';
import { Etcd } from '../../src/control-plane/etcd/etcd.ts';
import { startScheduler } from '../../src/control-plane/scheduler/scheduler.ts';
import { FakeAgent } from '../../src/node/kubelet/fake-agent.ts';
import { FakeEngine } from '../../src/node/kubelet/fake-engine.ts';
import { startKubelet } from '../../src/node/kubelet/kubelet.ts';
import { ManualClock } from '../../src/util/clock.ts';
import { logLine } from '../../src/util/log.ts';
import { SeededRng } from '../../src/util/rng.ts';

const node = {
	name: 'node-1',
	address: '192.168.56.11',
	podCidr: '10.244.1.0/24',
	role: 'worker' as const,
	tainted: false,
	memoryBytes: 96 << 20,
	kernel: '6.1.192',
	osImage: 'Debian GNU/Linux 12 (bookworm)',
};

/** The real control plane and one real kubelet, whose engine only says that it runs things. */
class Cluster {
	readonly clock = new ManualClock();
	readonly engine = new FakeEngine(this.clock);
	readonly lines: string[] = [];
	readonly client: Client;
	readonly #stop = new AbortController();

	constructor() {
		const { clock, engine } = this;
		const { signal } = this.#stop;
		const rng = new SeededRng(11);
		const server = new ApiServer({ store: new Etcd(), clock, rng, nodes: () => undefined });
		const log = {
			warn: (component: string, message: string, error?: unknown) =>
				this.lines.push(logLine(component, message, error)),
		};
		this.client = new Client(server);
		const common = { client: this.client, clock, rng, signal };
		startControllers(common);
		startScheduler(common);
		engine.addImage('busybox:1');
		startKubelet({ ...common, engine, agent: new FakeAgent(), log, node });
	}
	async run(ms: number): Promise<void> {
		for (let turn = 0; turn < 5; turn++) await this.clock.advance(0);
		await this.clock.advance(ms);
	}
	async createPod(namespace: string, name: string): Promise<void> {
		await this.client.pods(namespace).create({
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: { name },
			spec: { containers: [{ name: 'c', image: 'busybox:1' }] },
		});
	}
	async pods(): Promise<Pod[]> {
		return (await this.client.pods().list()).items;
	}
	/** The kubelet is alive: its lease is younger than this. */
	async leaseAge(): Promise<number> {
		const { spec } = await this.client.leases('kube-node-lease').get('node-1');
		return this.clock.now() - Date.parse(spec.renewTime ?? '');
	}
	stop(): void {
		this.#stop.abort(new Error('test over'));
	}
}

// Minutes of a cluster's time are some seconds of a busy computer's.
vi.setConfig({ testTimeout: 60_000 });

let cluster: Cluster;
afterEach(() => cluster.stop());

it('deletes namespaces with running pods, and the kubelet takes the next pods', async () => {
	cluster = new Cluster();
	const { client, engine } = cluster;
	await cluster.run(5000);
	const names = ['a', 'b', 'c', 'd'];
	for (const name of names) {
		await client
			.namespaces()
			.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {} });
		await cluster.run(1000);
		for (const pod of ['p', 'q']) await cluster.createPod(name, pod);
	}
	await cluster.run(5000);
	expect((await cluster.pods()).map(({ status }) => status.phase)).toEqual(
		Array(8).fill('Running'),
	);
	engine.ignoresTerm = true;
	await Promise.all(names.map((name) => client.namespaces().delete(name)));
	await cluster.run(10_000);
	const { status } = await client.namespaces().get('a');
	expect(status.phase).toBe('Terminating');
	expect(status.conditions).toContainEqual(
		expect.objectContaining({
			type: 'NamespaceContentRemaining',
			message: 'Some resources are remaining: pods. has 2 resource instances',
		}),
	);
	await cluster.run(60_000);
	const left = (await client.namespaces().list()).items.map(({ metadata }) => metadata.name);
	expect(left.filter((name) => names.includes(name))).toEqual([]);
	expect(engine.containers.size).toBe(0);
	expect(engine.sandboxes.size).toBe(0);
	expect(await cluster.leaseAge()).toBeLessThan(20_000);
	await cluster.createPod('default', 'next');
	await cluster.run(5000);
	expect((await cluster.pods()).map(({ status }) => status.phase)).toEqual(['Running']);
	expect(cluster.lines).toEqual([]);
});

it('lets pods be deleted by force at every moment of their life', async () => {
	cluster = new Cluster();
	const { client, engine } = cluster;
	await cluster.run(5000);
	engine.ignoresTerm = true;
	for (let moment = 0; moment < 12; moment++) {
		await cluster.createPod('default', `p${moment}`);
		for (let turn = 0; turn < moment; turn++) await Promise.resolve();
		await cluster.clock.advance(moment % 3 === 0 ? 0 : moment * 100);
		if (moment % 2) await client.pods('default').delete(`p${moment}`);
		await client.pods('default').delete(`p${moment}`, { gracePeriodSeconds: 0 });
	}
	expect(await cluster.pods()).toEqual([]);
	await cluster.run(60_000);
	expect(engine.containers.size).toBe(0);
	expect(engine.sandboxes.size).toBe(0);
	expect(await cluster.leaseAge()).toBeLessThan(20_000);
});
