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
	type Answer,
} from './test-server.ts';

interface Cause {
	field: string;
	message: string;
	reason: string;
}

const causes = (answer: Answer) =>
	(answer.body.details.causes as Cause[]).map(({ field, message: text }) => `${field}: ${text}`);

function container(more: object): { containers: object[] } {
	return { containers: [{ name: 'main', image: 'nginx:1.27', ...more }] };
}

async function refusal(spec: object): Promise<string[]> {
	const answer = await new TestServer().post(pods, pod('web', spec));
	expect([answer.status, answer.body.reason]).toEqual([422, 'Invalid']);
	return causes(answer);
}

describe('decoding', () => {
	it('refuses unknown fields when strict, warns otherwise', async () => {
		const server = new TestServer();
		const containers = [{ name: 'main', image: 'a', imagee: 'b' }];
		const bad = { ...pod('web'), spec: { bogus: 1, containers } };
		const strict = await server.post(`${pods}?fieldValidation=Strict`, bad);
		expect([strict.status, message(strict)]).toEqual([
			400,
			'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.bogus", unknown field "spec.containers[0].imagee"',
		]);
		const warned = await server.post(`${pods}?fieldValidation=Warn`, bad);
		expect(warned.status).toBe(201);
		expect(warned.headers.warning).toBe(
			'299 - "unknown field \\"spec.bogus\\"", 299 - "unknown field \\"spec.containers[0].imagee\\""',
		);
	});

	it.each([
		[
			{ ...deployment('a'), spec: { ...deployment('a'), replicas: '3' } },
			'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
		],
		[
			{ ...deployment('a'), metadata: { name: 'a', labels: { x: 1 } } },
			'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
		],
		[
			{ ...deployment('a'), spec: { template: { spec: { containers: {} } } } },
			'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
		],
	])('names the field of a wrong type', async (body, text) => {
		const answer = await new TestServer().post(deployments, body);
		expect([answer.status, message(answer)]).toEqual([
			400,
			`Deployment in version "v1" cannot be handled as a Deployment: ${text}`,
		]);
	});

	it('refuses what is no quantity and writes quantities in one form', async () => {
		const server = new TestServer();
		const bad = await server.post(
			pods,
			pod('web', container({ resources: { limits: { cpu: 'lots' } } })),
		);
		expect(message(bad)).toBe(
			'Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
		);
		const limits = { cpu: 0.5, memory: '1024Mi' };
		const good = await server.post(pods, pod('web', container({ resources: { limits } })));
		expect(good.body.spec.containers[0].resources).toEqual({
			limits: { cpu: '500m', memory: '1Gi' },
			requests: { cpu: '500m', memory: '1Gi' },
		});
		expect(good.body.status.qosClass).toBe('Guaranteed');
	});

	it('refuses other kinds and versions', async () => {
		const server = new TestServer();
		const answer = await server.post(pods, deployment('web'));
		expect(message(answer)).toBe(
			'the API version in the data (apps/v1) does not match the expected API version (v1)',
		);
		expect((await server.post(pods, configMap('a', {}))).status).toBe(400);
		expect((await server.post(pods, '{"kind":')).status).toBe(400);
	});

	it('leaves zero values out as Go does', async () => {
		const server = new TestServer();
		const env = [{ name: 'EMPTY', value: '' }];
		const { body } = await server.post(
			pods,
			pod('web', { ...container({ env, tty: false, args: [] }), hostNetwork: false }),
		);
		expect(body.spec).not.toHaveProperty('hostNetwork');
		expect(body.spec.containers[0]).not.toHaveProperty('args');
		expect(body.spec.containers[0].env).toEqual([{ name: 'EMPTY' }]);
		expect(body.spec.containers[0].resources).toEqual({});
	});
});

describe('pods', () => {
	it('need a name a host could have', async () => {
		const answer = await new TestServer().post(pods, pod('Bad_Name'));
		expect(message(answer)).toBe(
			"Pod \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
		);
		expect(answer.body.details).toMatchObject({ name: 'Bad_Name', kind: 'Pod' });
	});

	it('need containers with names and images', async () => {
		expect(await refusal({ containers: [] })).toEqual(['spec.containers: Required value']);
		expect(await refusal({ containers: [{ name: 'a' }, { name: 'a', image: 'b' }] })).toEqual([
			'spec.containers[0].image: Required value',
			'spec.containers[1].name: Duplicate value: "a"',
		]);
	});

	it('need ports and mounts that make sense', async () => {
		const ports = [{ containerPort: 70000 }, { name: 'a_b', containerPort: 80, protocol: 'ICMP' }];
		expect(await refusal(container({ ports }))).toEqual([
			'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
			'spec.containers[0].ports[1].name: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
			'spec.containers[0].ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
		]);
		expect(await refusal(container({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }))).toEqual([
			'spec.containers[0].volumeMounts[0].name: Not found: "v"',
		]);
	});

	it('need one kind of probe and requests below limits', async () => {
		expect(await refusal(container({ livenessProbe: {} }))).toEqual([
			'spec.containers[0].livenessProbe: Required value: must specify a handler type',
		]);
		const resources = { limits: { cpu: '1' }, requests: { cpu: '2' } };
		expect(await refusal(container({ resources }))).toEqual([
			'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
		]);
	});

	it('refer to what there can be', async () => {
		const [main] = container({
			terminationMessagePolicy: 'Maybe',
			livenessProbe: { httpGet: { port: 80, scheme: 'FTP' } },
			volumeMounts: [{ name: 'v', mountPath: '/a:b' }],
			env: [
				{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c' } } },
				{ name: 'B', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } },
				{ name: 'C', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } } },
			],
		}).containers;
		const volumes = [
			{ name: 'v', hostPath: { path: '/x', type: 'Disk' } },
			{ name: 'w', configMap: { name: 'c', items: [{ key: 'k', path: '../x' }] } },
		];
		const hostAliases = [{ ip: '1.2.3', hostnames: ['a.b'] }];
		expect(await refusal({ containers: [main], volumes, hostAliases })).toEqual([
			'spec.volumes[0].hostPath.type: Unsupported value: "Disk": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
			'spec.volumes[1].configMap.items[0].path: Invalid value: "../x": must not contain \'..\'',
			'spec.containers[0].terminationMessagePolicy: Unsupported value: "Maybe": supported values: "File", "FallbackToLogsOnError"',
			'spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Required value',
			'spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x',
			'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/a:b": must not contain \':\'',
			'spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
			'spec.hostAliases[0].ip: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
		]);
	});

	it('have a priority class that is there', async () => {
		const answer = await new TestServer().post(pods, pod('web', { priorityClassName: 'high' }));
		expect([answer.status, message(answer)]).toEqual([
			403,
			'pods "web" is forbidden: no PriorityClass with name high was found',
		]);
	});

	it('need known policies', async () => {
		expect(await refusal({ ...container({}), restartPolicy: 'Sometimes' })).toEqual([
			'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
		]);
		expect(await refusal({ ...container({}), dnsPolicy: 'Mine' })).toEqual([
			'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
		]);
		const tolerations = [{ key: 'k', operator: 'Like', effect: 'Never' }];
		expect(await refusal({ ...container({}), tolerations })).toEqual([
			'spec.tolerations[0].operator: Unsupported value: "Like": supported values: "Equal", "Exists"',
			'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
		]);
	});

	it.each([
		[
			undefined,
			['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
		],
		[
			{ searches: ['lan'] },
			[
				'spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None',
			],
		],
		[
			{
				nameservers: ['9.9.9.9', 'fd00::1', '1.1.1.300', '1.1.1.1'],
				searches: ['Lan'],
				options: [{}],
			},
			[
				'spec.dnsConfig.nameservers: Invalid value: []string{"9.9.9.9", "fd00::1", "1.1.1.300", "1.1.1.1"}: must not have more than 3 nameservers',
				'spec.dnsConfig.nameservers[2]: Invalid value: "1.1.1.300": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
				expect.stringContaining('spec.dnsConfig.searches[0]: Invalid value: "Lan"'),
				'spec.dnsConfig.options[0]: Required value: must not be empty',
			],
		],
	])('need a resolver that can be asked: %j', async (dnsConfig, expected) => {
		const spec = { ...container({}), dnsPolicy: 'None', ...(dnsConfig ? { dnsConfig } : {}) };
		expect(await refusal(spec)).toEqual(expected);
	});

	it('may change their image only', async () => {
		const server = new TestServer();
		const { body } = await server.post(pods, pod('web'));
		const [main] = body.spec.containers as object[];
		const image = await server.put(`${pods}/web`, {
			...body,
			spec: { ...body.spec, containers: [{ ...main, image: 'nginx:1.28' }] },
		});
		expect(image.status).toBe(200);
		const env = { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] };
		const refused = await server.patch(`${pods}/web`, { spec: env }, 'strategic-merge-patch+json');
		expect(refused.status).toBe(422);
		expect(message(refused)).toContain(
			'Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n',
		);
		expect(message(refused)).toContain('spec.containers[0].env');
	});

	it('need scheduling rules that can be read', async () => {
		const term = { matchExpressions: [{ key: 'zone', operator: 'In' }] };
		const affinity = {
			nodeAffinity: {
				requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
			},
			podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '' }] },
		};
		const topologySpreadConstraints = [
			{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'Never' },
		];
		expect(await refusal({ ...container({}), affinity, topologySpreadConstraints })).toEqual([
			"spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
			'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
			'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
			'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
		]);
	});

	it('come with warnings for what is allowed and hardly meant', async () => {
		const env = [
			{ name: 'A', value: '1' },
			{ name: 'A', value: '2' },
		];
		const answer = await new TestServer().post(pods, pod('web', container({ env })));
		expect(answer.status).toBe(201);
		expect(answer.headers.warning).toBe(
			'299 - "spec.containers[0].env[1]: hides previous definition of \\"A\\", which may be dropped when using apply"',
		);
	});

	it('with another account need it', async () => {
		const server = new TestServer();
		const answer = await server.post(
			pods,
			pod('web', { ...container({}), serviceAccountName: 'robot' }),
		);
		expect([answer.status, message(answer)]).toEqual([
			403,
			'pods "web" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
		]);
	});
});

describe('deployments', () => {
	const changed = (change: (spec: Record<string, unknown>) => void) => {
		const body = deployment('web') as { spec: Record<string, unknown> };
		change(body.spec);
		return body;
	};

	it('need a selector that matches their template', async () => {
		const body = changed((spec) => (spec.selector = { matchLabels: { app: 'other' } }));
		const answer = await new TestServer().post(deployments, body);
		expect(message(answer)).toBe(
			'Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
		);
		const none = await new TestServer().post(
			deployments,
			changed((spec) => (spec.selector = {})),
		);
		expect(causes(none)[0]).toBe(
			'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment',
		);
	});

	it('cannot change their selector', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		const answer = await server.patch(`${deployments}/web`, {
			spec: {
				selector: { matchLabels: { tier: 'x' } },
				template: { metadata: { labels: { tier: 'x' } } },
			},
		});
		expect(message(answer)).toBe(
			'Deployment.apps "web" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web", "tier":"x"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
		);
	});

	it('need numbers that are not negative and a strategy that can move', async () => {
		const body = changed((spec) => {
			spec.replicas = -1;
			spec.strategy = { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } };
		});
		expect(causes(await new TestServer().post(deployments, body))).toEqual([
			'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
			'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"0%"}: may not be 0 when `maxSurge` is 0',
		]);
	});

	it('restart their pods always', async () => {
		const body = changed((spec) => {
			const template = spec.template as { spec: { restartPolicy?: string } };
			template.spec.restartPolicy = 'Never';
		});
		expect(causes(await new TestServer().post(deployments, body))).toEqual([
			'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
		]);
	});

	it('get every default', async () => {
		const { body } = await new TestServer().post(deployments, deployment('web'));
		expect(body.spec).toMatchObject({
			strategy: {
				type: 'RollingUpdate',
				rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
			},
			revisionHistoryLimit: 10,
			progressDeadlineSeconds: 600,
			template: {
				spec: {
					restartPolicy: 'Always',
					dnsPolicy: 'ClusterFirst',
					schedulerName: 'default-scheduler',
					securityContext: {},
					terminationGracePeriodSeconds: 30,
					containers: [{ imagePullPolicy: 'IfNotPresent', resources: {} }],
				},
			},
		});
	});
});

describe('labels, annotations and data', () => {
	it('have keys and values of the right form', async () => {
		const server = new TestServer();
		const labels = { 'a b': 'x', ok: 'not ok!' };
		const answer = await server.post(configMaps, {
			...configMap('a', { 'bad key': '1' }),
			metadata: { name: 'a', labels },
		});
		expect(
			causes(answer).map((text) => text.slice(0, text.indexOf(': ', text.indexOf('value')) + 30)),
		).toEqual([
			expect.stringContaining('metadata.labels: Invalid value: "a b"'),
			expect.stringContaining('metadata.labels: Invalid value: "not ok!"'),
			expect.stringContaining('data[bad key]: Invalid value: "bad key"'),
		]);
	});

	it('of a sealed ConfigMap stay', async () => {
		const server = new TestServer();
		await server.post(configMaps, { ...configMap('a', { k: '1' }), immutable: true });
		const answer = await server.patch(`${configMaps}/a`, { data: { k: '2' } });
		expect(message(answer)).toBe(
			'ConfigMap "a" is invalid: data: Forbidden: field is immutable when `immutable` is set',
		);
	});

	it('have a size that etcd can take, counted in bytes', async () => {
		const server = new TestServer();
		const half = 'ü'.repeat(280_000);
		const fits = await server.post(configMaps, configMap('fits', { k: half }));
		expect(fits.status).toBe(201);
		const large = await server.post(configMaps, configMap('large', { k: half, l: half }));
		expect(message(large)).toBe(
			'ConfigMap "large" is invalid: []: Too long: may not be more than 1048576 bytes',
		);
		const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };
		const sealed = await server.post('/api/v1/namespaces/default/secrets', {
			...secret,
			stringData: { k: half, l: half },
		});
		expect(message(sealed)).toBe(
			'Secret "s" is invalid: data: Too long: may not be more than 1048576 bytes',
		);
		const annotations = { note: 'ü'.repeat(140_000) };
		const noted = await server.post(configMaps, {
			...configMap('noted', {}),
			metadata: { name: 'noted', annotations },
		});
		expect(message(noted)).toBe(
			'ConfigMap "noted" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
		);
	});

	it('of a Secret are encoded', async () => {
		const server = new TestServer();
		const path = '/api/v1/namespaces/default/secrets';
		const secret = {
			apiVersion: 'v1',
			kind: 'Secret',
			metadata: { name: 's' },
			stringData: { k: 'grün' },
		};
		const { body } = await server.post(path, secret);
		expect([body.data, body.type, body.stringData]).toEqual([
			{ k: 'Z3LDvG4=' },
			'Opaque',
			undefined,
		]);
		const wrong = await server.post(path, {
			...secret,
			metadata: { name: 't' },
			data: { k: 'a*b=' },
		});
		expect(message(wrong)).toContain('illegal base64 data at input byte 1');
	});
});
