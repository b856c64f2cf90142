import { afterEach, describe, expect, it } from 'vitest';
import type { Pod } from '../../api/kubernetes.ts';
import type { Draft } from '../../client/rest.ts';
import { WholeControlPlane } from './test-control-plane.ts';
import { webDeployment } from './test-cluster.ts';

const planes: WholeControlPlane[] = [];
afterEach(() => {
	for (const plane of planes.splice(0)) plane.stop();
});

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

/** Waits for what the control plane is about to do; fails after two seconds. */
async function until(what: string, test: () => Promise<boolean>): Promise<void> {
	const end = Date.now() + 2000;
	while (!(await test())) {
		if (Date.now() > end) throw new Error(`never happened: ${what}`);
		await turn();
	}
}

function cp(): WholeControlPlane {
	const plane = new WholeControlPlane();
	planes.push(plane);
	return plane;
}
const setImage = (plane: WholeControlPlane, image: string) =>
	plane.client
		.deployments('default')
		.patch(
			'web',
			{ spec: { template: { spec: { containers: [{ name: 'c', image }] } } } },
			'strategic',
		);

describe('the control plane as a whole', () => {
	it('brings a Deployment of three to bound pods on three nodes with less than 50 ms of work', async () => {
		const plane = cp();
		await plane.start(['n1', 'n2', 'n3']);
		const { client } = plane;
		const pods = async () => (await client.pods('default').list()).items;
		const bound = new Set<string>();
		plane.pods.subscribe({
			updated: (old, pod) => {
				if (!old.spec.nodeName && pod.spec.nodeName) bound.add(pod.spec.nodeName);
			},
		});
		let best = Infinity;
		// Processor time, as other processes take turns with us; the first rounds run uncompiled code.
		for (let round = 0; round < 12 && best >= 50; round++) {
			bound.clear();
			const begun = process.cpuUsage();
			const end = performance.now() + 2000;
			await client.deployments('default').create(webDeployment());
			while (bound.size < 3 && performance.now() < end) await turn();
			const { user, system } = process.cpuUsage(begun);
			best = Math.min(best, (user + system) / 1000);
			expect(bound).toEqual(new Set(['n1', 'n2', 'n3']));
			await until('availability', () => plane.available(3));
			await client.deployments('default').delete('web');
			await until('the clean-up', async () => (await pods()).length === 0);
		}
		expect(best).toBeLessThan(50);
		expect(plane.errors).toEqual([]);
	});
	it('rolls out, stalls on a broken image, and is undone', async () => {
		const plane = cp();
		await plane.start(['n1', 'n2']);
		await plane.client.deployments('default').create(webDeployment());
		await until('availability', () => plane.available(3));
		await setImage(plane, 'nginx:2');
		await until(
			'the rollout',
			async () => (await plane.available(3)) && (await plane.images())['nginx:2'] === 3,
		);
		plane.broken.add('nginx:3');
		await setImage(plane, 'nginx:3');
		await until('the stall', async () => (await plane.images())['nginx:3'] === 1);
		for (let i = 0; i < 20; i++) await turn();
		expect(await plane.images()).toEqual({ 'nginx:2': 3, 'nginx:3': 1 });
		await setImage(plane, 'nginx:2');
		await until(
			'the way back',
			async () => (await plane.available(3)) && (await plane.images())['nginx:2'] === 3,
		);
		const { items } = await plane.client.replicasets('default').list();
		const revisions = items.map(
			({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision'],
		);
		expect(revisions.sort()).toEqual(['1', '3', '4']);
		expect(plane.errors).toEqual([]);
	});
	it('publishes endpoints, and removes everything with the Deployment', async () => {
		const plane = cp();
		await plane.start(['n1', 'n2']);
		const { client } = plane;
		await client.services('default').create({
			apiVersion: 'v1',
			kind: 'Service',
			metadata: { name: 'web' },
			spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
		});
		await client.deployments('default').create(webDeployment());
		await until('three endpoints', async () => {
			const { items } = await client
				.endpointslices('default')
				.list({ labelSelector: 'kubernetes.io/service-name=web' });
			const ready = items
				.flatMap(({ endpoints }) => endpoints ?? [])
				.filter(({ conditions }) => conditions?.ready);
			return ready.length === 3;
		});
		expect((await client.endpoints('default').get('web')).subsets?.[0]?.addresses).toHaveLength(3);
		await client.deployments('default').delete('web', { propagationPolicy: 'Foreground' });
		await until('the end of all', async () => {
			const sets = (await client.replicasets('default').list()).items.length;
			const pods = (await client.pods('default').list()).items.length;
			const deployments = (await client.deployments('default').list()).items.length;
			return sets + pods + deployments === 0;
		});
		expect(plane.errors).toEqual([]);
	});
	it('fills namespaces and empties them', async () => {
		const plane = cp();
		await plane.start(['n1']);
		const { client } = plane;
		await client
			.namespaces()
			.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, spec: {} });
		await until(
			'the service account',
			async () => (await client.serviceaccounts('shop').list()).items.length === 1,
		);
		await until(
			'the certificate',
			async () => (await client.configmaps('shop').list()).items.length === 1,
		);
		await client.deployments('shop').create({ ...webDeployment(), metadata: { name: 'web' } });
		await until('pods', async () => (await client.pods('shop').list()).items.length === 3);
		await client.namespaces().delete('shop');
		await until(
			'the end',
			async () =>
				!(await client.namespaces().list()).items.some(({ metadata }) => metadata.name === 'shop'),
		);
		expect((await client.pods('shop').list()).items).toEqual([]);
	});
	it('says why a pod waits, and places it when there is room', async () => {
		const plane = cp();
		await plane.start(['n1']);
		const { client } = plane;
		const draft: Draft<Pod> = {
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: { name: 'big' },
			spec: { containers: [{ name: 'c', image: 'x', resources: { requests: { cpu: '3' } } }] },
		};
		await client.pods('default').create(draft);
		await until('the condition', async () => {
			const { status } = await client.pods('default').get('big');
			return Boolean(status.conditions?.some(({ reason }) => reason === 'Unschedulable'));
		});
		const { items } = await client
			.events('default')
			.list({ fieldSelector: 'involvedObject.name=big' });
		expect(items[0]).toMatchObject({
			reason: 'FailedScheduling',
			type: 'Warning',
			message:
				'0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
		});
		await client
			.nodes()
			.patch('n1', { status: { allocatable: { cpu: '4' } } }, 'merge', { subresource: 'status' });
		await until(
			'the binding',
			async () => (await client.pods('default').get('big')).spec.nodeName === 'n1',
		);
	});
});
