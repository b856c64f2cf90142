import { describe, expect, it } from 'vitest';
import {
	configMap,
	configMaps,
	deployment,
	deployments,
	message,
	TestServer,
} from './test-server.ts';

const type = 'apply-patch+yaml';

function apply(server: TestServer, path: string, body: unknown, manager: string, force = false) {
	return server.patch(`${path}?fieldManager=${manager}${force ? '&force=true' : ''}`, body, type);
}

interface Entry {
	manager: string;
	operation: string;
	fieldsV1: unknown;
	subresource?: string;
}

const managers = (answer: { body: { metadata: { managedFields: Entry[] } } }) =>
	answer.body.metadata.managedFields.map(({ manager, operation, fieldsV1 }) => [
		manager,
		operation,
		fieldsV1,
	]);

describe('server-side apply', () => {
	it('creates, from YAML', async () => {
		const server = new TestServer();
		const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: "1"\n';
		const answer = await apply(server, `${configMaps}/a`, yaml, 'me');
		expect(answer.status).toBe(201);
		expect(managers(answer)).toEqual([['me', 'Apply', { 'f:data': { 'f:k': {} } }]]);
	});

	it('needs a manager', async () => {
		const answer = await new TestServer().patch(`${configMaps}/a`, configMap('a', {}), type);
		expect(answer.status).toBe(400);
		expect(message(answer)).toContain('fieldManager: Required value: is required for apply patch');
	});

	it('of the same again changes nothing', async () => {
		const server = new TestServer();
		const first = await apply(server, `${deployments}/web`, deployment('web'), 'me');
		await server.clock.advance(5000);
		const second = await apply(server, `${deployments}/web`, deployment('web'), 'me');
		expect(second.status).toBe(200);
		expect(second.body).toEqual(first.body);
	});

	it('drops what its manager no longer names, and keeps what others own', async () => {
		const server = new TestServer();
		await apply(server, `${configMaps}/a`, configMap('a', { x: '1', y: '1' }), 'me');
		await server.patch(`${configMaps}/a?fieldManager=editor`, { data: { z: '1' } });
		const answer = await apply(server, `${configMaps}/a`, configMap('a', { x: '1' }), 'me');
		expect(answer.body.data).toEqual({ x: '1', z: '1' });
	});

	it('refuses to change what another manager owns', async () => {
		const server = new TestServer();
		await apply(server, `${configMaps}/a`, configMap('a', { x: '1', y: '1' }), 'me');
		const conflict = await apply(server, `${configMaps}/a`, configMap('a', { x: '2' }), 'you');
		expect(conflict.status).toBe(409);
		expect(message(conflict)).toBe('Apply failed with 1 conflict: conflict with "me": .data.x');
		expect(conflict.body.details.causes).toEqual([
			{ reason: 'FieldManagerConflict', message: 'conflict with "me"', field: '.data.x' },
		]);
		const forced = await apply(server, `${configMaps}/a`, configMap('a', { x: '2' }), 'you', true);
		expect(forced.body.data).toEqual({ x: '2', y: '1' });
		expect(managers(forced)).toEqual([
			['me', 'Apply', { 'f:data': { 'f:y': {} } }],
			['you', 'Apply', { 'f:data': { 'f:x': {} } }],
		]);
	});

	it('shares fields on whose value managers agree', async () => {
		const server = new TestServer();
		await apply(server, `${configMaps}/a`, configMap('a', { x: '1' }), 'me');
		expect((await apply(server, `${configMaps}/a`, configMap('a', { x: '1' }), 'you')).status).toBe(
			200,
		);
		const left = await apply(server, `${configMaps}/a`, configMap('a', {}), 'me');
		expect(left.body.data).toEqual({ x: '1' });
	});

	it('names the version of an owner that updated', async () => {
		const server = new TestServer();
		await apply(server, `${deployments}/web`, deployment('web'), 'me');
		await server.patch(`${deployments}/web?fieldManager=scaler`, { spec: { replicas: 7 } });
		const conflict = await apply(server, `${deployments}/web`, deployment('web', 3), 'me');
		expect(message(conflict)).toBe(
			'Apply failed with 1 conflict: conflict with "scaler" using apps/v1: .spec.replicas',
		);
	});

	it('merges containers by name', async () => {
		const server = new TestServer();
		await apply(server, `${deployments}/web`, deployment('web'), 'me');
		const sidecar = {
			apiVersion: 'apps/v1',
			kind: 'Deployment',
			metadata: { name: 'web' },
			spec: { template: { spec: { containers: [{ name: 'side', image: 'busybox:1' }] } } },
		};
		const answer = await apply(server, `${deployments}/web`, sidecar, 'injector');
		const names = (answer.body.spec.template.spec.containers as { name: string }[]).map(
			({ name }) => name,
		);
		expect(names).toEqual(['main', 'side']);
		const without = { ...sidecar, spec: {} };
		const after = await apply(server, `${deployments}/web`, without, 'injector');
		expect(after.body.spec.template.spec.containers).toHaveLength(1);
	});
});

describe('server-side apply after a client-side one', () => {
	const key = 'kubectl.kubernetes.io/last-applied-configuration';
	const config = (x: string) => configMap('a', { x });

	async function appliedBefore(): Promise<TestServer> {
		const server = new TestServer();
		const annotations = { [key]: JSON.stringify(config('1')) };
		await server.post(`${configMaps}?fieldManager=kubectl-client-side-apply`, {
			...config('1'),
			metadata: { name: 'a', annotations },
		});
		return server;
	}

	it('takes its fields over without a conflict, and keeps the annotation in step', async () => {
		const server = await appliedBefore();
		const answer = await apply(server, `${configMaps}/a`, config('2'), 'kubectl');
		expect([answer.status, answer.body.data]).toEqual([200, { x: '2' }]);
		const kept = answer.body.metadata.annotations as Record<string, string>;
		expect(JSON.parse(kept[key] ?? '')).toEqual(config('2'));
		expect((await apply(server, `${configMaps}/a`, config('3'), 'other')).status).toBe(409);
	});

	it('leaves to others what they changed since', async () => {
		const server = await appliedBefore();
		await server.patch(`${configMaps}/a?fieldManager=editor`, { data: { x: '5' } });
		const answer = await apply(server, `${configMaps}/a`, config('2'), 'kubectl');
		expect(message(answer)).toBe(
			'Apply failed with 1 conflict: conflict with "editor" using v1: .data.x',
		);
	});

	it('of an object that nobody owns conflicts with whoever made it', async () => {
		const server = new TestServer();
		const body = {
			apiVersion: 'v1',
			kind: 'Service',
			metadata: { name: 'kubernetes' },
			spec: { type: 'NodePort' },
		};
		const path = '/api/v1/namespaces/default/services/kubernetes';
		expect(message(await apply(server, path, body, 'me'))).toBe(
			'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .spec.type',
		);
	});
});

describe('the order of lists', () => {
	const live = ['a', 'b', 'c'];
	it.each([
		[
			['c', 'a'],
			['b', 'c', 'a'],
		],
		[
			['d', 'a'],
			['d', 'a', 'b', 'c'],
		],
		[
			['a', 'd', 'c'],
			['a', 'b', 'd', 'c'],
		],
		[['b'], ['a', 'b', 'c']],
		[['d'], ['a', 'b', 'c', 'd']],
	])('applying %j gives %j', async (wanted, expected) => {
		const server = new TestServer();
		const containers = (names: string[]) => ({
			apiVersion: 'apps/v1',
			kind: 'Deployment',
			metadata: { name: 'web' },
			spec: { template: { spec: { containers: names.map((name) => ({ name, image: 'x:1' })) } } },
		});
		const base = deployment('web') as { spec: { template: { spec: unknown } } };
		base.spec.template.spec = containers(live).spec.template.spec;
		await server.post(deployments, base);
		const answer = await apply(server, `${deployments}/web`, containers(wanted), 'me');
		const found = answer.body.spec.template.spec.containers as { name: string }[];
		expect(found.map(({ name }) => name)).toEqual(expected);
	});
});

describe('ownership of updates', () => {
	it('is recorded with create and moves with changes', async () => {
		const server = new TestServer();
		const created = await server.post(
			`${configMaps}?fieldManager=one`,
			configMap('a', { x: '1', y: '1' }),
		);
		expect(managers(created)).toEqual([
			['one', 'Update', { 'f:data': { '.': {}, 'f:x': {}, 'f:y': {} } }],
		]);
		const patched = await server.patch(`${configMaps}/a?fieldManager=two`, {
			data: { x: '2', y: null },
		});
		expect(managers(patched)).toEqual([
			['one', 'Update', { 'f:data': {} }],
			['two', 'Update', { 'f:data': { 'f:x': {} } }],
		]);
	});

	it('tells status apart and takes the client’s name', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const path = `${deployments}/web/status`;
		const answer = await server.send(
			'PATCH',
			path,
			{ status: { replicas: 1 } },
			{
				'content-type': 'application/merge-patch+json',
				'user-agent': 'controller/v1 (linux)',
			},
		);
		const entries = answer.body.metadata.managedFields as Entry[];
		expect(entries.find(({ manager }) => manager === 'controller')).toMatchObject({
			operation: 'Update',
			subresource: 'status',
			fieldsV1: { 'f:status': { 'f:replicas': {} } },
		});
	});
});
