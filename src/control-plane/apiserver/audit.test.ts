import { describe, expect, it } from 'vitest';
import { WholeControlPlane } from '../controller-manager/test-control-plane.ts';
import { fromNode } from './audit.ts';
import { TestServer } from './test-server.ts';

const pods = '/api/v1/namespaces/default/pods';
const pod = (name: string) => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: { name },
	spec: { containers: [{ name: 'c', image: 'busybox' }] },
});

/** `verb resource name code` of what the server was asked to write. */
function told(server: TestServer, since = 0): string[] {
	return server.api.audit
		.since(since)
		.entries.map(({ verb, resource, name, code }) => `${verb} ${resource} ${name} ${code}`);
}

describe('the audit log', () => {
	it('keeps writes with their verb, their object and the answer, and no reads', async () => {
		const server = new TestServer();
		await server.post(pods, pod('p'));
		await server.get(`${pods}/p`);
		await server.post(pods, pod('p'));
		await server.patch(`${pods}/p`, { metadata: { labels: { a: 'b' } } });
		await server.patch(`${pods}/p/status`, { status: { phase: 'Running' } });
		await server.put(`${pods}/p`, {});
		await server.post(`${pods}/p/binding`, {
			apiVersion: 'v1',
			kind: 'Binding',
			metadata: { name: 'p' },
			target: { kind: 'Node', name: 'node-1' },
		});
		await server.delete(`${pods}/p`);
		await server.delete(pods);
		expect(told(server)).toEqual([
			'create pods p 201',
			'create pods p 409',
			'patch pods p 200',
			'patch pods/status p 200',
			expect.stringMatching(/^update pods p 4\d\d$/),
			'create pods/binding p 201',
			expect.stringMatching(/^delete pods p 20\d$/),
			'deletecollection pods  200',
		]);
	});

	it('goes on from a number, and leaves out heartbeats', async () => {
		const server = new TestServer();
		await server.post(pods, pod('one'));
		const { next } = server.api.audit.since(0);
		await server.post('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
			apiVersion: 'coordination.k8s.io/v1',
			kind: 'Lease',
			metadata: { name: 'node-1' },
		});
		await server.post(pods, pod('two'));
		expect(told(server, next)).toEqual(['create pods two 201']);
	});

	it('says who asked: kubectl with its node, controllers each by its name', async () => {
		const cluster = new WholeControlPlane();
		await cluster.start(['node-1']);
		const kubectl = fromNode(cluster.server, 'node-1');
		await kubectl.request({
			method: 'POST',
			path: '/apis/apps/v1/namespaces/default/deployments',
			headers: { 'user-agent': 'kubectl/v1.33.1 (linux/386) kubernetes/drydock' },
			body: JSON.stringify({
				apiVersion: 'apps/v1',
				kind: 'Deployment',
				metadata: { name: 'web' },
				spec: {
					selector: { matchLabels: { app: 'web' } },
					template: {
						metadata: { labels: { app: 'web' } },
						spec: { containers: [{ name: 'c', image: 'nginx:1' }] },
					},
				},
			}),
		});
		const wrote = (verb: string, resource: string) => {
			const { entries } = cluster.server.audit.since(0);
			return entries.find((event) => event.verb === verb && event.resource === resource);
		};
		await expect.poll(() => wrote('create', 'pods/binding')?.userAgent).toBe('kube-scheduler');
		expect(wrote('create', 'deployments')).toMatchObject({
			userAgent: 'kubectl/v1.33.1 (linux/386) kubernetes/drydock',
			node: 'node-1',
			namespace: 'default',
			name: 'web',
		});
		expect(wrote('create', 'replicasets')).toMatchObject({
			userAgent: 'deployment-controller',
			name: expect.stringMatching(/^web-/) as unknown,
		});
		expect(wrote('create', 'pods')?.userAgent).toBe('replicaset-controller');
		const set = await cluster.client.replicasets('default').list();
		const { managedFields } = set.items[0]?.metadata as { managedFields?: { manager: string }[] };
		expect(managedFields?.map(({ manager }) => manager)).toContain('kube-controller-manager');
		cluster.stop();
	});
});
