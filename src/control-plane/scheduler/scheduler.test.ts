import { afterEach, describe, expect, it } from 'vitest';
import type { Node, Pod, Taint } from '../../api/kubernetes.ts';
import { MemoryTransport } from '../../client/memory-transport.ts';
import { Client, type Draft } from '../../client/rest.ts';
import { ManualClock } from '../../util/clock.ts';
import { SeededRng } from '../../util/rng.ts';
import { startScheduler, type Scheduler } from './scheduler.ts';

const controllers: AbortController[] = [];
afterEach(() => {
	for (const controller of controllers.splice(0)) controller.abort();
});

type NodeParts = {
	cpu?: string;
	memory?: string;
	pods?: string;
	labels?: Record<string, string>;
	taints?: Taint[];
	unschedulable?: boolean;
	images?: Node['status']['images'];
};

const controlPlaneTaint: Taint = {
	key: 'node-role.kubernetes.io/control-plane',
	effect: 'NoSchedule',
};

class Bench {
	readonly clock = new ManualClock();
	readonly rng = new SeededRng(3);
	readonly transport = new MemoryTransport(this.clock, this.rng);
	readonly client = new Client(this.transport);
	readonly errors: unknown[] = [];
	scheduler!: Scheduler;

	async start(): Promise<void> {
		const controller = new AbortController();
		controllers.push(controller);
		const { client, clock, rng } = this;
		this.scheduler = startScheduler({
			client,
			clock,
			rng,
			signal: controller.signal,
			onError: (_pod, error) => this.errors.push(error),
		});
		await this.settle();
		await this.scheduler.ready;
	}
	settle(ms = 50): Promise<void> {
		return this.clock.advance(ms);
	}
	node(name: string, parts: NodeParts = {}) {
		const {
			cpu = '2',
			memory = '4Gi',
			pods = '110',
			labels = {},
			taints,
			unschedulable,
			images,
		} = parts;
		const draft: Draft<Node> = {
			apiVersion: 'v1',
			kind: 'Node',
			metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
			spec: { ...(taints ? { taints } : {}), ...(unschedulable ? { unschedulable } : {}) },
			status: { allocatable: { cpu, memory, pods }, ...(images ? { images } : {}) },
		};
		return this.client.nodes().create(draft);
	}
	pod(
		name: string,
		spec: Partial<Pod['spec']> = {},
		labels: Record<string, string> = {},
		requests: Record<string, string> = {},
	) {
		const draft: Draft<Pod> = {
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: { name, namespace: 'default', labels },
			spec: { containers: [{ name: 'c', image: 'nginx:1', resources: { requests } }], ...spec },
			status: { phase: 'Pending' },
		};
		return this.client.pods('default').create(draft);
	}
	async nodeOf(name: string): Promise<string | undefined> {
		return (await this.client.pods('default').get(name)).spec.nodeName;
	}
	async messages(reason: string): Promise<(string | undefined)[]> {
		const { items } = await this.client.events().list();
		return items.filter((event) => event.reason === reason).map(({ message }) => message);
	}
}

async function bench(
	nodes: Record<string, NodeParts> = { n1: {}, n2: {}, n3: {} },
): Promise<Bench> {
	const made = new Bench();
	for (const [name, parts] of Object.entries(nodes)) await made.node(name, parts);
	await made.start();
	return made;
}

describe('scheduler', () => {
	it('binds a pod and says so', async () => {
		const b = await bench({ n1: {} });
		await b.pod('p');
		await b.settle(0);
		expect(await b.nodeOf('p')).toBe('n1');
		await b.settle();
		expect(await b.messages('Scheduled')).toEqual(['Successfully assigned default/p to n1']);
		expect(b.errors).toEqual([]);
	});
	it('explains why no node will do, in the words kubectl users know', async () => {
		const b = await bench({
			cp: { taints: [controlPlaneTaint] },
			n1: { cpu: '1' },
			n2: { cpu: '1' },
		});
		await b.pod('a', {}, {}, { cpu: '600m' });
		await b.pod('b', {}, {}, { cpu: '600m' });
		await b.pod('c', {}, {}, { cpu: '600m' });
		await b.settle();
		const message =
			'0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.';
		expect(await b.messages('FailedScheduling')).toEqual([message]);
		const pod = await b.client.pods('default').get('c');
		expect(pod.status.conditions).toMatchObject([
			{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
		]);
		expect(b.scheduler.lastDecisions.at(-1)).toMatchObject({
			pod: 'default/c',
			nodes: [
				{ node: 'cp', rejectedBy: 'TaintToleration' },
				{ node: 'n1', rejectedBy: 'NodeResourcesFit', reasons: ['Insufficient cpu'] },
				{ node: 'n2', rejectedBy: 'NodeResourcesFit' },
			],
		});
	});
	it.each([
		['cordoned', { unschedulable: true }, {}, 'node(s) were unschedulable'],
		[
			'other labels',
			{},
			{ nodeSelector: { disk: 'ssd' } },
			"node(s) didn't match Pod's node affinity/selector",
		],
		['full', { pods: '0' }, {}, 'Too many pods'],
		[
			'affinity',
			{},
			{
				affinity: {
					podAffinity: {
						requiredDuringSchedulingIgnoredDuringExecution: [
							{
								labelSelector: { matchLabels: { app: 'x' } },
								topologyKey: 'kubernetes.io/hostname',
							},
						],
					},
				},
			},
			"node(s) didn't match pod affinity rules",
		],
		[
			'spread without the label',
			{},
			{
				topologySpreadConstraints: [
					{
						maxSkew: 1,
						topologyKey: 'zone',
						whenUnsatisfiable: 'DoNotSchedule' as const,
						labelSelector: {},
					},
				],
			},
			"node(s) didn't match pod topology spread constraints (missing required label)",
		],
	])('reports: %s', async (_text, node, spec, reason) => {
		const b = await bench({ n1: node });
		await b.pod('p', spec);
		await b.settle();
		expect((await b.messages('FailedScheduling'))[0]).toMatch(
			`0/1 nodes are available: 1 ${reason}. preemption: `,
		);
	});
	it('says when there are no nodes at all', async () => {
		const b = await bench({});
		await b.pod('p');
		await b.settle();
		expect(await b.messages('FailedScheduling')).toEqual(['no nodes available to schedule pods']);
	});
	it('tries again when a node comes, changes, or loses a pod', async () => {
		const b = await bench({ n1: { cpu: '1' } });
		await b.pod('big', {}, {}, { cpu: '800m' });
		await b.pod('wait', {}, {}, { cpu: '800m' });
		await b.settle(2000);
		expect(await b.nodeOf('wait')).toBeUndefined();
		await b.client.pods('default').delete('big', { gracePeriodSeconds: 0 });
		await b.settle(0);
		expect(await b.nodeOf('wait')).toBe('n1');
		await b.pod('select', { nodeSelector: { disk: 'ssd' } });
		await b.settle(2000);
		expect(await b.nodeOf('select')).toBeUndefined();
		await b.client.nodes().patch('n1', { metadata: { labels: { disk: 'ssd' } } }, 'merge');
		await b.settle(0);
		expect(await b.nodeOf('select')).toBe('n1');
		await b.pod('third', {}, {}, { cpu: '800m' });
		await b.settle(2000);
		await b.node('n2');
		await b.settle(0);
		expect(await b.nodeOf('third')).toBe('n2');
	});
	it('backs off instead of trying in a loop', async () => {
		const b = await bench({ n1: { cpu: '1' } });
		await b.pod('p', {}, {}, { cpu: '4' });
		for (let i = 0; i < 30; i++) {
			await b.client.nodes().patch('n1', { metadata: { labels: { tick: String(i) } } }, 'merge');
			await b.settle(100);
		}
		const attempts = b.scheduler.lastDecisions.length;
		expect(attempts).toBeGreaterThan(1);
		expect(attempts).toBeLessThan(5);
	});
	it('spreads the pods of a replica set over the nodes without being asked', async () => {
		const b = await bench();
		const set = await b.client.replicasets('default').create({
			apiVersion: 'apps/v1',
			kind: 'ReplicaSet',
			metadata: { name: 'rs', namespace: 'default' },
			spec: { selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [] } } },
		});
		await b.settle();
		const owner = {
			apiVersion: 'apps/v1',
			kind: 'ReplicaSet',
			name: 'rs',
			uid: set.metadata.uid,
			controller: true,
		};
		for (let i = 0; i < 6; i++)
			await b.client.pods('default').create({
				apiVersion: 'v1',
				kind: 'Pod',
				metadata: { name: `p${i}`, labels: { app: 'web' }, ownerReferences: [owner] },
				spec: { containers: [{ name: 'c', image: 'x' }] },
			});
		await b.settle();
		const { items } = await b.client.pods().list();
		const perNode = ['n1', 'n2', 'n3'].map(
			(name) => items.filter((pod) => pod.spec.nodeName === name).length,
		);
		expect(perNode).toEqual([2, 2, 2]);
	});
	it('keeps to maxSkew', async () => {
		const b = await bench({
			a1: { labels: { zone: 'a' } },
			a2: { labels: { zone: 'a' } },
			b1: { labels: { zone: 'b' }, pods: '1' },
		});
		const spec = {
			topologySpreadConstraints: [
				{
					maxSkew: 1,
					topologyKey: 'zone',
					whenUnsatisfiable: 'DoNotSchedule' as const,
					labelSelector: { matchLabels: { app: 'x' } },
				},
			],
		};
		for (let i = 0; i < 4; i++) await b.pod(`p${i}`, spec, { app: 'x' });
		await b.settle();
		const nodes = await Promise.all([0, 1, 2, 3].map((i) => b.nodeOf(`p${i}`)));
		expect(nodes.filter((node) => node?.startsWith('a'))).toHaveLength(2);
		expect(nodes.filter((node) => node === 'b1')).toHaveLength(1);
		expect((await b.messages('FailedScheduling'))[0]).toMatch(
			"1 Too many pods, 2 node(s) didn't match pod topology spread constraints.",
		);
	});
	it('keeps pods apart and together', async () => {
		const b = await bench({ n1: {}, n2: {} });
		const apart = {
			affinity: {
				podAntiAffinity: {
					requiredDuringSchedulingIgnoredDuringExecution: [
						{
							labelSelector: { matchLabels: { app: 'db' } },
							topologyKey: 'kubernetes.io/hostname',
						},
					],
				},
			},
		};
		await b.pod('db-0', apart, { app: 'db' });
		await b.pod('db-1', apart, { app: 'db' });
		await b.pod('db-2', apart, { app: 'db' });
		await b.pod('plain', {}, { app: 'db' });
		await b.pod('near', {
			affinity: {
				podAffinity: {
					requiredDuringSchedulingIgnoredDuringExecution: [
						{
							labelSelector: { matchLabels: { which: 'one' } },
							topologyKey: 'kubernetes.io/hostname',
						},
					],
				},
			},
		});
		await b.settle();
		expect(new Set([await b.nodeOf('db-0'), await b.nodeOf('db-1')]).size).toBe(2);
		expect(await b.nodeOf('db-2')).toBeUndefined();
		const messages = await b.messages('FailedScheduling');
		expect(messages.find((text) => text?.includes('anti-affinity rules'))).toMatch(
			"2 node(s) didn't match pod anti-affinity rules",
		);
		expect(messages.find((text) => text?.includes('existing pods'))).toMatch(
			"2 node(s) didn't satisfy existing pods anti-affinity rules",
		);
		await b.pod('one', { nodeName: '' }, { which: 'one' });
		await b.settle(1500);
		expect(await b.nodeOf('near')).toBe(await b.nodeOf('one'));
	});
	it('gives a host port once per node', async () => {
		const b = await bench({ n1: {}, n2: {} });
		const spec = {
			containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 80, hostPort: 80 }] }],
		};
		for (const name of ['a', 'b', 'c']) await b.pod(name, spec);
		await b.settle();
		expect(new Set([await b.nodeOf('a'), await b.nodeOf('b')]).size).toBe(2);
		expect((await b.messages('FailedScheduling'))[0]).toMatch(
			"2 node(s) didn't have free ports for the requested pod ports",
		);
	});
	it('prefers emptier nodes, nodes without soft taints, and preferred labels', async () => {
		const b = await bench({ n1: {}, n2: {} });
		await b.pod(
			'heavy',
			{ nodeSelector: { 'kubernetes.io/hostname': 'n1' } },
			{},
			{ cpu: '1', memory: '2Gi' },
		);
		await b.settle();
		await b.pod('light', {}, {}, { cpu: '100m', memory: '64Mi' });
		await b.settle();
		expect(await b.nodeOf('light')).toBe('n2');
		const soft = await bench({
			n1: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] },
			n2: {},
		});
		await soft.pod('p');
		await soft.settle();
		expect(await soft.nodeOf('p')).toBe('n2');
		const preferred = await bench({ n1: {}, n2: { labels: { disk: 'ssd' } } });
		await preferred.pod('p', {
			affinity: {
				nodeAffinity: {
					preferredDuringSchedulingIgnoredDuringExecution: [
						{
							weight: 1,
							preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] },
						},
					],
				},
			},
		});
		await preferred.settle();
		expect(await preferred.nodeOf('p')).toBe('n2');
		const scores = preferred.scheduler.lastDecisions
			.at(-1)
			?.nodes.find(({ node }) => node === 'n2')?.scores;
		expect(scores?.find(({ plugin }) => plugin === 'NodeAffinity')).toEqual({
			plugin: 'NodeAffinity',
			raw: 1,
			normalized: 100,
			weight: 2,
		});
	});
	it('prefers a node that has the image', async () => {
		const images = [{ names: ['nginx:1'], sizeBytes: 900 * 1024 * 1024 }];
		const b = await bench({ n1: {}, n2: { images } });
		await b.pod('p');
		await b.settle();
		expect(await b.nodeOf('p')).toBe('n2');
	});
	it('never promises room twice while bindings are under way', async () => {
		const b = await bench({ n1: { cpu: '1' }, n2: { cpu: '1' } });
		await Promise.all([0, 1, 2, 3].map((i) => b.pod(`p${i}`, {}, {}, { cpu: '600m' })));
		await b.settle();
		const nodes = await Promise.all([0, 1, 2, 3].map((i) => b.nodeOf(`p${i}`)));
		expect(nodes.filter(Boolean).sort()).toEqual(['n1', 'n2']);
	});
	it('tries again when the binding could not be written', async () => {
		const b = await bench({ n1: {} });
		let failures = 1;
		b.transport.fault = ({ path }) => {
			if (path.endsWith('/binding') && failures-- > 0) throw new Error('connection lost');
		};
		await b.pod('p');
		await b.settle(1500);
		expect(await b.nodeOf('p')).toBe('n1');
		expect(b.errors).toHaveLength(1);
	});
	it('makes room for a pod of higher priority', async () => {
		const b = await bench({ n1: { cpu: '1' } });
		await b.pod('low', { priority: 0 }, {}, { cpu: '400m' });
		await b.pod('mid', { priority: 5 }, {}, { cpu: '400m' });
		await b.settle();
		await b.pod('high', { priority: 10 }, {}, { cpu: '500m' });
		await b.settle();
		const low = await b.client.pods('default').get('low');
		expect(low.metadata.deletionTimestamp).toBeDefined();
		expect((await b.client.pods('default').get('mid')).metadata.deletionTimestamp).toBeUndefined();
		expect((await b.client.pods('default').get('high')).status.nominatedNodeName).toBe('n1');
		await b.client.pods('default').delete('low', { gracePeriodSeconds: 0 });
		await b.settle(1500);
		expect(await b.nodeOf('high')).toBe('n1');
	});
	it('leaves pods of other schedulers alone', async () => {
		const b = await bench({ n1: {} });
		await b.pod('p', { schedulerName: 'mine' });
		await b.settle();
		expect(await b.nodeOf('p')).toBeUndefined();
	});
});
