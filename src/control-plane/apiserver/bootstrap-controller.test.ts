import { describe, expect, it } from 'vitest';
import { message, services, TestServer } from './test-server.ts';

const endpoints = '/api/v1/namespaces/default/endpoints/kubernetes';
const slice = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';

describe('what every cluster has', () => {
	it.each([`${services}/kubernetes`, endpoints, slice])('is made again: %s', async (path) => {
		const server = new TestServer();
		const { body: before } = await server.get(path);
		await server.delete(path);
		expect((await server.get(path)).status).toBe(404);
		await server.clock.advance(10_000);
		const { body: after } = await server.get(path);
		expect(after.metadata.uid).not.toBe(before.metadata.uid);
		expect([after.spec, after.subsets, after.endpoints]).toEqual([
			before.spec,
			before.subsets,
			before.endpoints,
		]);
	});

	it('points where it should, whatever somebody wrote', async () => {
		const server = new TestServer();
		const wrong = [{ addresses: [{ ip: '10.0.0.9' }], ports: [{ port: 1 }] }];
		await server.patch(endpoints, { subsets: wrong });
		await server.clock.advance(10_000);
		expect((await server.get(endpoints)).body.subsets).toMatchObject([
			{ addresses: [{ ip: '172.30.0.1' }], ports: [{ port: 6443 }] },
		]);
	});

	it('is tried again while another Service holds its address', async () => {
		const server = new TestServer();
		await server.delete(`${services}/kubernetes`);
		const spec = { clusterIP: '10.96.0.1', ports: [{ port: 80 }] };
		const thief = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'thief' }, spec };
		expect((await server.post(services, thief)).status).toBe(201);
		await server.clock.advance(10_000);
		expect((await server.get(`${services}/kubernetes`)).status).toBe(404);
		await server.delete(`${services}/thief`);
		await server.clock.advance(10_000);
		expect((await server.get(`${services}/kubernetes`)).body.spec.clusterIP).toBe('10.96.0.1');
	});

	it('includes namespaces: three cannot be deleted, the fourth comes back', async () => {
		const server = new TestServer();
		for (const name of ['default', 'kube-system', 'kube-public'])
			expect(message(await server.delete(`/api/v1/namespaces/${name}`))).toBe(
				`namespaces "${name}" is forbidden: this namespace may not be deleted`,
			);
		const path = '/api/v1/namespaces/kube-node-lease';
		await server.delete(path);
		await server.put(`${path}/finalize`, { metadata: {}, spec: { finalizers: [] } });
		expect((await server.get(path)).status).toBe(404);
		await server.clock.advance(10_000);
		expect((await server.get(path)).body.status.phase).toBe('Active');
	});
});
