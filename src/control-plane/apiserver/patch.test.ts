import { describe, expect, it } from 'vitest';
import { strategicMerge } from './strategic-merge.ts';
import {
	configMap,
	configMaps,
	deployment,
	deployments,
	message,
	TestServer,
} from './test-server.ts';

const strategic = 'strategic-merge-patch+json';

describe('strategic merge', () => {
	const merge = (base: object, patch: object) =>
		strategicMerge('PodSpec', base as Record<string, unknown>, patch as Record<string, unknown>);
	const spec = {
		containers: [
			{ name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
			{ name: 'b', image: 'b:1' },
		],
		tolerations: [{ key: 'k' }],
	};

	it('finds list items by their merge key', () => {
		expect(merge(spec, { containers: [{ name: 'b', image: 'b:2' }] }).containers).toEqual([
			{ name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
			{ name: 'b', image: 'b:2' },
		]);
	});

	it('adds items it does not find in front of those it does not name, also further down', () => {
		const patch = { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }, { name: 'c' }] };
		const { containers } = merge(spec, patch) as {
			containers: { name: string; env?: unknown[] }[];
		};
		expect(containers.map(({ name }) => name)).toEqual(['a', 'c', 'b']);
		expect(containers[0]?.env).toEqual([
			{ name: 'Y', value: '2' },
			{ name: 'X', value: '1' },
		]);
	});

	it('deletes and replaces by directive', () => {
		expect(merge(spec, { containers: [{ name: 'a', $patch: 'delete' }] }).containers).toEqual([
			{ name: 'b', image: 'b:1' },
		]);
		expect(
			merge(spec, { containers: [{ $patch: 'replace' }, { name: 'z', image: 'z' }] }).containers,
		).toEqual([{ name: 'z', image: 'z' }]);
		const whole = merge(
			{ securityContext: { runAsUser: 1 } },
			{ securityContext: { $patch: 'replace', fsGroup: 2 } },
		);
		expect(whole.securityContext).toEqual({ fsGroup: 2 });
	});

	it('replaces lists without a merge key and removes with null', () => {
		expect(merge(spec, { tolerations: [{ key: 'other' }] }).tolerations).toEqual([
			{ key: 'other' },
		]);
		expect(merge(spec, { tolerations: null })).not.toHaveProperty('tolerations');
	});

	const names = (patch: object) =>
		(merge(spec, patch).containers as { name: string }[]).map(({ name }) => name);
	const order = (...list: string[]) => ({
		'$setElementOrder/containers': list.map((name) => ({ name })),
	});

	it.each([
		['a new item', { containers: [{ name: 'c' }] }, ['c', 'a', 'b']],
		[
			'a new item after a known one',
			{ containers: [{ name: 'b' }, { name: 'c' }] },
			['a', 'b', 'c'],
		],
		['items in the patch’s order', { containers: [{ name: 'b' }, { name: 'a' }] }, ['b', 'a']],
		['a list that is ordered only', order('b', 'a'), ['b', 'a']],
		[
			'a new item at the end',
			{ ...order('a', 'b', 'c'), containers: [{ name: 'c' }] },
			['a', 'b', 'c'],
		],
		[
			'what others added where it was',
			{ ...order('b', 'c'), containers: [{ name: 'c' }] },
			['a', 'b', 'c'],
		],
		[
			'what others added after what it followed',
			{ ...order('c', 'a'), containers: [{ name: 'c' }] },
			['c', 'a', 'b'],
		],
	])('places %s', (_, patch, expected) => {
		expect(names(patch)).toEqual(expected);
	});

	it('refuses items in another order than the one it gives', () => {
		const patch = { ...order('a', 'b'), containers: [{ name: 'b' }, { name: 'a' }] };
		expect(() => merge(spec, patch)).toThrow("doesn't match $setElementOrder list");
	});

	it('keeps the order it is given', () => {
		const patch = {
			'$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }],
			containers: [{ name: 'c', image: 'c:1' }],
		};
		const { containers } = merge(spec, patch) as { containers: { name: string }[] };
		expect(containers.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
	});

	it('takes values out of lists of scalars', () => {
		const merged = strategicMerge(
			'ObjectMeta',
			{ finalizers: ['a/x', 'b/x'] },
			{ '$deleteFromPrimitiveList/finalizers': ['a/x'], finalizers: ['c/x'] },
		);
		expect(merged.finalizers).toEqual(['c/x', 'b/x']);
	});

	it('drops what retainKeys does not name', () => {
		const merged = strategicMerge(
			'DeploymentSpec',
			{ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
			{ strategy: { $retainKeys: ['type'], type: 'Recreate' } },
		);
		expect(merged.strategy).toEqual({ type: 'Recreate' });
	});

	it.each([{ $retainKeys: 'type' }, { $retainKeys: ['type'], rollingUpdate: { maxSurge: 1 } }])(
		'refuses %j, which sets what it does not keep',
		(strategy) => {
			expect(() => strategicMerge('DeploymentSpec', {}, { strategy })).toThrow(
				'invalid patch format of retainKeys',
			);
		},
	);

	it('finds ports by number and mounts by path', () => {
		const merged = strategicMerge(
			'Container',
			{
				ports: [{ containerPort: 80, name: 'web' }],
				volumeMounts: [{ name: 'v', mountPath: '/a' }],
			},
			{
				ports: [{ containerPort: 80, name: 'http' }],
				volumeMounts: [{ name: 'w', mountPath: '/a' }],
			},
		);
		expect(merged).toEqual({
			ports: [{ containerPort: 80, name: 'http' }],
			volumeMounts: [{ name: 'w', mountPath: '/a' }],
		});
	});
});

describe('PATCH', () => {
	it('takes all three formats', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const path = `${deployments}/web`;
		const image = {
			spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:1.28' }] } } },
		};
		const first = await server.patch(path, image, strategic);
		expect(first.body.spec.template.spec.containers[0]).toMatchObject({
			image: 'nginx:1.28',
			terminationMessagePath: '/dev/termination-log',
		});
		const second = await server.patch(
			path,
			[{ op: 'replace', path: '/spec/replicas', value: 4 }],
			'json-patch+json',
		);
		expect(second.body.spec.replicas).toBe(4);
		const third = await server.patch(path, { metadata: { annotations: { a: 'b' } } });
		expect(third.body.metadata.annotations).toEqual({ a: 'b' });
	});

	it('refuses other formats', async () => {
		const server = new TestServer();
		await server.post(configMaps, configMap('a', {}));
		const answer = await server.patch(`${configMaps}/a`, {}, 'json');
		expect(answer.status).toBe(415);
		expect(message(answer)).toContain('application/strategic-merge-patch+json');
	});

	it('says what is unknown, as strictly as asked', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const path = `${deployments}/web`;
		const strict = await server.patch(
			`${path}?fieldValidation=Strict`,
			{ spec: { bogus: 1 } },
			strategic,
		);
		expect([strict.status, message(strict)]).toEqual([
			422,
			' "" is invalid: patch: Invalid value: "map[spec:map[bogus:1]]": strict decoding error: unknown field "spec.bogus"',
		]);
		const warned = await server.patch(path, { spec: { bogus: 1, replicas: 3 } }, strategic);
		expect([warned.status, warned.headers.warning]).toEqual([
			200,
			'299 - "unknown field \\"spec.bogus\\""',
		]);
		expect(warned.body.spec).not.toHaveProperty('bogus');
		const ignored = await server.patch(`${path}?fieldValidation=Ignore`, { spec: { bogus: 1 } });
		expect(ignored.headers.warning).toBeUndefined();
	});

	it('says what has the wrong type', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const said = async (patch: object, type: string) =>
			message(await server.patch(`${deployments}/web`, patch, type));
		const head = ' "" is invalid: patch: Invalid value: ';
		expect(await said({ spec: { replicas: 'x' } }, strategic)).toBe(
			`${head}"map[spec:map[replicas:x]]": unrecognized type: int32`,
		);
		expect(await said({ spec: 'x' }, strategic)).toBe(
			`${head}"map[spec:x]": cannot restore struct from: string`,
		);
		expect(await said({ spec: { template: { spec: { containers: {} } } } }, strategic)).toBe(
			`${head}"map[spec:map[template:map[spec:map[containers:map[]]]]]": cannot restore slice from map`,
		);
		const merged = await said({ spec: { replicas: 'x' } }, 'merge-patch+json');
		expect(merged).toContain(`${head}"{\\"apiVersion\\"`);
		expect(merged).toContain('cannot unmarshal string into Go struct field');
	});

	it('keeps the kind and the version that the object has', async () => {
		const server = new TestServer();
		await server.post(configMaps, configMap('a', {}));
		for (const wrong of [{ kind: 'Secret' }, { apiVersion: 'v9' }]) {
			const { body } = await server.patch(`${configMaps}/a`, wrong, strategic);
			expect(body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
			const answer = await server.patch(`${configMaps}/a`, wrong);
			expect([answer.status, message(answer)]).toEqual([
				422,
				expect.stringContaining('is registered for version'),
			]);
		}
	});

	it('that cannot be merged fails in upstream’s words', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const said = async (patch: object) => {
			const answer = await server.patch(`${deployments}/web`, patch, strategic);
			return [answer.status, message(answer)];
		};
		expect(await said({ $patch: 'foo' })).toEqual([
			500,
			'unknown patch type: foo in map: map[$patch:foo]',
		]);
		const containers = [{ image: 'x' }];
		expect(await said({ spec: { template: { spec: { containers } } } })).toEqual([
			500,
			'map: map[image:x] does not contain declared merge key: name',
		]);
	});

	it('of a scale says what has the wrong type', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const scale = { spec: { replicas: 'x' } };
		const patched = await server.patch(`${deployments}/web/scale`, scale);
		expect([patched.status, message(patched)]).toEqual([
			422,
			expect.stringContaining('into Go struct field ScaleSpec.spec.replicas of type int32'),
		]);
		expect((await server.put(`${deployments}/web/scale`, scale)).status).toBe(400);
	});

	it('cannot make an object larger than etcd takes', async () => {
		const server = new TestServer();
		const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } };
		await server.post('/api/v1/namespaces', body);
		const conditions = [{ type: 'A', status: 'True', message: 'x'.repeat(1_700_000) }];
		const answer = await server.patch('/api/v1/namespaces/n/status', { status: { conditions } });
		expect([answer.status, message(answer)]).toEqual([500, 'etcdserver: request is too large']);
	});

	it('that carries an outdated version conflicts', async () => {
		const server = new TestServer();
		const { body } = await server.post(configMaps, configMap('a', { k: '1' }));
		const { resourceVersion } = body.metadata as { resourceVersion: string };
		await server.patch(`${configMaps}/a`, { data: { k: '2' } });
		const late = await server.patch(`${configMaps}/a`, {
			metadata: { resourceVersion },
			data: { k: '3' },
		});
		expect(late.status).toBe(409);
	});

	it('that tests a value in vain is Invalid', async () => {
		const server = new TestServer();
		await server.post(configMaps, configMap('a', { k: '1' }));
		const patch = [{ op: 'test', path: '/data/k', value: '2' }];
		const answer = await server.patch(`${configMaps}/a`, patch, 'json-patch+json');
		const said = 'the server rejected our request due to an error in our request';
		expect([answer.status, answer.body.reason, message(answer)]).toEqual([422, 'Invalid', said]);
		const astray = [{ op: 'replace', path: '/spec/x', value: 1 }];
		const lost = await server.patch(`${configMaps}/a`, astray, 'json-patch+json');
		expect([lost.status, message(lost)]).toEqual([422, said]);
	});

	it('with dryRun shows the result and keeps nothing', async () => {
		const server = new TestServer();
		await server.post(configMaps, configMap('a', { k: '1' }));
		const tried = await server.patch(`${configMaps}/a?dryRun=All`, { data: { k: '2' } });
		expect(tried.body.data).toEqual({ k: '2' });
		expect((await server.get(`${configMaps}/a`)).body.data).toEqual({ k: '1' });
	});
});
