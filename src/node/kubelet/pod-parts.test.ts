import { describe, expect, it } from 'vitest';
import type { Container, ContainerStatus, Pod, PodSpec, Service } from '../../api/kubernetes.ts';
import { ManualClock } from '../../util/clock.ts';
import { atomicWrite, samePayload, stampDirectory } from './atomic-writer.ts';
import { podDns, verifyRunAsNonRoot } from './container-config.ts';
import { defaultOptions } from './config.ts';
import { CrashBackoff, goDuration } from './crash-backoff.ts';
import { makeEnvironment, type EnvSources } from './env.ts';
import { expand } from './expansion.ts';
import { FakeEngine } from './fake-engine.ts';
import { fieldValue, resourceValue } from './field-path.ts';
import { parseResolvConf } from './node-dns.ts';
import { referencedObjects } from './object-cache.ts';
import { podCgroupOps } from './pod-cgroup.ts';
import { podConditions } from './pod-conditions.ts';
import { podPhase } from './pod-phase.ts';
import { cpuShares, cpuWeight, oomScoreAdj, podCgroup, qosClass } from './qos.ts';
import { statusPatch } from './status-writer.ts';

function podOf(spec: Partial<PodSpec>): Pod {
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			name: 'web',
			namespace: 'shop',
			uid: 'u1',
			resourceVersion: '1',
			creationTimestamp: '',
			labels: { app: 'web', tier: 'front' },
			annotations: { note: 'say "hi"' },
		},
		spec: { containers: [{ name: 'c', image: 'nginx' }], nodeName: 'node1', ...spec },
		status: {},
	};
}

function sources(over: Partial<EnvSources> = {}): EnvSources {
	return {
		configMap: () => Promise.resolve(undefined),
		secret: () => Promise.resolve(undefined),
		services: [],
		addresses: { podIp: '10.244.1.5', hostIp: '192.168.56.11' },
		allocatable: { cpu: '1', memory: String(96 << 20) },
		...over,
	};
}

const meta = { uid: '', resourceVersion: '', creationTimestamp: '' };

describe('expansion', () => {
	it.each([
		['$(A)', 'x'],
		['a$(A)b$(B)', 'axby'],
		['$(UNKNOWN)', '$(UNKNOWN)'],
		['$$(A)', '$(A)'],
		['$$$(A)', '$x'],
		['$A $ $', '$A $ $'],
		['$(A', '$(A'],
		['$()', '$()'],
		['$(A)$', 'x$'],
	])('makes %s of it: %s', (text, wanted) => {
		const values: Record<string, string> = { A: 'x', B: 'y' };
		expect(expand(text, (name) => values[name])).toBe(wanted);
	});
});

describe('environment', () => {
	const web: Service = {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'my-db', namespace: 'shop', ...meta },
		spec: { clusterIP: '10.96.0.7', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] },
		status: { loadBalancer: {} },
	};
	const kubernetes: Service = {
		...web,
		metadata: { name: 'kubernetes', namespace: 'default', ...meta },
		spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] },
	};
	const env = async (container: Partial<Container>, over: Partial<EnvSources> = {}, spec = {}) =>
		Object.fromEntries(
			await makeEnvironment(podOf(spec), { name: 'c', ...container }, sources(over)),
		);

	it('lets later values refer to earlier ones and to Services', async () => {
		const found = await env(
			{
				env: [
					{ name: 'A', value: '1' },
					{ name: 'B', value: '$(A)-$(C)-$(MY_DB_SERVICE_HOST)' },
					{ name: 'C', value: '3' },
				],
			},
			{ services: [web] },
		);
		expect(found).toMatchObject({ A: '1', B: '1-$(C)-10.96.0.7' });
	});

	it('links Services of the namespace, and always the API', async () => {
		const linked = await env({}, { services: [web, kubernetes] });
		expect(linked).toMatchObject({
			MY_DB_SERVICE_HOST: '10.96.0.7',
			MY_DB_SERVICE_PORT: '5432',
			MY_DB_SERVICE_PORT_SQL: '5432',
			MY_DB_PORT: 'tcp://10.96.0.7:5432',
			MY_DB_PORT_5432_TCP_ADDR: '10.96.0.7',
			KUBERNETES_SERVICE_HOST: '10.96.0.1',
		});
		const unlinked = await env({}, { services: [web, kubernetes] }, { enableServiceLinks: false });
		expect(Object.keys(unlinked).filter((name) => name.startsWith('MY_DB'))).toEqual([]);
		expect(unlinked['KUBERNETES_PORT_443_TCP']).toBe('tcp://10.96.0.1:443');
	});

	it('reads ConfigMaps and Secrets, whole with a prefix or by key', async () => {
		const configMap = {
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name: 'cm', ...meta },
			data: { a: '1' },
		};
		const secret = {
			apiVersion: 'v1',
			kind: 'Secret',
			metadata: { name: 's', ...meta },
			data: { pw: btoa('geheim') },
		};
		const over = {
			configMap: () => Promise.resolve(configMap),
			secret: () => Promise.resolve(secret),
		};
		const found = await env(
			{
				envFrom: [{ prefix: 'X_', configMapRef: { name: 'cm' } }],
				env: [{ name: 'PW', valueFrom: { secretKeyRef: { name: 's', key: 'pw' } } }],
			},
			over,
		);
		expect(found).toMatchObject({ X_a: '1', PW: 'geheim' });
		const missing = { name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'zz' } } };
		await expect(env({ env: [missing] }, over)).rejects.toThrow(
			"couldn't find key zz in ConfigMap shop/cm",
		);
		const optional = {
			name: 'A',
			valueFrom: { configMapKeyRef: { name: 'no', key: 'zz', optional: true } },
		};
		expect(await env({ env: [optional] })).toEqual({});
		await expect(env({ envFrom: [{ secretRef: { name: 'no' } }] })).rejects.toThrow(
			'secret "no" not found',
		);
	});

	it.each([
		['metadata.name', 'web'],
		['metadata.namespace', 'shop'],
		["metadata.labels['app']", 'web'],
		["metadata.annotations['note']", 'say "hi"'],
		['metadata.labels', 'app="web"\ntier="front"'],
		['metadata.annotations', 'note="say \\"hi\\""'],
		['spec.nodeName', 'node1'],
		['status.podIP', '10.244.1.5'],
		['status.hostIP', '192.168.56.11'],
	])('knows %s', (path, wanted) => {
		expect(fieldValue(podOf({}), path, sources().addresses)).toBe(wanted);
	});

	it.each([
		['limits.cpu', undefined, '2'],
		['limits.cpu', '1m', '1500'],
		['requests.memory', '1Mi', '64'],
		['limits.memory', '1', String(96 << 20)],
	])('computes %s in units of %s', (resource, divisor, wanted) => {
		const container = {
			name: 'c',
			resources: { limits: { cpu: '1500m' }, requests: { memory: '64Mi' } },
		};
		expect(resourceValue(container, resource, divisor, sources().allocatable)).toBe(wanted);
	});
});

describe('quality of service', () => {
	const all = { cpu: '100m', memory: '32Mi' };
	it.each([
		['BestEffort', {}, 'kubepods/besteffort/podu1', 1000],
		['Burstable', { requests: { memory: '48Mi' } }, 'kubepods/burstable/podu1', 500],
		['Burstable', { limits: { cpu: '1' } }, 'kubepods/burstable/podu1', 999],
		['Guaranteed', { limits: all, requests: all }, 'kubepods/podu1', -997],
		['Guaranteed', { limits: all }, 'kubepods/podu1', -997],
	] as const)('%s for %o', (qos, resources, cgroup, score) => {
		const container = { name: 'c', resources };
		const pod = podOf({ containers: [container] });
		expect(qosClass(pod)).toBe(qos);
		expect(podCgroup(pod)).toBe(cgroup);
		expect(oomScoreAdj(pod, container, 96 << 20)).toBe(score);
	});

	it('weighs CPU as runtimes do', () => {
		expect([0, 100, 250, 1000, 4000].map((m) => cpuWeight(cpuShares(m)))).toEqual([
			1, 4, 10, 39, 157,
		]);
	});

	it('limits the pod as a whole only when each container has a limit', () => {
		const limited = { name: 'a', resources: { limits: { memory: '10Mi', cpu: '500m' } } };
		const written = (containers: Container[]) =>
			podCgroupOps(podOf({ containers })).flatMap((op) =>
				op.op === 'write' && /\.max$/.test(op.path)
					? [`${op.path.split('/').at(-1)} ${String(op.data)}`]
					: [],
			);
		expect(written([limited, { ...limited, name: 'b' }])).toEqual([
			'cpu.max 100000 100000',
			'memory.max 20971520',
		]);
		expect(written([limited, { name: 'b' }])).toEqual([]);
	});
});

describe('back-off', () => {
	it('doubles to its limit and starts anew after a long quiet time', async () => {
		const clock = new ManualClock();
		const backoff = new CrashBackoff(clock, 10_000, 300_000);
		const delays: string[] = [];
		for (let crash = 0; crash < 8; crash++) {
			expect(backoff.remaining('k', clock.now())).toBe(backoff.delay('k'));
			await clock.advance(backoff.delay('k'));
			backoff.next('k', clock.now());
			delays.push(goDuration(backoff.delay('k')));
		}
		expect(delays).toEqual(['10s', '20s', '40s', '1m20s', '2m40s', '5m0s', '5m0s', '5m0s']);
		await clock.advance(601_000);
		expect(backoff.remaining('k', clock.now())).toBe(0);
		backoff.next('k', clock.now());
		expect(goDuration(backoff.delay('k'))).toBe('10s');
	});
});

describe('atomic writer', () => {
	const payload = (files: Record<string, string>) =>
		new Map(
			Object.entries(files).map(([path, text]) => [
				path,
				{ data: new TextEncoder().encode(text), mode: 0o644 },
			]),
		);

	it('swaps a whole directory and removes what is gone', () => {
		const before = { payload: payload({ a: '1', 'd/e': '2' }), directory: '..old' };
		const ops = atomicWrite('/v', payload({ a: '9', n: '3' }), '..new', before).map((op) =>
			Object.values(op)
				.filter((value) => typeof value === 'string')
				.join(' '),
		);
		expect(ops).toEqual([
			'mkdir /v/..new',
			'write /v/..new/a',
			'write /v/..new/n',
			'symlink ..new /v/..data_tmp',
			'rename /v/..data_tmp /v/..data',
			'symlink ..data/n /v/n',
			'remove /v/d',
			'remove /v/..old',
		]);
	});

	it('tells equal payloads and names directories by time', () => {
		expect(samePayload(payload({ a: '1' }), payload({ a: '1' }))).toBe(true);
		expect(samePayload(payload({ a: '1' }), payload({ a: '2' }))).toBe(false);
		expect(stampDirectory(Date.UTC(2026, 0, 31, 9, 5, 59, 7), 3)).toBe(
			'..2026_01_31_09_05_59.007000003',
		);
	});
});

function status(name: string, over: Partial<ContainerStatus>): ContainerStatus {
	return {
		name,
		state: {},
		lastState: {},
		ready: false,
		restartCount: 0,
		image: '',
		imageID: '',
		...over,
	};
}
const running = { state: { running: { startedAt: '' } } };
const ended = (exitCode: number) => ({ state: { terminated: { exitCode } } });
const crashed = (exitCode: number) => ({
	state: { waiting: {} },
	lastState: { terminated: { exitCode } },
});

describe('phase', () => {
	it.each([
		['Always', [running], 'Running'],
		['Always', [{}], 'Pending'],
		['Always', [ended(1)], 'Running'],
		['Always', [crashed(1)], 'Running'],
		['Never', [ended(0)], 'Succeeded'],
		['Never', [ended(1)], 'Failed'],
		['OnFailure', [ended(0)], 'Succeeded'],
		['OnFailure', [ended(1)], 'Running'],
		['Never', [ended(0), running], 'Running'],
		['Never', [ended(0), ended(2)], 'Failed'],
		['Always', [running, {}], 'Pending'],
	] as const)('with %s and %j is %s', (restartPolicy, states, wanted) => {
		const containers = states.map((_state, index) => ({ name: `c${index}` }));
		const main = states.map((state, index) =>
			status(`c${index}`, state as Partial<ContainerStatus>),
		);
		expect(podPhase(podOf({ restartPolicy, containers }), [], main, false)).toBe(wanted);
	});

	it('waits for init containers, and fails with them', () => {
		const pod = podOf({ initContainers: [{ name: 'i' }], restartPolicy: 'Never' });
		const main = [status('c', {})];
		expect(podPhase(pod, [status('i', running)], main, false)).toBe('Pending');
		expect(podPhase(pod, [status('i', ended(1))], main, false)).toBe('Failed');
	});
});

describe('conditions', () => {
	const facts = { phase: 'Running' as const, hasNetwork: true, now: '2026-01-01T00:00:10Z' };
	it('keep the time of the last change, and conditions of others', () => {
		const pod = podOf({});
		pod.status.conditions = [{ type: 'Other', status: 'True' }];
		const ready = [status('c', { ...running, ready: true, started: true })];
		const first = podConditions(pod, { ...facts, all: ready }, []);
		const second = podConditions(pod, { ...facts, all: ready, now: '2026-01-01T00:00:20Z' }, first);
		expect(second).toEqual(first);
		expect(first.at(-1)).toEqual({ type: 'Other', status: 'True' });
		const third = podConditions(
			pod,
			{ ...facts, all: [status('c', running)], now: '2026-01-01T00:00:30Z' },
			first,
		);
		expect(third.find(({ type }) => type === 'Ready')?.lastTransitionTime).toBe(
			'2026-01-01T00:00:30Z',
		);
	});

	it('waits for readiness gates', () => {
		const pod = podOf({ readinessGates: [{ conditionType: 'x/y' }] });
		const all = [status('c', { ...running, ready: true, started: true })];
		expect(
			podConditions(pod, { ...facts, all }, []).find(({ type }) => type === 'Ready'),
		).toMatchObject({
			status: 'False',
			reason: 'ReadinessGatesNotReady',
			message: 'corresponding condition of pod readiness gate "x/y" does not exist.',
		});
	});
});

describe('status patch', () => {
	it('names what changed, nulls what is gone, and replaces addresses', () => {
		const written = {
			phase: 'Pending' as const,
			message: 'old',
			podIPs: [{ ip: '10.0.0.1' }],
			conditions: [
				{ type: 'Ready', status: 'False' as const, reason: 'ContainersNotReady', message: 'm' },
			],
			qosClass: 'BestEffort' as const,
		};
		const next = {
			phase: 'Running' as const,
			podIPs: [{ ip: '10.0.0.2' }],
			conditions: [{ type: 'Ready', status: 'True' as const }],
			qosClass: 'BestEffort' as const,
		};
		expect(statusPatch('u1', next, written)).toEqual({
			metadata: { uid: 'u1' },
			status: {
				phase: 'Running',
				message: null,
				podIPs: [{ $patch: 'replace' }, { ip: '10.0.0.2' }],
				conditions: [{ type: 'Ready', status: 'True', reason: null, message: null }],
			},
		});
	});
});

describe('DNS of a pod', () => {
	const nodeDns = parseResolvConf('nameserver 192.168.56.1\nsearch lan\noptions edns0 trust-ad\n');
	it.each([
		[
			{},
			['10.96.0.10'],
			['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
			['ndots:5'],
		],
		[{ dnsPolicy: 'Default' as const }, ['192.168.56.1'], ['lan'], ['edns0', 'trust-ad']],
		[{ hostNetwork: true }, ['192.168.56.1'], ['lan'], ['edns0', 'trust-ad']],
		[
			{
				dnsPolicy: 'None' as const,
				dnsConfig: { nameservers: ['9.9.9.9'], options: [{ name: 'ndots', value: '2' }] },
			},
			['9.9.9.9'],
			[],
			['ndots:2'],
		],
	])('for %o', (spec, nameservers, searches, options) => {
		expect(podDns(podOf(spec), defaultOptions, nodeDns)).toEqual({
			nameservers,
			searches,
			options,
		});
	});
});

describe('runAsNonRoot', () => {
	const image = new FakeEngine(new ManualClock()).addImage('nginx');
	it('refuses root from the image and from the pod', () => {
		const pod = podOf({ securityContext: { runAsNonRoot: true } });
		const container = { name: 'c' };
		expect(() => verifyRunAsNonRoot(pod, container, image)).toThrow(
			'container has runAsNonRoot and image will run as root (pod: "web_shop(u1)", container: c)',
		);
		const root = { name: 'c', securityContext: { runAsUser: 0 } };
		expect(() => verifyRunAsNonRoot(pod, root, image)).toThrow('runAsUser breaks non-root policy');
		const other = { name: 'c', securityContext: { runAsUser: 1000 } };
		expect(() => verifyRunAsNonRoot(pod, other, image)).not.toThrow();
	});
});

describe('referenced objects', () => {
	it('are found in env, envFrom, volumes and projections', () => {
		const pod = podOf({
			containers: [
				{
					name: 'c',
					envFrom: [{ configMapRef: { name: 'a' } }],
					env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'b', key: 'k' } } }],
				},
			],
			volumes: [
				{ name: 'v', secret: { secretName: 'c' } },
				{
					name: 'p',
					projected: { sources: [{ configMap: { name: 'd' } }, { serviceAccountToken: {} }] },
				},
			],
		});
		expect([...referencedObjects(pod)].sort()).toEqual([
			'configmaps/shop/a',
			'configmaps/shop/d',
			'secrets/shop/b',
			'secrets/shop/c',
		]);
	});
});
