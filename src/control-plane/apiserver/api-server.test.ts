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

describe('create', () => {
	it('answers 201 with the stored and defaulted object', async () => {
		const server = new TestServer();
		const { status, body } = await server.post(pods, pod('web'));
		expect(status).toBe(201);
		expect(body.metadata).toMatchObject({
			name: 'web',
			namespace: 'default',
			creationTimestamp: '2026-01-01T00:00:00Z',
		});
		expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
		expect(body.metadata.resourceVersion).toBe(String(server.store.revision));
		expect(body.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
		expect(await server.get(`${pods}/web`)).toMatchObject({ status: 200, body });
	});

	it('makes a name from generateName', async () => {
		const server = new TestServer();
		const body = { ...pod(''), metadata: { generateName: 'job-' } };
		expect((await server.post(pods, body)).body.metadata.name).toMatch(
			/^job-[bcdf-hj-np-tv-xz2456789]{5}$/,
		);
	});

	it('refuses a name that is taken', async () => {
		const server = new TestServer();
		await server.post(pods, pod('web'));
		const again = await server.post(pods, pod('web'));
		expect(again.body).toEqual({
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Failure',
			message: 'pods "web" already exists',
			reason: 'AlreadyExists',
			details: { name: 'web', kind: 'pods' },
			code: 409,
		});
	});

	it('refuses a namespace that is not there', async () => {
		const answer = await new TestServer().post('/api/v1/namespaces/nope/pods', pod('web'));
		expect([answer.status, message(answer)]).toEqual([404, 'namespaces "nope" not found']);
	});

	it('refuses another namespace than the path has', async () => {
		const body = { ...configMap('a', {}), metadata: { name: 'a', namespace: 'kube-system' } };
		const answer = await new TestServer().post(configMaps, body);
		expect([answer.status, message(answer)]).toEqual([
			400,
			'the namespace of the provided object does not match the namespace sent on the request',
		]);
	});

	it('leaves nothing behind with dryRun=All', async () => {
		const server = new TestServer();
		expect((await server.post(`${pods}?dryRun=All`, pod('web'))).status).toBe(201);
		expect((await server.get(`${pods}/web`)).status).toBe(404);
	});

	it('says so for kinds without a controller, and lists them', async () => {
		const server = new TestServer();
		const path = '/apis/batch/v1/namespaces/default/jobs';
		const body = {
			apiVersion: 'batch/v1',
			kind: 'Job',
			metadata: { name: 'j' },
			spec: { template: {} },
		};
		const answer = await server.post(path, body);
		const applied = await server.patch(`${path}/j?fieldManager=me`, body, 'apply-patch+yaml');
		for (const refused of [answer, applied]) {
			expect(refused.status).toBe(405);
			expect(message(refused)).toBe(
				'jobs cannot be created: Job has no controller in this cluster yet',
			);
		}
		expect((await server.get(path)).body).toMatchObject({ kind: 'JobList', items: [] });
	});
});

describe('update', () => {
	it('refuses an outdated version with upstream’s words', async () => {
		const server = new TestServer();
		const { body: first } = await server.post(configMaps, configMap('a', { k: '1' }));
		await server.put(`${configMaps}/a`, { ...first, data: { k: '2' } });
		const late = await server.put(`${configMaps}/a`, { ...first, data: { k: '3' } });
		expect(late.status).toBe(409);
		expect(late.body.reason).toBe('Conflict');
		expect(message(late)).toBe(
			'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
		);
	});

	it('is unconditional without a version', async () => {
		const server = new TestServer();
		await server.post(configMaps, configMap('a', { k: '1' }));
		const { status, body } = await server.put(`${configMaps}/a`, configMap('a', { k: '2' }));
		expect([status, body.data]).toEqual([200, { k: '2' }]);
	});

	it('does not store what is the same', async () => {
		const server = new TestServer();
		const { body: first } = await server.post(configMaps, configMap('a', { k: '1' }));
		const { body: second } = await server.put(`${configMaps}/a`, first);
		expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
		expect(server.store.revision).toBe(Number(first.metadata.resourceVersion));
	});

	it('raises the generation for spec only', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const labelled = await server.patch(`${deployments}/web`, { metadata: { labels: { a: 'b' } } });
		expect(labelled.body.metadata.generation).toBe(1);
		const scaled = await server.patch(`${deployments}/web`, { spec: { replicas: 5 } });
		expect(scaled.body.metadata.generation).toBe(2);
	});

	it('keeps status and the rest apart', async () => {
		const server = new TestServer();
		const { body } = await server.post(deployments, deployment('web'));
		const changed = { ...body, spec: { ...body.spec, replicas: 9 }, status: { replicas: 1 } };
		const viaStatus = await server.put(`${deployments}/web/status`, changed);
		expect(viaStatus.body.spec.replicas).toBe(2);
		expect(viaStatus.body.status.replicas).toBe(1);
		const { metadata } = viaStatus.body;
		const viaMain = await server.put(`${deployments}/web`, { ...changed, metadata, status: {} });
		expect(viaMain.body.spec.replicas).toBe(9);
		expect(viaMain.body.status.replicas).toBe(1);
	});

	it('is NotFound for what is not there, except for leases', async () => {
		const server = new TestServer();
		const lost = await server.put(`${configMaps}/a`, configMap('a', {}));
		expect([lost.status, message(lost)]).toEqual([404, 'configmaps "a" not found']);
		const lease = {
			apiVersion: 'coordination.k8s.io/v1',
			kind: 'Lease',
			metadata: { name: 'n1' },
			spec: { holderIdentity: 'n1' },
		};
		const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1';
		expect((await server.put(path, lease)).status).toBe(201);
	});

	it('refuses a name other than the path has', async () => {
		const server = new TestServer();
		await server.post(configMaps, configMap('a', {}));
		const answer = await server.put(`${configMaps}/a`, configMap('b', {}));
		expect(message(answer)).toBe(
			'the name of the object (b) does not match the name on the URL (a)',
		);
	});
});

describe('the store', () => {
	it('uses upstream’s keys and keeps the version out of the value', async () => {
		const server = new TestServer();
		await server.post(pods, pod('web'));
		const kv = server.store.get('/registry/pods/default/web');
		expect((kv?.value as { metadata: object }).metadata).not.toHaveProperty('resourceVersion');
		expect(server.store.get('/registry/services/specs/default/kubernetes')).toBeDefined();
	});

	it('takes well under a millisecond a write', async () => {
		const server = new TestServer();
		const count = 1000;
		const start = performance.now();
		for (let i = 0; i < count; i++) {
			const name = `pod-${i}`;
			await server.post(pods, pod(name));
			await server.patch(`${pods}/${name}/status`, {
				status: { phase: 'Running', podIP: '10.0.0.1' },
			});
		}
		expect((performance.now() - start) / (2 * count)).toBeLessThan(5);
	});
});

describe('paths', () => {
	it('that nobody serves are NotFound', async () => {
		const server = new TestServer();
		for (const path of ['/apis/nope/v1', '/api/v1/namespaces/default/nopes', '/nope'])
			expect(await server.get(path)).toMatchObject({
				status: 404,
				body: { message: 'the server could not find the requested resource' },
			});
	});

	it('for health and version answer', async () => {
		const server = new TestServer();
		for (const path of ['/healthz', '/livez', '/readyz'])
			expect(await server.get(path)).toMatchObject({ status: 200, body: 'ok' });
		const { body } = await server.get('/version');
		expect(body.gitVersion).toBe('v1.33.1+drydock');
		expect(Object.values(body as object)).not.toContain('');
	});

	it('for health tell what was looked at', async () => {
		const server = new TestServer();
		const verbose = '[+]ping ok\n[+]etcd ok\n';
		for (const name of ['healthz', 'livez', 'readyz'])
			expect((await server.get(`/${name}?verbose`)).body).toBe(`${verbose}${name} check passed\n`);
		expect((await server.get('/readyz?verbose=1&exclude=etcd&exclude=x')).body).toBe(
			'[+]ping ok\n[+]etcd excluded: ok\nwarn: some health checks cannot be excluded: no matches for "x"\nreadyz check passed\n',
		);
		expect((await server.get('/livez/ping')).body).toBe('ok');
		expect((await server.get('/livez/pong')).status).toBe(404);
	});

	it('answer in YAML who asks for it', async () => {
		const server = new TestServer();
		const accept = 'application/yaml';
		const { headers, body } = await server.get('/api/v1/namespaces/default', { accept });
		expect(headers['content-type']).toBe('application/yaml');
		expect(body).toMatch(
			/^apiVersion: v1\nkind: Namespace\nmetadata:\n {2}creationTimestamp: "2026-/,
		);
		expect(body).toContain('finalizers:\n  - kubernetes\n');
		const table = `${accept};as=Table;g=meta.k8s.io;v=v1`;
		expect((await server.get(pods, { accept: table })).body).toContain('kind: Table\n');
		const missing = await server.get(`${pods}/none`, { accept });
		expect([missing.status, missing.body]).toEqual([404, expect.stringContaining('code: 404\n')]);
		const mixed = `application/json, ${accept}`;
		expect((await server.get(pods, { accept: mixed })).body.kind).toBe('PodList');
		expect((await server.get(`${pods}?watch=1`, { accept })).status).toBe(406);
		const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata: {k: "1"}\n';
		const made = await server.send('POST', configMaps, text, { 'content-type': accept });
		expect([made.status, made.body.data]).toEqual([201, { k: '1' }]);
	});

	it('warn once of each thing, in any script', async () => {
		const server = new TestServer();
		const answer = await server.post(configMaps, {
			...configMap('w', {}),
			grün: 1,
			'日本 "x"': 1,
			'a\nb': 1,
		});
		expect(answer.headers.warning).toBe(
			'299 - "unknown field \\"grün\\"", 299 - "unknown field \\"日本 \\"x\\"\\""',
		);
	});

	it('answer people with indented JSON', async () => {
		const server = new TestServer();
		const raw = async (path: string, headers = {}) =>
			(await server.api.request({ method: 'GET', path, headers })).body;
		expect(await raw('/api/v1/namespaces/default?pretty=true')).toContain(
			'\n  "kind": "Namespace"',
		);
		expect(await raw('/api', { 'user-agent': 'curl/8.5' })).toContain('\n  "versions"');
		expect(await raw('/api?pretty=false')).not.toContain('\n');
	});

	it('for reviews say yes', async () => {
		const server = new TestServer();
		const spec = { resourceAttributes: { verb: 'create', resource: 'pods' } };
		const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
		const { status, body } = await server.post(path, { spec });
		expect([status, body.kind, body.status, body.spec]).toEqual([
			201,
			'SelfSubjectAccessReview',
			{ allowed: true },
			spec,
		]);
		const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
		expect((await server.send('POST', path, { spec }, { accept: table })).status).toBe(406);
		const either = { accept: `${table},application/json` };
		expect((await server.send('POST', path, { spec }, either)).body.status).toEqual({
			allowed: true,
		});
	});
});

describe('events', () => {
	it('are readable in both groups', async () => {
		const server = new TestServer();
		await server.post('/api/v1/namespaces/default/events', {
			apiVersion: 'v1',
			kind: 'Event',
			metadata: { name: 'e1' },
			involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
			reason: 'Started',
			message: 'Started container main',
			source: { component: 'kubelet', host: 'n1' },
			count: 3,
			type: 'Normal',
			firstTimestamp: '2025-12-31T23:59:00Z',
			lastTimestamp: '2025-12-31T23:59:55Z',
		});
		const { body } = await server.get('/apis/events.k8s.io/v1/namespaces/default/events/e1');
		expect(body).toMatchObject({
			apiVersion: 'events.k8s.io/v1',
			regarding: { kind: 'Pod', name: 'web' },
			note: 'Started container main',
			deprecatedCount: 3,
			reportingController: 'kubelet',
		});
		const found = async (path: string) =>
			((await server.get(path)).body.items as unknown[] | undefined)?.length;
		const wire = '/apis/events.k8s.io/v1/events?fieldSelector=';
		expect(await found(`${wire}reportingController=kubelet,regarding.name=web`)).toBe(1);
		expect(await found(`${wire}reportingController=scheduler`)).toBe(0);
		expect(await found('/api/v1/events?fieldSelector=reportingComponent=kubelet')).toBe(1);
		const cells = await server.table('/api/v1/namespaces/default/events');
		expect(cells[0]?.slice(0, 7)).toEqual([
			'5s',
			'Normal',
			'Started',
			'pod/web',
			'',
			'kubelet, n1',
			'Started container main',
		]);
	});
});
