import { describe, expect, it } from 'vitest';
import { message, services, TestServer } from './test-server.ts';

function service(name: string, spec: object = {}): object {
	return {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name },
		spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
	};
}

describe('services', () => {
	it('send traffic to their own port where none is named', async () => {
		const server = new TestServer();
		const ports = [
			{ name: 'a', port: 80, targetPort: 0 },
			{ name: 'b', port: 81, targetPort: '' },
			{ name: 'c', port: 82 },
		];
		const body = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'p' }, spec: { ports } };
		const answer = await server.post(services, body);
		const made = answer.body.spec.ports as { targetPort: number }[];
		expect(made.map(({ targetPort }) => targetPort)).toEqual([80, 81, 82]);
	});

	it('ask only for what there is', async () => {
		const refusal = async (spec: object) =>
			message(await new TestServer().post(services, service('web', spec)));
		const head = 'Service "web" is invalid: ';
		expect(await refusal({ externalTrafficPolicy: 'Local' })).toBe(
			`${head}spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services`,
		);
		expect(await refusal({ ipFamilies: ['IPv6'] })).toBe(
			`${head}spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster`,
		);
		expect(await refusal({ ipFamilyPolicy: 'RequireDualStack' })).toBe(
			`${head}spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services`,
		);
		expect(await refusal({ externalIPs: ['x'] })).toBe(
			`${head}spec.externalIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)`,
		);
		const sessionAffinityConfig = { clientIP: { timeoutSeconds: 86_401 } };
		expect(await refusal({ sessionAffinity: 'ClientIP', sessionAffinityConfig })).toBe(
			`${head}spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400`,
		);
	});

	it('may become an ExternalName with what they had as a NodePort', async () => {
		const server = new TestServer();
		const { body } = await server.post(services, service('web', { type: 'NodePort' }));
		const spec = { ...body.spec, type: 'ExternalName', externalName: 'x.org', clusterIP: '' };
		delete spec.clusterIPs;
		const answer = await server.put(`${services}/web`, { ...body, spec });
		expect([answer.status, answer.body.spec.externalTrafficPolicy]).toEqual([200, undefined]);
	});

	it('get an address and defaults', async () => {
		const { body } = await new TestServer().post(services, service('web'));
		const { clusterIP } = body.spec as { clusterIP: string };
		expect(clusterIP).toMatch(/^10\.96\.\d+\.\d+$/);
		expect(body.spec).toEqual({
			selector: { app: 'web' },
			ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
			type: 'ClusterIP',
			clusterIP,
			clusterIPs: [clusterIP],
			sessionAffinity: 'None',
			internalTrafficPolicy: 'Cluster',
			ipFamilies: ['IPv4'],
			ipFamilyPolicy: 'SingleStack',
		});
		expect(body.status).toEqual({ loadBalancer: {} });
	});

	it('get addresses of their own', async () => {
		const server = new TestServer({ serviceClusterIpRange: '10.96.0.0/28' });
		const seen = new Set<string>(['10.96.0.1']);
		for (let i = 0; i < 13; i++) {
			const { body } = await server.post(services, service(`s${i}`));
			seen.add(body.spec.clusterIP as string);
		}
		expect(seen.size).toBe(14);
		const full = await server.post(services, service('full'));
		expect([full.status, message(full)]).toEqual([
			500,
			'Internal error occurred: failed to allocate a serviceIP: range is full',
		]);
	});

	it('take the address they ask for when it is free and in range', async () => {
		const server = new TestServer();
		const dns = await server.post(services, service('dns', { clusterIP: '10.96.0.10' }));
		expect(dns.body.spec.clusterIPs).toEqual(['10.96.0.10']);
		const taken = await server.post(services, service('b', { clusterIP: '10.96.0.10' }));
		expect(message(taken)).toBe(
			'Service "b" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.10"}: failed to allocate IP 10.96.0.10: provided IP is already allocated',
		);
		const outside = await server.post(services, service('c', { clusterIP: '10.1.0.1' }));
		expect(message(outside)).toContain('the provided IP (10.1.0.1) is not in the valid range');
	});

	it('may be headless or a name', async () => {
		const server = new TestServer();
		const headless = await server.post(services, service('h', { clusterIP: 'None' }));
		expect(headless.body.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
		const external = { type: 'ExternalName', externalName: 'example.com', ports: [] };
		const { body } = await server.post(services, service('e', external));
		expect(body.spec).not.toHaveProperty('clusterIP');
		expect(await server.table(services)).toContainEqual([
			'e',
			'ExternalName',
			'<none>',
			'example.com',
			'<none>',
			'0s',
			'app=e',
		]);
	});

	it('get node ports and keep them', async () => {
		const server = new TestServer();
		const { body } = await server.post(services, service('web', { type: 'NodePort' }));
		const { nodePort } = body.spec.ports[0] as { nodePort: number };
		expect(nodePort).toBeGreaterThanOrEqual(30000);
		expect(nodePort).toBeLessThanOrEqual(32767);
		expect(body.spec.externalTrafficPolicy).toBe('Cluster');
		const updated = await server.put(`${services}/web`, service('web', { type: 'NodePort' }));
		expect(updated.body.spec.ports[0].nodePort).toBe(nodePort);
		expect(updated.body.spec.clusterIP).toBe(body.spec.clusterIP);
		expect(updated.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
	});

	it('cannot share a node port or leave the range', async () => {
		const server = new TestServer();
		const at = (name: string, nodePort: number) =>
			server.post(services, service(name, { type: 'NodePort', ports: [{ port: 80, nodePort }] }));
		await at('a', 30080);
		expect(message(await at('b', 30080))).toBe(
			'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
		);
		expect(message(await at('c', 80))).toBe(
			'Service "c" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
		);
	});

	it('change their type there and back', async () => {
		const server = new TestServer();
		const { body } = await server.post(services, service('web', { type: 'NodePort' }));
		const plain = await server.put(`${services}/web`, {
			...body,
			spec: { ...body.spec, type: 'ClusterIP' },
		});
		expect(plain.body.spec.ports[0]).not.toHaveProperty('nodePort');
		expect(plain.body.spec).not.toHaveProperty('externalTrafficPolicy');
		const back = await server.patch(`${services}/web`, { spec: { type: 'LoadBalancer' } });
		expect(back.body.spec.ports[0].nodePort).toBeGreaterThanOrEqual(30000);
		expect((await server.table(services))[1]?.slice(0, 4)).toEqual([
			'web',
			'LoadBalancer',
			body.spec.clusterIP,
			'<pending>',
		]);
	});

	it('keep their address', async () => {
		const server = new TestServer();
		await server.post(services, service('web'));
		const answer = await server.patch(`${services}/web`, {
			spec: { clusterIP: '10.96.9.9', clusterIPs: ['10.96.9.9'] },
		});
		expect(message(answer)).toBe(
			'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: []string{"10.96.9.9"}: may not change once set',
		);
	});

	it('need named ports when there are several, and each once', async () => {
		const server = new TestServer();
		const two = await server.post(services, service('a', { ports: [{ port: 80 }, { port: 81 }] }));
		expect(message(two)).toBe(
			'Service "a" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]',
		);
		const none = await server.post(services, service('b', { ports: [] }));
		expect(message(none)).toBe('Service "b" is invalid: spec.ports: Required value');
		const name = await server.post(services, service('1a'));
		expect(message(name)).toContain('a DNS-1035 label must consist of lower case');
	});
});

describe('the cluster’s own objects', () => {
	it('are there from the start', async () => {
		const server = new TestServer();
		const kubernetes = await server.get(`${services}/kubernetes`);
		expect(kubernetes.body.spec).toMatchObject({
			clusterIP: '10.96.0.1',
			ports: [{ name: 'https', port: 443, targetPort: 6443 }],
		});
		const list = await server.get('/api/v1/namespaces');
		expect(
			list.body.items.map((item: { metadata: { name: string } }) => item.metadata.name),
		).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
	});
});
