import { describe, expect, it } from 'vitest';
import type { Connection, HttpRequest, HttpResponse, Transport } from '../../api/transport.ts';
import { StatusError } from '../../client/status.ts';
import { deployment, deployments, message, pod, pods, TestServer } from './test-server.ts';

/** A kubelet that remembers what it was asked. */
class FakeKubelet implements Transport {
	readonly asked: string[] = [];
	request(request: HttpRequest): Promise<HttpResponse> {
		this.asked.push(`${request.method} ${request.path}`);
		return Promise.resolve({ status: 200, headers: {}, body: 'line 1\n' });
	}
	upgrade(request: HttpRequest): Promise<Connection> {
		this.asked.push(`${request.method} ${request.path}`);
		return Promise.resolve({
			send: () => Promise.resolve(),
			messages: (async function* () {})(),
			close: () => undefined,
		});
	}
}

async function scheduled(
	containers?: object[],
): Promise<{ server: TestServer; kubelet: FakeKubelet }> {
	const server = new TestServer();
	const kubelet = new FakeKubelet();
	server.kubelets.set('n1', kubelet);
	await server.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
	await server.post(pods, pod('web', { ...(containers ? { containers } : {}), nodeName: 'n1' }));
	return { server, kubelet };
}

async function refused(promise: Promise<unknown>): Promise<string> {
	const error = await promise.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(StatusError);
	return (error as StatusError).message;
}

describe('log options', () => {
	it.each([
		['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
		['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'],
		['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
		[
			'sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z',
			'[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
		],
	])('%s are Invalid', async (query, cause) => {
		const { server, kubelet } = await scheduled();
		const answer = await server.get(`${pods}/web/log?${query}`);
		expect([answer.status, message(answer)]).toEqual([
			422,
			`PodLogOptions "web" is invalid: ${cause}`,
		]);
		expect(kubelet.asked).toEqual([]);
	});

	it('that are no numbers are a BadRequest', async () => {
		const { server } = await scheduled();
		const answer = await server.get(`${pods}/web/log?tailLines=ten`);
		expect([answer.status, message(answer)]).toEqual([
			400,
			'strconv.ParseInt: parsing "ten": invalid syntax',
		]);
		expect((await server.get(`${pods}/web/log?sinceTime=noon`)).status).toBe(400);
	});
});

describe('status', () => {
	it('of a Deployment leaves its labels and spec alone', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const { body } = await server.patch(`${deployments}/web/status`, {
			metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
			spec: { replicas: 9 },
			status: { readyReplicas: 0, replicas: 1 },
		});
		expect(body.metadata.labels).toBeUndefined();
		expect(body.metadata.annotations).toEqual({ c: 'd' });
		expect([body.spec.replicas, body.status.replicas]).toEqual([2, 1]);
	});

	it('of a pod leaves its owners alone', async () => {
		const server = new TestServer();
		await server.post(pods, pod('web'));
		const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: '1' }];
		const { body } = await server.patch(`${pods}/web/status`, {
			metadata: { ownerReferences, labels: { a: 'b' } },
		});
		expect(body.metadata.ownerReferences).toBeUndefined();
		expect(body.metadata.labels).toEqual({ app: 'web', a: 'b' });
	});
});

describe('a uid that is another object’s', () => {
	it.each(['', '/status'])('is a conflict in a PUT and Invalid in a PATCH of %j', async (path) => {
		const server = new TestServer();
		const { body } = await server.post(pods, pod('web'));
		const { uid } = body.metadata as { uid: string };
		const other = { ...body, metadata: { ...body.metadata, uid: 'other' } };
		const put = await server.put(`${pods}/web${path}`, other);
		expect([put.status, message(put)]).toEqual([
			409,
			`Operation cannot be fulfilled on pods "web": StorageError: invalid object, Code: 4, Key: /registry/pods/default/web, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: ${uid}`,
		]);
		const patched = await server.patch(`${pods}/web${path}`, { metadata: { uid: 'other' } });
		expect([patched.status, message(patched)]).toEqual([
			422,
			'Pod "web" is invalid: metadata.uid: Invalid value: "other": field is immutable',
		]);
	});

	it('is a conflict in a scale', async () => {
		const server = new TestServer();
		const { body } = await server.post(deployments, deployment('web'));
		const { uid } = body.metadata as { uid: string };
		const scale = { metadata: { uid: 'other' }, spec: { replicas: 3 } };
		expect(message(await server.patch(`${deployments}/web/scale`, scale))).toBe(
			`Operation cannot be fulfilled on deployments/scale.apps "web": Precondition failed: UID in precondition: other, UID in object meta: ${uid}`,
		);
	});
});

describe('binding', () => {
	it('gives an unscheduled pod its node, once', async () => {
		const server = new TestServer();
		await server.post(pods, pod('web'));
		const binding = {
			apiVersion: 'v1',
			kind: 'Binding',
			metadata: { name: 'web' },
			target: { kind: 'Node', name: 'n1' },
		};
		expect(await server.post(`${pods}/web/binding`, binding)).toMatchObject({
			status: 201,
			body: { kind: 'Status', status: 'Success' },
		});
		const { body } = await server.get(`${pods}/web`);
		expect(body.spec.nodeName).toBe('n1');
		expect(body.status.conditions).toEqual([
			{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
		]);
		expect(message(await server.post(`${pods}/web/binding`, binding))).toBe(
			'Operation cannot be fulfilled on pods "web": pod web is already assigned to node "n1"',
		);
	});
});

describe('scale', () => {
	it('is read, patched and put', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const path = `${deployments}/web/scale`;
		const { body } = await server.get(path);
		expect(body).toMatchObject({
			kind: 'Scale',
			apiVersion: 'autoscaling/v1',
			metadata: { name: 'web', namespace: 'default' },
			spec: { replicas: 2 },
			status: { replicas: 0, selector: 'app=web' },
		});
		expect((await server.patch(path, { spec: { replicas: 5 } })).body.spec).toEqual({
			replicas: 5,
		});
		const late = await server.put(path, { ...body, spec: { replicas: 3 } });
		expect(late.status).toBe(409);
		const { metadata } = (await server.get(path)).body as { metadata: object };
		await server.put(path, { ...body, metadata, spec: { replicas: 3 } });
		const object = await server.get(`${deployments}/web`);
		expect([object.body.spec.replicas, object.body.metadata.generation]).toEqual([3, 3]);
		const negative = await server.patch(path, { spec: { replicas: -1 } });
		expect(negative.status).toBe(422);
	});
});

describe('eviction', () => {
	it('deletes gracefully', async () => {
		const { server } = await scheduled();
		const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' } };
		expect((await server.post(`${pods}/web/eviction`, eviction)).status).toBe(201);
		expect((await server.get(`${pods}/web`)).body.metadata.deletionGracePeriodSeconds).toBe(30);
	});
});

describe('streams', () => {
	it('of logs come from the kubelet', async () => {
		const { server, kubelet } = await scheduled();
		const answer = await server.get(`${pods}/web/log?follow=true&tailLines=5`);
		expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([
			200,
			'text/plain',
			'line 1\n',
		]);
		expect(kubelet.asked).toEqual(['GET /containerLogs/default/web/main?follow=true&tailLines=5']);
	});

	it('need a container when there are several', async () => {
		const { server } = await scheduled([
			{ name: 'a', image: 'a' },
			{ name: 'b', image: 'b' },
		]);
		expect(message(await server.get(`${pods}/web/log`))).toBe(
			'a container name must be specified for pod web, choose one of: [a b]',
		);
		expect(message(await server.get(`${pods}/web/log?container=c`))).toBe(
			'container c is not valid for pod web',
		);
	});

	it('of exec and portforward are upgraded at the kubelet', async () => {
		const { server, kubelet } = await scheduled();
		const method = 'GET';
		await server.api.upgrade({
			method,
			path: `${pods}/web/exec?command=ls&command=-l&stdout=true`,
		});
		await server.api.upgrade({ method, path: `${pods}/web/attach?container=main&stdin=true` });
		await server.api.upgrade({ method, path: `${pods}/web/portforward?ports=80` });
		expect(kubelet.asked).toEqual([
			'POST /exec/default/web/main?command=ls&command=-l&stdout=true',
			'POST /attach/default/web/main?stdin=true',
			'POST /portForward/default/web?ports=80',
		]);
	});

	it('say why there is nothing to connect to', async () => {
		const { server } = await scheduled();
		await server.post(pods, pod('pending'));
		expect(message(await server.get(`${pods}/pending/log`))).toBe(
			'pod pending does not have a host assigned',
		);
		const method = 'GET';
		expect(
			await refused(server.api.upgrade({ method, path: `${pods}/none/exec?command=ls` })),
		).toBe('pods "none" not found');
		server.kubelets.clear();
		const lost = await server.get(`${pods}/web/log`);
		expect([lost.status, message(lost)]).toEqual([
			503,
			'error dialing backend: dial tcp n1:10250: connect: no route to host',
		]);
	});

	it('that are not served say so', async () => {
		const { server } = await scheduled();
		const proxy = await server.get(`${pods}/web/proxy/index.html`);
		expect([proxy.status, message(proxy)]).toEqual([
			403,
			'pods/proxy "web" is forbidden: proxying to it through the API server is not supported by this cluster; use port-forward',
		]);
		const debug = await server.patch(`${pods}/web/ephemeralcontainers`, {});
		expect(message(debug)).toBe(
			'pods "web" is forbidden: ephemeral containers are not supported by this cluster',
		);
		expect((await server.get(`${pods}/web/nope`)).status).toBe(404);
	});
});
