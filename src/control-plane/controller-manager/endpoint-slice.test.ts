import { afterEach, describe, expect, it } from 'vitest';
import type { Pod, Service } from '../../api/kubernetes.ts';
import type { Draft } from '../../client/rest.ts';
import { EndpointSliceController } from './endpoint-slice.ts';
import { EndpointSliceMirroringController } from './endpoint-slice-mirroring.ts';
import { EndpointsController } from './endpoints.ts';
import { TestCluster } from './test-cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

const service = (spec: Partial<Service['spec']> = {}): Draft<Service> => ({
	apiVersion: 'v1',
	kind: 'Service',
	metadata: { name: 'web', namespace: 'default', labels: { team: 'a' } },
	spec: {
		selector: { app: 'web' },
		clusterIP: '10.96.0.10',
		ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }],
		...spec,
	},
	status: { loadBalancer: {} },
});

async function pod(name: string, port = 8080): Promise<Pod> {
	return cluster.client.pods('default').create({
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name, labels: { app: 'web' } },
		spec: {
			nodeName: 'n1',
			containers: [{ name: 'c', image: 'x', ports: [{ name: 'web', containerPort: port }] }],
		},
		status: { phase: 'Pending' },
	});
}

async function setup(spec: Partial<Service['spec']> = {}, options = {}) {
	cluster = new TestCluster(options);
	await cluster.client.services('default').create(service(spec));
	await cluster.start(EndpointSliceController, EndpointsController);
}
const slices = async () => (await cluster.client.endpointslices('default').list()).items;
const endpoints = async () => cluster.client.endpoints('default').get('web');

describe('endpoint slices', () => {
	it('has an empty slice for a service without pods', async () => {
		await setup();
		const [slice, ...others] = await slices();
		expect(others).toEqual([]);
		expect(slice).toMatchObject({ addressType: 'IPv4', endpoints: [], ports: [] });
		expect(slice?.metadata.labels).toEqual({
			team: 'a',
			'kubernetes.io/service-name': 'web',
			'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
		});
		expect(slice?.metadata.ownerReferences).toMatchObject([
			{ kind: 'Service', name: 'web', controller: true },
		]);
		expect(slice?.metadata.name).toMatch(/^web-\w{5}$/);
	});
	it('follows a pod from not ready over ready to terminating', async () => {
		await setup();
		const made = await pod('p');
		await cluster.setReady(made, false);
		await cluster.settle();
		let [slice] = await slices();
		expect(slice?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
		const ip = (await cluster.client.pods('default').get('p')).status.podIP;
		expect(slice?.endpoints).toEqual([
			{
				addresses: [ip],
				conditions: { ready: false, serving: false, terminating: false },
				nodeName: 'n1',
				targetRef: { kind: 'Pod', namespace: 'default', name: 'p', uid: made.metadata.uid },
			},
		]);
		expect((await endpoints()).subsets).toMatchObject([{ notReadyAddresses: [{ ip }] }]);
		await cluster.makeReady();
		[slice] = await slices();
		expect(slice?.endpoints?.[0]?.conditions).toEqual({
			ready: true,
			serving: true,
			terminating: false,
		});
		expect((await endpoints()).subsets).toEqual([
			{
				addresses: [{ ip, nodeName: 'n1', targetRef: expect.objectContaining({ name: 'p' }) }],
				ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
			},
		]);
		await cluster.client.pods('default').delete('p');
		await cluster.settle();
		[slice] = await slices();
		expect(slice?.endpoints?.[0]?.conditions).toEqual({
			ready: false,
			serving: true,
			terminating: true,
		});
		expect((await endpoints()).subsets).toBeUndefined();
		await cluster.client.pods('default').delete('p', { gracePeriodSeconds: 0 });
		await cluster.settle();
		expect((await slices()).flatMap((each) => each.endpoints)).toEqual([]);
	});
	it('drops a pod whose label no longer matches', async () => {
		await setup();
		await pod('p');
		await cluster.makeReady();
		expect((await slices())[0]?.endpoints).toHaveLength(1);
		await cluster.client
			.pods('default')
			.patch('p', { metadata: { labels: { app: 'other' } } }, 'merge');
		await cluster.settle();
		expect((await slices()).flatMap((each) => each.endpoints)).toEqual([]);
	});
	it('publishes pods that are not ready when the service asks for it', async () => {
		await setup({ publishNotReadyAddresses: true });
		await cluster.setReady(await pod('p'), false);
		await cluster.settle();
		expect((await slices())[0]?.endpoints?.[0]?.conditions).toEqual({
			ready: true,
			serving: false,
			terminating: false,
		});
		expect((await endpoints()).subsets?.[0]?.addresses).toHaveLength(1);
	});
	it('keeps pods apart whose named port differs', async () => {
		await setup();
		await pod('a', 8080);
		await pod('b', 9090);
		await cluster.makeReady();
		const ports = (await slices()).map((slice) => slice.ports?.[0]?.port).sort();
		expect(ports).toEqual([8080, 9090]);
		expect((await endpoints()).subsets).toHaveLength(2);
	});
	it('fills slices to the limit and closes empty ones', async () => {
		await setup({}, { maxEndpointsPerSlice: 2 });
		for (const name of ['a', 'b', 'c', 'd', 'e']) await pod(name);
		await cluster.makeReady();
		expect((await slices()).map((slice) => slice.endpoints?.length).sort()).toEqual([1, 2, 2]);
		for (const name of ['a', 'b', 'c', 'd'])
			await cluster.client.pods('default').delete(name, { gracePeriodSeconds: 0 });
		await cluster.settle();
		expect((await slices()).map((slice) => slice.endpoints?.length)).toEqual([1]);
	});
	it('leaves a service without a selector alone', async () => {
		cluster = new TestCluster();
		const draft = service();
		delete (draft.spec as Partial<Service['spec']>).selector;
		await cluster.client.services('default').create(draft);
		await cluster.start(EndpointSliceController, EndpointsController);
		expect(await slices()).toEqual([]);
		await expect(endpoints()).rejects.toThrow('not found');
	});
	it('marks a headless service', async () => {
		await setup({ clusterIP: 'None' });
		expect((await slices())[0]?.metadata.labels).toMatchObject({
			'service.kubernetes.io/headless': '',
		});
	});
	it('repairs a slice that was deleted by hand', async () => {
		await setup();
		await pod('p');
		await cluster.makeReady();
		await cluster.client.endpointslices('default').delete((await slices())[0]?.metadata.name ?? '');
		await cluster.settle();
		expect((await slices())[0]?.endpoints).toHaveLength(1);
	});
	it('removes the Endpoints of a deleted service', async () => {
		await setup();
		await cluster.client.services('default').delete('web');
		await cluster.settle();
		await expect(endpoints()).rejects.toThrow('not found');
	});
});

describe('mirrored endpoints', () => {
	const byHand = (ips: string[], labels = {}) => ({
		apiVersion: 'v1',
		kind: 'Endpoints',
		metadata: { name: 'web', namespace: 'default', labels },
		subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 9376 }] }],
	});
	async function begin(spec: Partial<Service['spec']>) {
		cluster = new TestCluster();
		const draft = service(spec);
		if (!spec.selector) delete draft.spec.selector;
		await cluster.client.services('default').create(draft);
		await cluster.start(EndpointSliceController, EndpointSliceMirroringController);
	}
	const addresses = async () =>
		(await slices()).flatMap((slice) => (slice.endpoints ?? []).flatMap((one) => one.addresses));

	it('follows what is written by hand for a service without a selector', async () => {
		await begin({});
		await cluster.client.endpoints('default').create(byHand(['10.0.0.1', '10.0.0.2']));
		await cluster.settle();
		const [slice] = await slices();
		expect(slice).toMatchObject({
			metadata: {
				labels: {
					'kubernetes.io/service-name': 'web',
					'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
				},
			},
			ports: [{ port: 9376 }],
		});
		expect(await addresses()).toEqual(['10.0.0.1', '10.0.0.2']);
		const present = await cluster.client.endpoints('default').get('web');
		await cluster.client
			.endpoints('default')
			.update({ ...present, subsets: byHand(['10.0.0.3']).subsets });
		await cluster.settle();
		expect(await addresses()).toEqual(['10.0.0.3']);
		await cluster.client.endpoints('default').delete('web');
		await cluster.settle();
		expect(await slices()).toEqual([]);
	});

	it('leaves alone what says so, and services with a selector', async () => {
		await begin({});
		const skip = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
		await cluster.client.endpoints('default').create(byHand(['10.0.0.1'], skip));
		await cluster.settle();
		expect(await addresses()).toEqual([]);
		cluster.stop();
		await begin({ selector: { app: 'web' } });
		await cluster.client.endpoints('default').create(byHand(['10.0.0.1']));
		await cluster.settle();
		expect(await addresses()).toEqual([]);
	});
});
