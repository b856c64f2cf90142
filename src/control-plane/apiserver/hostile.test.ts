import { beforeEach, describe, expect, it, vi } from 'vitest';
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

let server: TestServer;
beforeEach(() => {
	server = new TestServer();
});

const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
const secrets = '/api/v1/namespaces/default/secrets';
const yaml = { 'content-type': 'application/yaml' };

function deep(levels: number): string {
	return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
}

describe('bodies', () => {
	it.each([
		'null',
		'[]',
		'"text"',
		'5',
		'true',
		'{',
		'',
		'[[[[',
		deep(100_000),
		'{"kind":5}',
		'{"kind":{"toString":1}}',
	])('refuses %.40s with a 4xx', async (body) => {
		for (const path of [pods, configMaps, leases, `${pods}/a/binding`, `${pods}/a/eviction`]) {
			const { status } = await server.send('POST', path, body);
			expect(status).toBeGreaterThanOrEqual(400);
			expect(status).toBeLessThan(500);
		}
	});

	it('says that a body is too deep', async () => {
		const answer = await server.send('POST', configMaps, deep(100_000));
		expect([answer.status, message(answer)]).toEqual([
			400,
			"couldn't get version/kind; json parse error: exceeded max depth",
		]);
	});

	it('reads 60,000 keys of YAML, and refuses one that is there twice', async () => {
		const lines = Array.from({ length: 60_000 }, (_, i) => `  key${i}: "1"`).join('\n');
		const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: many}\ndata:\n${lines}`;
		const before = process.cpuUsage();
		expect((await server.send('POST', configMaps, text, yaml)).status).toBe(201);
		expect(process.cpuUsage(before).user / 1e6).toBeLessThan(15);
		const twice = await server.send('POST', configMaps, 'kind: ConfigMap\nkind: ConfigMap', yaml);
		expect(message(twice)).toBe(
			'error converting YAML to JSON: yaml: line 2: key "kind" already set in map',
		);
	}, 60_000);

	it('names what it reads when the type is another', async () => {
		const answer = await server.send('POST', pods, '{}', { 'content-type': 'text/html' });
		expect(answer.status).toBe(415);
		expect(message(answer)).toContain('application/json, application/yaml');
	});
});

describe('keys that objects of the language have', () => {
	const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
	const data = JSON.parse(`{${names.map((name) => `"${name}":"1"`).join(',')}}`) as object;

	it('are kept in data through every way of writing', async () => {
		const body = JSON.stringify(configMap('a', { x: '1' })).replace(
			'{"x":"1"}',
			JSON.stringify(data),
		);
		const created = await server.send('POST', configMaps, body);
		expect(Object.keys(created.body.data as object).sort()).toEqual([...names].sort());
		await server.post(configMaps, configMap('b', { x: '1' }));
		const patches: [string, string][] = [
			['merge-patch+json', `{"data":${JSON.stringify(data)}}`],
			['strategic-merge-patch+json', `{"data":{"__proto__":"2"}}`],
			['json-patch+json', '[{"op":"replace","path":"/data/__proto__","value":"3"}]'],
			['json-patch+json', '[{"op":"copy","from":"/data/constructor","path":"/data/valueOf"}]'],
		];
		for (const [type, patch] of patches) {
			const headers = { 'content-type': `application/${type}` };
			const answer = await server.send('PATCH', `${configMaps}/b`, patch, headers);
			expect([answer.status, Object.keys(answer.body.data as object).sort()]).toEqual([
				200,
				[...names, 'x'].sort(),
			]);
		}
		const { body: stored } = await server.get(`${configMaps}/b`);
		expect(Object.getOwnPropertyDescriptor(stored.data, '__proto__')?.value).toBe('3');
		expect(Object.keys(Object.prototype)).toEqual([]);
	});

	it('are kept by server-side apply, and go when they are no longer applied', async () => {
		const apply = (text: string) =>
			server.send('PATCH', `${configMaps}/c?fieldManager=me`, text, {
				'content-type': 'application/apply-patch+yaml',
			});
		const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n';
		await apply(`${head}  __proto__: a\n  constructor: b\n  x: c`);
		const left = await apply(`${head}  __proto__: a\n  x: c`);
		expect(Object.keys(left.body.data as object)).toEqual(['__proto__', 'x']);
	});

	it('count as changes, as labels, in selectors and as a type', async () => {
		await server.post(pods, pod('a'));
		const labelled = await server.patch(`${pods}/a`, {
			metadata: { labels: { constructor: 'x' } },
		});
		expect(labelled.body.metadata.labels).toEqual({ app: 'a', constructor: 'x' });
		const list = await server.get(`${pods}?labelSelector=constructor%3Dx`);
		expect(list.body.items).toHaveLength(1);
		const without = await server.get(`${pods}?labelSelector=toString`);
		expect(without.body.items).toHaveLength(0);
		const gone = await server.patch(`${pods}/a`, { metadata: { labels: { constructor: null } } });
		expect(gone.body.metadata.labels).toEqual({ app: 'a' });
		expect((await server.get(`${pods}?fieldSelector=constructor%3Dx`)).status).toBe(400);
		const secret = { metadata: { name: 's' }, type: 'constructor' };
		expect((await server.post(secrets, secret)).status).toBe(201);
	});
});

describe('patches', () => {
	beforeEach(async () => {
		await server.post(deployments, deployment('web'));
	});

	it.each<[unknown, number]>([
		[5, 400],
		[{ op: 'add' }, 400],
		[[5], 400],
		[[null], 422],
		[[{ op: 'remove', path: 5 }], 422],
		[[{ op: 'remove', path: 'nothing' }], 422],
		[[{ op: 'remove', path: '/metadata/toString' }], 422],
		[[{ op: 'replace', path: '/spec/template/spec/containers/7/image', value: 'x' }], 422],
		[[{ op: 'constructor', path: '/a' }], 422],
		[[{ op: 'add', path: '/metadata/labels' }], 422],
		[[{ op: 'add', path: '', value: 5 }], 422],
		[[{ op: 'test', path: '/kind', value: 'Pod' }], 422],
		[
			Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'Deployment' })),
			413,
		],
	])('JSON patch %.60j is answered %d', async (patch, code) => {
		for (const path of [`${deployments}/web`, `${deployments}/web/scale`]) {
			const answer = await server.patch(path, patch, 'json-patch+json');
			expect([answer.status, message(answer)]).toEqual([code, expect.any(String)]);
		}
	});

	it('does not copy without end', async () => {
		const copies = Array.from({ length: 60 }, (_, i) => ({
			op: 'copy',
			from: '/metadata',
			path: `/metadata/x${i}`,
		}));
		const answer = await server.patch(`${deployments}/web`, copies, 'json-patch+json');
		expect(answer.status).toBe(422);
	});

	it('of a scale keep to its type and formats', async () => {
		const scale = `${deployments}/web/scale`;
		expect((await server.put(scale, deployment('web'))).status).toBe(400);
		expect((await server.put(scale, [])).status).toBe(400);
		expect((await server.patch(scale, { kind: 'Pod' })).status).toBe(400);
		expect((await server.patch(scale, { spec: { replicas: 'x' } })).status).toBe(422);
		expect((await server.patch(scale, {}, 'apply-patch+yaml')).status).toBe(415);
		expect((await server.patch(scale, { spec: { replicas: 4 } })).body.spec.replicas).toBe(4);
	});
});

describe('queries and paths', () => {
	it.each([
		'limit=x',
		'limit=',
		'timeoutSeconds=1.5',
		'resourceVersion=-1',
		'resourceVersion=99999999999999999999',
		'labelSelector=((',
		'fieldSelector=x',
		'continue=!',
		'continue=bnVsbA',
		'continue=e30',
		'watch=1&limit=x',
		'watch=1&resourceVersion=x',
		'watch=1&timeoutSeconds=x',
	])('?%s is refused with 400', async (query) => {
		expect((await server.get(`${pods}?${query}`)).status).toBe(400);
	});

	it('refuses a broken escape in a path and forgets one in a query', async () => {
		expect((await server.get(`${pods}/%zz`)).status).toBe(400);
		expect((await server.get(`${pods}?limit=%zz&watch=false`)).status).toBe(200);
		expect((await server.get(`${pods}/%ff`)).status).toBe(404);
	});

	it('leaves nothing behind a watch that is refused', async () => {
		const after = vi.spyOn(server.clock, 'after');
		const every = vi.spyOn(server.clock, 'every');
		for (const query of ['resourceVersion=x', 'timeoutSeconds=x', 'labelSelector=(('])
			await server.get(`${pods}?watch=1&allowWatchBookmarks=1&${query}`);
		expect([after.mock.calls, every.mock.calls]).toEqual([[], []]);
	});

	it('answers other methods with 405', async () => {
		for (const method of ['HEAD', 'TRACE', 'CONSTRUCTOR'])
			expect((await server.send(method, pods)).status).toBe(405);
	});
});

describe('continue tokens', () => {
	const kube = '/api/v1/namespaces/kube-system/configmaps';

	async function token(): Promise<string> {
		for (const name of ['a', 'b', 'c']) await server.post(configMaps, configMap(name, {}));
		const { body } = await server.get(`${configMaps}?limit=1`);
		return body.metadata.continue as string;
	}

	it('stay in their list', async () => {
		const next = await token();
		expect((await server.get(`${configMaps}?continue=${next}`)).body.items).toHaveLength(2);
		for (const path of [kube, pods, '/api/v1/secrets', secrets]) {
			const answer = await server.get(`${path}?continue=${next}`);
			expect(answer.status).toBe(400);
			expect(message(answer)).toMatch(/^continue key is not valid/);
		}
	});

	it('expire with the history they need, and say how to go on', async () => {
		const next = await token();
		await server.post(configMaps, configMap('d', {}));
		server.store.compact(server.store.revision);
		const answer = await server.get(`${configMaps}?continue=${next}`);
		expect([answer.status, answer.body.reason]).toEqual([410, 'Expired']);
		expect(message(answer)).toMatch(/^The provided continue parameter is too old/);
		const rest = await server.get(`${configMaps}?continue=${answer.body.metadata.continue}`);
		expect(rest.body.items).toHaveLength(3);
	});
});

describe('history', () => {
	it('is bounded in size; a watch of what is gone gets 410', async () => {
		const small = new TestServer({ watchHistorySize: 100_000 });
		const first = small.store.revision;
		const path = `${configMaps}/a`;
		await small.post(configMaps, configMap('a', { x: '' }));
		for (let i = 0; i < 60; i++) await small.patch(path, { data: { x: String(i).repeat(8000) } });
		expect(small.store.historySize).toBeLessThan(250_000);
		expect(small.store.historyLength).toBeGreaterThan(1);
		const [line] = await small.watch(`${configMaps}?watch=1&resourceVersion=${first}`);
		expect([line?.type, line?.object.code, line?.object.reason]).toEqual(['ERROR', 410, 'Expired']);
	});

	it('of a revision to come is told from there on', async () => {
		const ahead = server.store.revision + 2;
		const lines = await server.watch(`${configMaps}?watch=1&resourceVersion=${ahead}`, async () => {
			for (const name of ['a', 'b', 'c']) await server.post(configMaps, configMap(name, {}));
		});
		expect(lines.map(({ object }) => object.metadata.name)).toEqual(['c']);
	});
});

describe('a lease that is not there', () => {
	const lease = (metadata: object) => ({ metadata: { name: 'a', ...metadata }, spec: {} });

	it('is made by an update, whatever revision it names', async () => {
		const answer = await server.put(`${leases}/a`, lease({ resourceVersion: '77' }));
		expect(answer.status).toBe(201);
	});

	it('is not made when another one was meant', async () => {
		const answer = await server.put(`${leases}/a`, lease({ uid: 'x' }));
		expect(answer.status).toBe(409);
		expect(message(answer)).toContain('Precondition failed: UID in precondition: x');
	});
});
