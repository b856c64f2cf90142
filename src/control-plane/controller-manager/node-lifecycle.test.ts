import { afterEach, describe, expect, it } from 'vitest';
import type { Condition, Node, Pod, Toleration } from '../../api/kubernetes.ts';
import { microTime, rfc3339 } from '../../client/time.ts';
import { conditionOf } from './conditions.ts';
import { NodeIpamController } from './node-ipam.ts';
import { NodeLifecycleController } from './node-lifecycle.ts';
import { PodGcController } from './pod-gc.ts';
import { TaintEvictionController, tolerationTime } from './taint-eviction.ts';
import { TestCluster } from './test-cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

const notReady: Toleration[] = ['not-ready', 'unreachable'].map((name) => ({
	key: `node.kubernetes.io/${name}`,
	operator: 'Exists',
	effect: 'NoExecute',
	tolerationSeconds: 300,
}));

async function addNode(name: string, status: Condition['status'] = 'True'): Promise<void> {
	const now = rfc3339(cluster.clock.now());
	const ready: Condition = {
		type: 'Ready',
		status,
		reason: 'KubeletReady',
		lastHeartbeatTime: now,
		lastTransitionTime: now,
	};
	await cluster.client.nodes().create({
		apiVersion: 'v1',
		kind: 'Node',
		metadata: { name },
		spec: {},
		status: { conditions: [ready] },
	});
	await cluster.client.leases('kube-node-lease').create({
		apiVersion: 'coordination.k8s.io/v1',
		kind: 'Lease',
		metadata: { name },
		spec: { holderIdentity: name, renewTime: microTime(cluster.clock.now()) },
	});
}
const renew = (name: string) =>
	cluster.client
		.leases('kube-node-lease')
		.patch(name, { spec: { renewTime: microTime(cluster.clock.now()) } }, 'merge');

/** Lets time pass while the named nodes keep renewing their leases. */
async function pass(seconds: number, ...alive: string[]): Promise<void> {
	for (let done = 0; done < seconds; done += 5) {
		for (const name of alive) await renew(name);
		await cluster.settle(5000);
	}
}
async function addPod(
	name: string,
	nodeName: string,
	tolerations: Toleration[] = notReady,
): Promise<Pod> {
	const pod = await cluster.client.pods('default').create({
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name },
		spec: { nodeName, containers: [{ name: 'c', image: 'x' }], tolerations },
		status: { phase: 'Running' },
	});
	await cluster.setReady(pod);
	return pod;
}
async function setup(...names: string[]) {
	cluster = new TestCluster();
	for (const name of names) await addNode(name);
	await cluster.start(NodeLifecycleController, TaintEvictionController, PodGcController);
}
const node = (name: string): Promise<Node> => cluster.client.nodes().get(name);
const taints = async (name: string) =>
	((await node(name)).spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort();
const pod = (name: string) => cluster.client.pods('default').get(name);

describe('node lifecycle', () => {
	it('leaves nodes alone whose leases are renewed', async () => {
		await setup('n1', 'n2');
		await pass(120, 'n1', 'n2');
		expect(conditionOf((await node('n1')).status.conditions, 'Ready')?.status).toBe('True');
		expect(await taints('n1')).toEqual([]);
	});
	it('marks a silent node Unknown, taints it, and its pods not ready', async () => {
		await setup('n1', 'n2');
		await addPod('p', 'n2');
		await pass(35, 'n1');
		expect(conditionOf((await node('n2')).status.conditions, 'Ready')?.status).toBe('True');
		await pass(10, 'n1');
		expect(conditionOf((await node('n2')).status.conditions, 'Ready')).toMatchObject({
			status: 'Unknown',
			reason: 'NodeStatusUnknown',
			message: 'Kubelet stopped posting node status.',
		});
		expect(conditionOf((await node('n2')).status.conditions, 'MemoryPressure')).toMatchObject({
			status: 'Unknown',
			reason: 'NodeStatusNeverUpdated',
		});
		expect(await taints('n2')).toEqual([
			'node.kubernetes.io/unreachable:NoExecute',
			'node.kubernetes.io/unreachable:NoSchedule',
		]);
		expect(conditionOf((await pod('p')).status.conditions, 'Ready')?.status).toBe('False');
		expect((await cluster.events('NodeNotReady')).map(({ message }) => message)).toContain(
			'Node n2 status is now: NodeNotReady',
		);
		expect((await pod('p')).metadata.deletionTimestamp).toBeUndefined();
		await pass(310, 'n1');
		expect((await pod('p')).metadata.deletionTimestamp).toBeDefined();
		expect(conditionOf((await pod('p')).status.conditions, 'DisruptionTarget')).toMatchObject({
			reason: 'DeletionByTaintManager',
		});
		expect((await cluster.events('TaintManagerEviction'))[0]?.message).toBe(
			'Marking for deletion Pod default/p',
		);
	});
	it('counts no silence from a time in which it did not run itself', async () => {
		await setup('n1', 'n2');
		await pass(10, 'n1', 'n2');
		cluster.clock.sleepThrough(3_600_000);
		await cluster.settle(5000);
		expect(conditionOf((await node('n2')).status.conditions, 'Ready')?.status).toBe('True');
		expect(await taints('n2')).toEqual([]);
		await pass(45, 'n1');
		expect(conditionOf((await node('n1')).status.conditions, 'Ready')?.status).toBe('True');
		expect(conditionOf((await node('n2')).status.conditions, 'Ready')?.status).toBe('Unknown');
	});
	it('forgives a node that comes back in time', async () => {
		await setup('n1', 'n2');
		await addPod('p', 'n2');
		await pass(60, 'n1');
		expect(await taints('n2')).toHaveLength(2);
		const fresh = await node('n2');
		const conditions = (fresh.status.conditions ?? []).map((condition): Condition => ({
			...condition,
			status: condition.type === 'Ready' ? 'True' : 'False',
			lastHeartbeatTime: rfc3339(cluster.clock.now()),
		}));
		await cluster.client
			.nodes()
			.updateStatus({ ...fresh, status: { ...fresh.status, conditions } });
		await pass(400, 'n1', 'n2');
		expect(await taints('n2')).toEqual([]);
		expect((await pod('p')).metadata.deletionTimestamp).toBeUndefined();
		expect((await cluster.events('TaintManagerEviction'))[0]?.message).toBe(
			'Cancelling deletion of Pod default/p',
		);
	});
	it('evicts nothing when every node is silent', async () => {
		await setup('n1', 'n2');
		await addPod('p', 'n2');
		await pass(500);
		expect(await taints('n2')).toEqual(['node.kubernetes.io/unreachable:NoSchedule']);
		expect((await pod('p')).metadata.deletionTimestamp).toBeUndefined();
	});
	it('taints a node that says itself that it is not ready, at once', async () => {
		await setup('n1', 'n2');
		await addNode('n3', 'False');
		await cluster.settle();
		expect(await taints('n3')).toEqual([
			'node.kubernetes.io/not-ready:NoExecute',
			'node.kubernetes.io/not-ready:NoSchedule',
		]);
	});
	it('taints a cordoned node, and takes the taint back', async () => {
		await setup('n1');
		await cluster.client.nodes().patch('n1', { spec: { unschedulable: true } }, 'merge');
		await cluster.settle();
		expect(await taints('n1')).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
		await cluster.client.nodes().patch('n1', { spec: { unschedulable: null } }, 'merge');
		await cluster.settle();
		expect(await taints('n1')).toEqual([]);
	});
	it('evicts at once what does not tolerate a taint set by hand', async () => {
		await setup('n1');
		await addPod('p', 'n1');
		await addPod('q', 'n1', [{ operator: 'Exists' }]);
		await cluster.client
			.nodes()
			.patch('n1', { spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } }, 'merge');
		await cluster.settle();
		expect((await pod('p')).metadata.deletionTimestamp).toBeDefined();
		expect((await pod('q')).metadata.deletionTimestamp).toBeUndefined();
	});
});

describe('pod garbage collection', () => {
	it('deletes the pods of a node that is gone', async () => {
		await setup('n1', 'n2');
		await addPod('p', 'n2');
		await cluster.client.nodes().delete('n2');
		await pass(30, 'n1');
		expect((await pod('p')).status.phase).toBe('Running');
		await pass(30, 'n1');
		await expect(pod('p')).rejects.toThrow('not found');
	});
	it('finishes terminating pods of a node out of service', async () => {
		await setup('n1', 'n2');
		await addPod('p', 'n2');
		await pass(360, 'n1');
		expect((await pod('p')).metadata.deletionTimestamp).toBeDefined();
		const present = (await node('n2')).spec.taints ?? [];
		const taint = { key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' as const };
		await cluster.client.nodes().patch('n2', { spec: { taints: [...present, taint] } }, 'merge');
		await cluster.settle();
		await expect(pod('p')).rejects.toThrow('not found');
	});
});

describe('toleration times', () => {
	const taint = { key: 'a', value: 'x', effect: 'NoExecute' as const };
	it.each([
		['none', [], 0],
		['for ever', [{ key: 'a', operator: 'Exists' as const }], Infinity],
		[
			'a while',
			[{ key: 'a', operator: 'Equal' as const, value: 'x', tolerationSeconds: 30 }],
			30_000,
		],
		['another value', [{ key: 'a', operator: 'Equal' as const, value: 'y' }], 0],
		[
			'another effect',
			[{ key: 'a', operator: 'Exists' as const, effect: 'NoSchedule' as const }],
			0,
		],
		['everything', [{ operator: 'Exists' as const }], Infinity],
	])('%s', (_text, tolerations, expected) => {
		expect(tolerationTime([taint], tolerations)).toBe(expected);
	});
});

it('gives every node a range of its own', async () => {
	cluster = new TestCluster({ clusterCidr: '10.244.0.0/16' });
	for (const name of ['n1', 'n2', 'n3']) await addNode(name);
	await cluster.start(NodeIpamController);
	const ranges = await Promise.all(
		['n1', 'n2', 'n3'].map(async (name) => (await node(name)).spec.podCIDR),
	);
	expect(ranges.sort()).toEqual(['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24']);
});
