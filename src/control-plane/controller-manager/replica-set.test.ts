import { afterEach, describe, expect, it } from 'vitest';
import { conflict } from '../../client/status.ts';
import { controllerOf } from './controller-ref.ts';
import { ReplicaSetController } from './replica-set.ts';
import { replicaSet, template, TestCluster } from './test-cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

async function setup(replicas = 3, extra = {}) {
	cluster = new TestCluster();
	const sets = cluster.client.replicasets('default');
	await sets.create(replicaSet(replicas, extra));
	await cluster.start(ReplicaSetController);
	return sets;
}

describe('replica set controller', () => {
	it('creates owned pods from its template and counts them', async () => {
		const sets = await setup();
		const pods = await cluster.pods();
		expect(pods).toHaveLength(3);
		const set = await sets.get('rs');
		for (const pod of pods) {
			expect(pod.metadata.name).toMatch(/^rs-[a-z0-9]{5}$/);
			expect(pod.metadata.labels).toEqual({ app: 'web' });
			expect(controllerOf(pod)).toEqual({
				apiVersion: 'apps/v1',
				kind: 'ReplicaSet',
				name: 'rs',
				uid: set.metadata.uid,
				controller: true,
				blockOwnerDeletion: true,
			});
		}
		expect(set.status).toEqual({ replicas: 3, fullyLabeledReplicas: 3, observedGeneration: 1 });
		const messages = (await cluster.events('SuccessfulCreate')).map(({ message }) => message);
		expect(messages.sort()).toEqual(
			pods.map(({ metadata }) => `Created pod: ${metadata.name}`).sort(),
		);
		expect(cluster.errors).toEqual([]);
	});
	it('replaces a deleted pod by one new pod', async () => {
		await setup();
		const [first] = await cluster.pods();
		await cluster.client.pods('default').delete(first?.metadata.name ?? '');
		await cluster.settle();
		const pods = await cluster.pods();
		expect(pods).toHaveLength(3);
		expect(pods.map(({ metadata }) => metadata.name)).not.toContain(first?.metadata.name);
	});
	it('deletes pods that are not ready first when scaled down', async () => {
		const sets = await setup();
		const [first] = await cluster.pods();
		if (first) await cluster.setReady(first);
		await cluster.settle();
		await sets.patch('rs', { spec: { replicas: 1 } }, 'merge');
		await cluster.settle();
		expect((await cluster.pods()).map(({ metadata }) => metadata.name)).toEqual([
			first?.metadata.name,
		]);
		expect(await cluster.events('SuccessfulDelete')).toHaveLength(2);
		expect((await sets.get('rs')).status).toMatchObject({
			replicas: 1,
			readyReplicas: 1,
			availableReplicas: 1,
		});
	});
	it('lets a pod go whose label was removed, and replaces it', async () => {
		await setup();
		const [first] = await cluster.pods();
		const name = first?.metadata.name ?? '';
		await cluster.client
			.pods('default')
			.patch(name, { metadata: { labels: { app: null } } }, 'merge');
		await cluster.settle();
		expect(await cluster.pods()).toHaveLength(4);
		const orphan = await cluster.client.pods('default').get(name);
		expect(orphan.metadata.ownerReferences).toBeUndefined();
	});
	it('adopts a pod without an owner that its selector matches', async () => {
		await setup(1);
		await cluster.client.pods('default').create({
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: { name: 'stray', labels: { app: 'web' } },
			spec: template('x').spec,
		});
		await cluster.settle();
		const pods = await cluster.pods();
		expect(pods).toHaveLength(1);
		expect(controllerOf(pods[0]!)?.name).toBe('rs');
	});
	it('adopts in spite of a conflict, though nothing else happens to the pod', async () => {
		await setup(1);
		let conflicts = 0;
		cluster.transport.fault = ({ method, path }) => {
			if (method !== 'PATCH' || !path.includes('/stray') || conflicts++ > 2) return;
			throw conflict({ group: '', resource: 'pods' }, 'stray');
		};
		await cluster.client.pods('default').create({
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: { name: 'stray', labels: { app: 'web' } },
			spec: template('x').spec,
		});
		await cluster.settle(1000);
		expect(conflicts).toBeGreaterThan(2);
		const pods = await cluster.pods();
		expect(pods.map((pod) => controllerOf(pod)?.name)).toEqual(['rs']);
	});
	it('counts a pod as available after minReadySeconds only', async () => {
		const sets = await setup(1, { minReadySeconds: 10 });
		await cluster.makeReady();
		expect((await sets.get('rs')).status).toMatchObject({ readyReplicas: 1 });
		expect((await sets.get('rs')).status.availableReplicas).toBeUndefined();
		await cluster.settle(10_000);
		expect((await sets.get('rs')).status.availableReplicas).toBe(1);
	});
	it('reports why it cannot create pods, and stops to try each of them', async () => {
		cluster = new TestCluster();
		let attempts = 0;
		cluster.transport.fault = ({ method, path }) => {
			if (method !== 'POST' || !path.includes('/pods')) return;
			attempts++;
			throw new Error('exceeded quota');
		};
		await cluster.client.replicasets('default').create(replicaSet(50));
		await cluster.start(ReplicaSetController);
		const set = await cluster.client.replicasets('default').get('rs');
		expect(set.status.conditions).toMatchObject([
			{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' },
		]);
		expect(attempts).toBeLessThan(10);
		expect((await cluster.events('FailedCreate'))[0]?.message).toBe(
			'Error creating: exceeded quota',
		);
		cluster.transport.fault = undefined;
		await cluster.settle(5000);
		expect(await cluster.pods()).toHaveLength(50);
		const after = await cluster.client.replicasets('default').get('rs');
		expect(after.status.conditions).toBeUndefined();
	});
});
