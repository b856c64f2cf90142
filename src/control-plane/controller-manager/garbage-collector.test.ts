import { afterEach, describe, expect, it } from 'vitest';
import { DeploymentController } from './deployment.ts';
import { GarbageCollector } from './garbage-collector.ts';
import { ReplicaSetController } from './replica-set.ts';
import { TestCluster, webDeployment } from './test-cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

async function setup() {
	cluster = new TestCluster();
	await cluster.client.deployments('default').create(webDeployment());
	await cluster.start(DeploymentController, ReplicaSetController, GarbageCollector);
	await cluster.settle();
	return cluster.client.deployments('default');
}
const counts = async () => [
	(await cluster.client.deployments().list()).items.length,
	(await cluster.replicaSets()).length,
	(await cluster.pods()).length,
];

describe('garbage collector', () => {
	it('deletes what a deleted object owned, and what that owned', async () => {
		const deployments = await setup();
		expect(await counts()).toEqual([1, 1, 3]);
		await deployments.delete('web', { propagationPolicy: 'Background' });
		await cluster.settle();
		expect(await counts()).toEqual([0, 0, 0]);
		expect(cluster.errors).toEqual([]);
	});
	it('deletes dependents before their owner in the foreground', async () => {
		const deployments = await setup();
		const order: string[] = [];
		const note = (object: { kind: string }) => order.push(object.kind);
		cluster.informers.deployments.subscribe({ deleted: note });
		cluster.informers.replicasets.subscribe({ deleted: note });
		cluster.informers.pods.subscribe({ deleted: note });
		await deployments.delete('web', { propagationPolicy: 'Foreground' });
		await cluster.settle(500);
		expect(order).toEqual(['Pod', 'Pod', 'Pod', 'ReplicaSet', 'Deployment']);
	});
	it('waits in the foreground for a pod that takes its time', async () => {
		const deployments = await setup();
		const [pod] = await cluster.pods();
		await cluster.client
			.pods('default')
			.post(pod?.metadata.name ?? '', 'binding', { target: { name: 'n1' } });
		await deployments.delete('web', { propagationPolicy: 'Foreground' });
		await cluster.settle(500);
		expect(await counts()).toEqual([1, 1, 1]);
		await cluster.client
			.pods('default')
			.delete(pod?.metadata.name ?? '', { gracePeriodSeconds: 0 });
		await cluster.settle(500);
		expect(await counts()).toEqual([0, 0, 0]);
	});
	it('sets dependents free when told to orphan', async () => {
		const deployments = await setup();
		await deployments.delete('web', { propagationPolicy: 'Orphan' });
		await cluster.settle(500);
		expect(await counts()).toEqual([0, 1, 3]);
		const [set] = await cluster.replicaSets();
		expect(set?.metadata.ownerReferences).toBeUndefined();
	});
	it('keeps an object as long as one of its owners lives', async () => {
		await setup();
		const maps = cluster.client.configmaps('default');
		const owner = async (name: string) => {
			const { metadata } = await maps.create({
				apiVersion: 'v1',
				kind: 'ConfigMap',
				metadata: { name },
			});
			return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: metadata.uid };
		};
		const ownerReferences = [await owner('a'), await owner('b')];
		await maps.create({
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name: 'child', ownerReferences },
		});
		await cluster.settle();
		await maps.delete('a');
		await cluster.settle();
		expect((await maps.get('child')).metadata.ownerReferences).toEqual([ownerReferences[1]]);
		await maps.delete('b');
		await cluster.settle();
		await expect(maps.get('child')).rejects.toThrow('not found');
	});
	it('deletes an object whose owner never existed', async () => {
		await setup();
		const maps = cluster.client.configmaps('default');
		const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'ghost', uid: 'nobody' }];
		await maps.create({
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name: 'child', ownerReferences },
		});
		await cluster.settle();
		await expect(maps.get('child')).rejects.toThrow('not found');
	});
});
