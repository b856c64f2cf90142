import { describe, expect, it } from 'vitest';
import {
	configMap,
	configMaps,
	deployment,
	deployments,
	message,
	pod,
	pods,
	TestServer,
} from './test-server.ts';

async function running(server: TestServer, name = 'web'): Promise<string> {
	const { body } = await server.post(pods, pod(name, { nodeName: 'n1' }));
	await server.patch(`${pods}/${name}/status`, { status: { phase: 'Running' } });
	return (body as { metadata: { uid: string } }).metadata.uid;
}

describe('delete', () => {
	it('of most kinds answers with a Status', async () => {
		const server = new TestServer();
		const { body } = await server.post(configMaps, configMap('a', {}));
		expect((await server.delete(`${configMaps}/a`)).body).toEqual({
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Success',
			details: { name: 'a', kind: 'configmaps', uid: body.metadata.uid },
		});
	});

	it('of an unscheduled pod is immediate', async () => {
		const server = new TestServer();
		await server.post(pods, pod('web'));
		expect((await server.delete(`${pods}/web`)).body.kind).toBe('Pod');
		expect((await server.get(`${pods}/web`)).status).toBe(404);
	});

	it('of a running pod waits for the kubelet', async () => {
		const server = new TestServer();
		await running(server);
		const { body } = await server.delete(`${pods}/web`, { gracePeriodSeconds: 10 });
		expect(body.metadata).toMatchObject({
			deletionTimestamp: '2026-01-01T00:00:10Z',
			deletionGracePeriodSeconds: 10,
		});
		const lines = await server.watch(
			`${pods}?watch=true&resourceVersion=${server.store.revision}`,
			() => server.delete(`${pods}/web`, { gracePeriodSeconds: 0 }),
		);
		expect(lines.map(({ type }) => type)).toEqual(['DELETED']);
		expect((await server.get(`${pods}/web`)).status).toBe(404);
	});

	it('asked for again can only shorten the grace period', async () => {
		const server = new TestServer();
		await running(server);
		await server.delete(`${pods}/web`);
		await server.clock.advance(2000);
		const longer = await server.delete(`${pods}/web`, { gracePeriodSeconds: 100 });
		expect(longer.body.metadata.deletionGracePeriodSeconds).toBe(30);
		const shorter = await server.delete(`${pods}/web`, { gracePeriodSeconds: 5 });
		expect(shorter.body.metadata).toMatchObject({
			deletionGracePeriodSeconds: 5,
			deletionTimestamp: '2026-01-01T00:00:05Z',
		});
	});

	it('checks preconditions', async () => {
		const server = new TestServer();
		const uid = await running(server);
		const wrong = await server.delete(`${pods}/web`, { preconditions: { uid: 'other' } });
		expect([wrong.status, message(wrong)]).toEqual([
			409,
			`Operation cannot be fulfilled on Pod "web": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
		]);
		await server.post(deployments, deployment('web'));
		const { body } = await server.get(`${deployments}/web`);
		const stale = { preconditions: { resourceVersion: '1' } };
		expect(message(await server.delete(`${deployments}/web`, stale))).toBe(
			`Operation cannot be fulfilled on Deployment.apps "web": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${body.metadata.resourceVersion}). The object might have been modified`,
		);
	});

	it('refuses options that contradict each other, and takes a negative period for a second', async () => {
		const server = new TestServer();
		await running(server);
		const both = { orphanDependents: true, propagationPolicy: 'Background' };
		const answer = await server.delete(`${pods}/web`, both);
		expect([answer.status, message(answer)]).toEqual([
			422,
			'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Background": orphanDependents and deletionPropagation cannot be both set',
		]);
		expect(message(await server.delete(`${pods}/web`, { propagationPolicy: 'Up' }))).toBe(
			'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Up": supported values: "Foreground", "Background", "Orphan", "nil"',
		);
		const body = { dryRun: [], gracePeriodSeconds: -5 };
		const deleted = await server.delete(`${pods}/web`, body);
		expect(deleted.body.metadata.deletionGracePeriodSeconds).toBe(1);
		expect((await server.get(`${pods}/web`)).body.metadata.deletionTimestamp).toBeDefined();
	});

	it('waits for finalizers and takes no new ones', async () => {
		const server = new TestServer();
		const body = { ...configMap('a', {}), metadata: { name: 'a', finalizers: ['x.io/a'] } };
		await server.post(configMaps, body);
		const deleted = await server.delete(`${configMaps}/a`);
		expect(deleted.body.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
		const more = await server.patch(`${configMaps}/a`, {
			metadata: { finalizers: ['x.io/a', 'x.io/b'] },
		});
		expect(message(more)).toContain(
			'no new finalizers can be added if the object is being deleted',
		);
		await server.patch(`${configMaps}/a`, { metadata: { finalizers: null } });
		expect((await server.get(`${configMaps}/a`)).status).toBe(404);
	});

	it('leaves dependents to the garbage collector by policy', async () => {
		const server = new TestServer();
		for (const [name, policy, finalizer] of [
			['a', 'Orphan', 'orphan'],
			['b', 'Foreground', 'foregroundDeletion'],
		] as const) {
			await server.post(deployments, deployment(name));
			const { body } = await server.delete(`${deployments}/${name}`, { propagationPolicy: policy });
			expect(body.metadata.finalizers).toEqual([finalizer]);
		}
		await server.post(deployments, deployment('c'));
		await server.delete(`${deployments}/c`, { propagationPolicy: 'Background' });
		expect((await server.get(`${deployments}/c`)).status).toBe(404);
	});

	it('of a collection keeps to the selector', async () => {
		const server = new TestServer();
		for (const name of ['a', 'b', 'c']) await server.post(pods, pod(name));
		const gone = await server.delete(`${pods}?labelSelector=app!=b`);
		expect(gone.body.items).toHaveLength(2);
		expect((await server.get(pods)).body.items).toHaveLength(1);
	});
});

describe('namespaces', () => {
	it('are Terminating until finalized, and take nothing new', async () => {
		const server = new TestServer();
		const path = '/api/v1/namespaces';
		await server.post(path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
		const { body } = await server.delete(`${path}/demo`);
		expect(body.status.phase).toBe('Terminating');
		const late = await server.post(`${path}/demo/configmaps`, configMap('a', {}));
		expect([late.status, message(late)]).toEqual([
			403,
			'configmaps "a" is forbidden: unable to create new content in namespace demo because it is being terminated',
		]);
		expect(late.body.details.causes[0].reason).toBe('NamespaceTerminating');
		await server.put(`${path}/demo/finalize`, { ...body, spec: {} });
		expect((await server.get(`${path}/demo`)).status).toBe(404);
	});

	it('that the cluster needs stay', async () => {
		const answer = await new TestServer().delete('/api/v1/namespaces/kube-system');
		expect([answer.status, message(answer)]).toEqual([
			403,
			'namespaces "kube-system" is forbidden: this namespace may not be deleted',
		]);
	});

	it('carry their name as a label', async () => {
		const { body } = await new TestServer().get('/api/v1/namespaces/default');
		expect(body.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'default' });
	});
});
