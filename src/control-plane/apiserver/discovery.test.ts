import { describe, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';

const aggregated =
	'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

describe('discovery', () => {
	it('is aggregated for those who ask, in their version', async () => {
		const server = new TestServer();
		const { body, headers } = await server.get('/apis', { accept: aggregated });
		expect(headers['content-type']).toBe(
			'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
		);
		expect(body.apiVersion).toBe('apidiscovery.k8s.io/v2');
		const apps = (
			body.items as { metadata: { name: string }; versions: { resources: unknown[] }[] }[]
		).find(({ metadata }) => metadata.name === 'apps');
		expect(apps?.versions[0]?.resources).toContainEqual({
			resource: 'deployments',
			responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
			scope: 'Namespaced',
			singularResource: 'deployment',
			verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
			shortNames: ['deploy'],
			categories: ['all'],
			subresources: [
				{
					subresource: 'scale',
					responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
					verbs: ['get', 'patch', 'update'],
				},
				{
					subresource: 'status',
					responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
					verbs: ['get', 'patch', 'update'],
				},
			],
		});
		const beta = aggregated.slice(aggregated.indexOf(',') + 1);
		expect((await server.get('/api', { accept: beta })).body.apiVersion).toBe(
			'apidiscovery.k8s.io/v2beta1',
		);
	});

	it('is a tree for everybody else', async () => {
		const server = new TestServer();
		expect((await server.get('/api')).body).toMatchObject({
			kind: 'APIVersions',
			versions: ['v1'],
		});
		const groups = (await server.get('/apis')).body.groups as { name: string }[];
		expect(groups.map(({ name }) => name)).toContain('discovery.k8s.io');
		const { body } = await server.get('/api/v1');
		expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
		expect(body.resources).toContainEqual({
			name: 'pods/eviction',
			singularName: '',
			namespaced: true,
			group: 'policy',
			version: 'v1',
			kind: 'Eviction',
			verbs: ['create'],
		});
		expect((await server.get('/apis/apps')).body.preferredVersion.groupVersion).toBe('apps/v1');
	});
});

describe('openapi', () => {
	it('v2 is the smallest document that clients accept', async () => {
		const { headers, body } = await new TestServer().get('/openapi/v2');
		expect(headers['content-type']).toBe(
			'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
		);
		expect([...(body as Uint8Array)].length).toBe(13);
	});

	it('v3 is an index of documents that never change', async () => {
		const server = new TestServer();
		const index = await server.get('/openapi/v3');
		const url = index.body.paths['apis/apps/v1'].serverRelativeURL as string;
		expect(url).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]+$/);
		const document = await server.get(url);
		expect(document.headers['cache-control']).toBe('public, immutable');
		const again = await server.get(url, { 'if-none-match': document.headers.etag ?? '' });
		expect(again.status).toBe(304);
		expect(
			(await server.get('/openapi/v3', { 'if-none-match': index.headers.etag ?? '' })).status,
		).toBe(304);
	});

	it('v3 describes kinds, keys and patch strategies', async () => {
		const { body } = await new TestServer().get('/openapi/v3/api/v1');
		const schemas = body.components.schemas as Record<
			string,
			{ properties: Record<string, object> }
		>;
		expect(schemas['io.k8s.api.core.v1.Pod']).toMatchObject({
			'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }],
		});
		expect(schemas['io.k8s.api.core.v1.PodSpec']?.properties.containers).toMatchObject({
			type: 'array',
			'x-kubernetes-list-type': 'map',
			'x-kubernetes-list-map-keys': ['name'],
			'x-kubernetes-patch-merge-key': 'name',
			'x-kubernetes-patch-strategy': 'merge',
		});
		const { patch } = body.paths['/api/v1/namespaces/{namespace}/pods/{name}'] as {
			patch: { parameters: { name: string }[]; 'x-kubernetes-group-version-kind': object };
		};
		expect(patch['x-kubernetes-group-version-kind']).toEqual({
			group: '',
			version: 'v1',
			kind: 'Pod',
		});
		expect(patch.parameters.map(({ name }) => name)).toContain('fieldValidation');
	});

	it('v3 refers to nothing that is missing', async () => {
		const server = new TestServer();
		const { paths } = (await server.get('/openapi/v3')).body as {
			paths: Record<string, { serverRelativeURL: string }>;
		};
		for (const { serverRelativeURL } of Object.values(paths)) {
			const { body } = await server.get(serverRelativeURL);
			const text = JSON.stringify(body);
			const schemas = body.components.schemas as object;
			for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
				expect(schemas).toHaveProperty([name]);
		}
	});
});
