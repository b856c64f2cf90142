import { expect, it } from 'vitest';
import type { HttpRequest, HttpResponse, Transport } from '../api/transport.ts';
import { resourceForKind, resourcePath, resources } from './resources.ts';
import { Client } from './rest.ts';
import { isGone, StatusError } from './status.ts';

function client(answer: Partial<HttpResponse> = {}) {
	const sent: HttpRequest[] = [];
	const transport: Transport = {
		request: async (request) => {
			sent.push(request);
			return { status: 200, headers: {}, body: '{}', ...answer };
		},
		upgrade: () => Promise.reject(new Error('no')),
	};
	return { sent, client: new Client(transport, { userAgent: 'test', fieldManager: 'me' }) };
}

it('knows the paths of resources', () => {
	expect(resourcePath(resources.pods, 'default', 'p', 'log')).toBe(
		'/api/v1/namespaces/default/pods/p/log',
	);
	expect(resourcePath(resources.deployments)).toBe('/apis/apps/v1/deployments');
	expect(resourcePath(resources.nodes, 'ignored', 'n')).toBe('/api/v1/nodes/n');
	expect(resourceForKind('discovery.k8s.io/v1', 'EndpointSlice')).toBe(resources.endpointslices);
	expect(resourceForKind('v1', 'Deployment')).toBeUndefined();
});
it('sends what the protocol wants', async () => {
	const { sent, client: c } = client();
	await c.pods('default').list({ labelSelector: 'a=b', limit: 5 });
	await c.pods('default').patch('p', [], 'json', { subresource: 'status' });
	await c.pods('default').delete('p', { gracePeriodSeconds: 0 });
	await c.pods('default').post('p', 'binding', { x: 1 });
	const accept = 'application/json';
	expect(sent).toEqual([
		{
			method: 'GET',
			path: '/api/v1/namespaces/default/pods?labelSelector=a%3Db&limit=5',
			headers: { accept, 'user-agent': 'test' },
		},
		{
			method: 'PATCH',
			path: '/api/v1/namespaces/default/pods/p/status?fieldManager=me',
			headers: { accept, 'user-agent': 'test', 'content-type': 'application/json-patch+json' },
			body: '[]',
		},
		{
			method: 'DELETE',
			path: '/api/v1/namespaces/default/pods/p',
			headers: { accept, 'user-agent': 'test', 'content-type': 'application/json' },
			body: '{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0}',
		},
		{
			method: 'POST',
			path: '/api/v1/namespaces/default/pods/p/binding?fieldManager=me',
			headers: { accept, 'user-agent': 'test', 'content-type': 'application/json' },
			body: '{"x":1}',
		},
	]);
});
it('turns failures into StatusErrors, also such without a Status', async () => {
	const { client: c } = client({ status: 502, body: 'bad gateway\n' });
	const error = await c
		.pods('x')
		.get('p')
		.catch((failure: unknown) => failure);
	expect(error).toBeInstanceOf(StatusError);
	expect(error).toMatchObject({ code: 502, message: 'bad gateway' });
});
it('reads a watch in pieces of any size, and throws its ERROR event', async () => {
	const lines =
		'{"type":"ADDED","object":{"n":1}}\n{"type":"MODIFIED","object":{"n":"ü"}}\n{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}\n';
	const bytes = new TextEncoder().encode(lines);
	async function* pieces() {
		for (let at = 0; at < bytes.length; at += 7) yield bytes.slice(at, at + 7);
	}
	const { client: c } = client({ body: pieces() });
	const seen: unknown[] = [];
	const watch = async () => {
		for await (const event of c.pods().watch({}, new AbortController().signal)) seen.push(event);
	};
	await expect(watch()).rejects.toSatisfy(isGone);
	expect(seen).toEqual([
		{ type: 'ADDED', object: { n: 1 } },
		{ type: 'MODIFIED', object: { n: 'ü' } },
	]);
});
