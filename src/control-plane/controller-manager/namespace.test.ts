import { afterEach, describe, expect, it } from 'vitest';
import { NamespaceContentsController } from './namespace-contents.ts';
import { NamespaceController } from './namespace.ts';
import { TestCluster } from './test-cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

async function setup() {
	cluster = new TestCluster({ rootCa: 'CERT' });
	await cluster.client.namespaces().create({
		apiVersion: 'v1',
		kind: 'Namespace',
		metadata: { name: 'shop' },
		spec: { finalizers: ['kubernetes'] },
		status: { phase: 'Active' },
	});
	await cluster.start(NamespaceController, NamespaceContentsController);
}

describe('namespaces', () => {
	it('have a service account and the root certificate, and get them back', async () => {
		await setup();
		const { client } = cluster;
		expect((await client.configmaps('shop').get('kube-root-ca.crt')).data).toEqual({
			'ca.crt': 'CERT',
		});
		await client.serviceaccounts('shop').delete('default');
		await client.configmaps('shop').delete('kube-root-ca.crt');
		await cluster.settle();
		await client.serviceaccounts('shop').get('default');
		await client.configmaps('shop').get('kube-root-ca.crt');
	});
	it('are emptied, wait for their pods, and go', async () => {
		await setup();
		const { client } = cluster;
		await client
			.configmaps('shop')
			.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
		await client.pods('shop').create({
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: { name: 'p' },
			spec: { nodeName: 'n1', containers: [] },
		});
		await client.namespaces().delete('shop');
		await cluster.settle();
		const namespace = await client.namespaces().get('shop');
		expect(namespace.status.phase).toBe('Terminating');
		expect(namespace.status.conditions).toContainEqual(
			expect.objectContaining({
				type: 'NamespaceContentRemaining',
				status: 'True',
				reason: 'SomeResourcesRemain',
				message: 'Some resources are remaining: pods. has 1 resource instances',
			}),
		);
		expect((await client.configmaps('shop').list()).items).toEqual([]);
		await client.pods('shop').delete('p', { gracePeriodSeconds: 0 });
		await cluster.settle();
		await expect(client.namespaces().get('shop')).rejects.toThrow('namespaces "shop" not found');
		expect(cluster.errors).toEqual([]);
	});
	it('tell what cannot be deleted, delete the rest, and try again', async () => {
		await setup();
		const { client, transport } = cluster;
		for (const name of ['a', 'b'])
			await client
				.configmaps('shop')
				.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
		await client
			.secrets('shop')
			.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } });
		transport.fault = ({ method, path }) => {
			if (method === 'DELETE' && path.includes('/configmaps')) throw new Error('etcd is full');
		};
		await client.namespaces().delete('shop');
		await cluster.settle(1000);
		expect((await client.namespaces().get('shop')).status.conditions).toContainEqual(
			expect.objectContaining({
				type: 'NamespaceDeletionContentFailure',
				status: 'True',
				reason: 'ContentDeletionFailed',
				message: 'Failed to delete all resource types, 1 remaining: etcd is full',
			}),
		);
		expect((await client.secrets('shop').list()).items).toEqual([]);
		transport.fault = undefined;
		await cluster.settle(10_000);
		await expect(client.namespaces().get('shop')).rejects.toThrow('not found');
	});
});
