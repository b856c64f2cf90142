import { expect, it } from 'vitest';
import { decode } from './decode.ts';
import { configMap, configMaps, TestServer } from './test-server.ts';

const lists: [string, string, object, object][] = [
	['a struct', 'NodeSpec', { taints: [null] }, { taints: [{ key: '', effect: '' }] }],
	['a field', 'Taint', { key: null, value: null }, { key: '', effect: '' }],
	['a text', 'NamespaceSpec', { finalizers: [null] }, { finalizers: [''] }],
	['a value', 'ConfigMap', { data: { a: null } }, { metadata: {}, data: { a: '' } }],
	['a quantity', 'ResourceRequirements', { limits: { cpu: null } }, { limits: { cpu: '0' } }],
];
it.each(lists)('makes Go’s zero value of null for %s', (_, type, given, expected) => {
	expect(decode(type, given).value).toEqual(expected);
});

it('writes what Go always writes, and nothing else', () => {
	expect(decode('PortStatus', {}).value).toEqual({ port: 0, protocol: '' });
	expect(decode('TCPSocketAction', {}).value).toEqual({ port: 0 });
	expect(decode('Taint', {}, false).value).toEqual({});
});

it('lets rules see values of their types', async () => {
	const server = new TestServer();
	const metadata = { name: 'a' };
	for (const taints of [[null], [{}], [{ key: null, effect: null }]]) {
		const refused = await server.post('/api/v1/nodes', { metadata, spec: { taints } });
		expect(refused).toMatchObject({ status: 422 });
	}
});

const writes: [string, string][] = [
	['POST', 'CreateOptions'],
	['PUT', 'UpdateOptions'],
	['PATCH', 'PatchOptions'],
	['DELETE', 'DeleteOptions'],
];
it.each(writes)('names the options of a dry run of a %s', async (method, kind) => {
	const server = new TestServer();
	const body = configMap('a', {});
	await server.post(configMaps, body);
	const path = `${method === 'POST' ? configMaps : `${configMaps}/a`}?dryRun=x`;
	const headers = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {};
	const answer = await server.send(method, path, method === 'DELETE' ? undefined : body, headers);
	expect(answer).toMatchObject({
		status: 422,
		body: { message: expect.stringMatching(`^${kind}.meta.k8s.io "" is invalid: dryRun: `) },
	});
});
