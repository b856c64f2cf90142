import { afterEach, expect, it } from 'vitest';
import type { Pod } from '../../api/kubernetes.ts';
import { ManualClock } from '../../util/clock.ts';
import { webDeployment } from './test-cluster.ts';
import { WholeControlPlane } from './test-control-plane.ts';

const clock = new ManualClock();
const plane = new WholeControlPlane(clock, 5);
afterEach(() => plane.stop());

async function pass(seconds: number): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		await plane.renewLeases();
		for (let step = 0; step < 10; step++) await clock.advance(100);
	}
}
const podsOn = async (node: string): Promise<Pod[]> =>
	(await plane.client.pods('default').list()).items.filter((pod) => pod.spec.nodeName === node);
const isGoing = ({ metadata }: Pod) => metadata.deletionTimestamp !== undefined;

it('replaces the pods of a node whose plug was pulled, and forgets the old ones with the node', async () => {
	const starting = plane.start(['n1', 'n2', 'n3'], {
		nodeMonitorPeriod: 1000,
		nodeMonitorGracePeriod: 8000,
		podGcQuarantine: 5000,
		podGcPeriod: 5000,
	});
	await pass(1);
	await starting;
	const { client } = plane;
	await client.deployments('default').create(webDeployment({ replicas: 6 }));
	await client.services('default').create({
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'web' },
		spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
		status: { loadBalancer: {} },
	});
	await pass(2);
	expect(await podsOn('n3')).toHaveLength(2);
	expect(await plane.available(6)).toBe(true);

	plane.lost.add('n3');
	await pass(10);
	const ready = (await client.nodes().get('n3')).status.conditions?.find(
		({ type }) => type === 'Ready',
	);
	expect(ready).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' });
	const endpoints = async () =>
		(
			await client
				.endpointslices('default')
				.list({ labelSelector: 'kubernetes.io/service-name=web' })
		).items
			.flatMap((slice) => slice.endpoints ?? [])
			.filter(({ conditions }) => conditions?.ready)
			.map(({ nodeName }) => nodeName);
	expect((await endpoints()).filter((node) => node === 'n3')).toEqual([]);
	expect(await endpoints()).toHaveLength(4);

	await pass(8);
	expect((await podsOn('n3')).every(isGoing)).toBe(true);
	expect([...(await podsOn('n1')), ...(await podsOn('n2'))]).toHaveLength(6);
	expect(await plane.available(6)).toBe(true);
	expect(await endpoints()).toHaveLength(6);

	await client.nodes().delete('n3');
	await pass(8);
	expect(await podsOn('n3')).toEqual([]);
	expect(plane.errors).toEqual([]);
});
