import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodStatus } from '../../api/kubernetes.ts';
import { humanDuration } from './table.ts';
import { summarize } from './table-pods.ts';
import { deployment, deployments, pod, pods, TestServer } from './test-server.ts';

const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

interface Shown {
	columnDefinitions: { name: string; priority: number }[];
	rows: { object?: { kind: string } }[];
}

async function columns(path: string): Promise<string> {
	const { body } = await new TestServer().get(path, { accept });
	const shown = (body as Shown).columnDefinitions;
	const names = (wide: boolean) =>
		shown.filter(({ priority }) => priority > 0 === wide).map(({ name }) => name.toUpperCase());
	return [names(false).join(' '), names(true).join(' ')].join(' | ');
}

describe('columns', () => {
	it.each([
		[pods, 'NAME READY STATUS RESTARTS AGE | IP NODE NOMINATED NODE READINESS GATES'],
		[deployments, 'NAME READY UP-TO-DATE AVAILABLE AGE | CONTAINERS IMAGES SELECTOR'],
		['/apis/apps/v1/replicasets', 'NAME DESIRED CURRENT READY AGE | CONTAINERS IMAGES SELECTOR'],
		['/api/v1/services', 'NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE | SELECTOR'],
		[
			'/api/v1/nodes',
			'NAME STATUS ROLES AGE VERSION | INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME',
		],
		['/api/v1/endpoints', 'NAME ENDPOINTS AGE | '],
		['/apis/discovery.k8s.io/v1/endpointslices', 'NAME ADDRESSTYPE PORTS ENDPOINTS AGE | '],
		[
			'/api/v1/events',
			'LAST SEEN TYPE REASON OBJECT MESSAGE | SUBOBJECT SOURCE FIRST SEEN COUNT NAME',
		],
		['/api/v1/namespaces', 'NAME STATUS AGE | '],
		['/api/v1/configmaps', 'NAME DATA AGE | '],
		['/api/v1/secrets', 'NAME TYPE DATA AGE | '],
		['/api/v1/serviceaccounts', 'NAME SECRETS AGE | '],
		['/apis/coordination.k8s.io/v1/leases', 'NAME HOLDER AGE | '],
		['/apis/batch/v1/jobs', 'NAME STATUS COMPLETIONS DURATION AGE | '],
		['/apis/batch/v1/cronjobs', 'NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST SCHEDULE AGE | '],
	])('of %s are upstream’s', async (path, expected) => {
		expect(await columns(path)).toBe(expected);
	});

	it('carry metadata with each row, or the object, or nothing', async () => {
		const server = new TestServer();
		await server.post(pods, pod('web'));
		const rowOf = async (query: string) =>
			((await server.get(`${pods}${query}`, { accept })).body as Shown).rows[0]?.object?.kind;
		expect(await rowOf('')).toBe('PartialObjectMetadata');
		expect(await rowOf('?includeObject=Object')).toBe('Pod');
		expect(await rowOf('?includeObject=None')).toBeUndefined();
	});

	it('come as PartialObjectMetadata when asked', async () => {
		const server = new TestServer();
		await server.post(pods, pod('web'));
		const partial = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
		const { body } = await server.get(pods, { accept: partial });
		expect(body.kind).toBe('PartialObjectMetadataList');
		expect(body.items[0]).toMatchObject({
			kind: 'PartialObjectMetadata',
			metadata: { name: 'web' },
		});
		expect(body.items[0]).not.toHaveProperty('spec');
	});

	it('of one object carry its version', async () => {
		const server = new TestServer();
		const { body } = await server.post(pods, pod('web'));
		const table = await server.get(`${pods}/web`, { accept });
		expect(table.body).toMatchObject({
			kind: 'Table',
			apiVersion: 'meta.k8s.io/v1',
			metadata: { resourceVersion: body.metadata.resourceVersion },
		});
	});

	it('are refused in formats nobody speaks', async () => {
		const answer = await new TestServer().get(pods, {
			accept: 'application/vnd.kubernetes.protobuf',
		});
		expect(answer.status).toBe(406);
	});
});

describe('rows', () => {
	it('of a deployment', async () => {
		const server = new TestServer();
		await server.post(deployments, deployment('web'));
		await server.patch(`${deployments}/web/status`, {
			status: { replicas: 2, readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
		});
		await server.clock.advance(125_000);
		expect(await server.table(deployments)).toEqual([
			['web', '1/2', 2, 1, '2m5s', 'main', 'nginx:1.27', 'app=web'],
		]);
	});

	it('of a node', async () => {
		const server = new TestServer();
		await server.post('/api/v1/nodes', {
			apiVersion: 'v1',
			kind: 'Node',
			metadata: { name: 'n1', labels: { 'node-role.kubernetes.io/control-plane': '' } },
			spec: { unschedulable: true },
			status: {
				conditions: [{ type: 'Ready', status: 'True' }],
				addresses: [{ type: 'InternalIP', address: '172.30.0.2' }],
				nodeInfo: { kubeletVersion: 'v1.33.1', osImage: 'Debian', kernelVersion: '6.1' },
			},
		});
		expect(await server.table('/api/v1/nodes')).toEqual([
			[
				'n1',
				'Ready,SchedulingDisabled',
				'control-plane',
				'0s',
				'v1.33.1',
				'172.30.0.2',
				'<none>',
				'Debian',
				'6.1',
				'<unknown>',
			],
		]);
	});

	it('of endpoints show three addresses and a count', async () => {
		const server = new TestServer();
		const addresses = ['1', '2', '3', '4', '5'].map((n) => ({ ip: `10.0.0.${n}` }));
		await server.post('/api/v1/namespaces/default/endpoints', {
			apiVersion: 'v1',
			kind: 'Endpoints',
			metadata: { name: 'web' },
			subsets: [{ addresses, ports: [{ port: 80 }] }],
		});
		const rows = await server.table('/api/v1/namespaces/default/endpoints');
		expect(rows[1]).toEqual(['web', '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...', '0s']);
	});
});

function status(name: string, more: Partial<ContainerStatus>): ContainerStatus {
	return {
		name,
		state: {},
		lastState: {},
		ready: false,
		restartCount: 0,
		image: 'a',
		imageID: '',
		...more,
	};
}

function podWith(podStatus: PodStatus, more: { spec?: object; metadata?: object } = {}): Pod {
	return {
		metadata: { name: 'p', ...more.metadata },
		spec: { containers: [{ name: 'a' }, { name: 'b' }], ...more.spec },
		status: podStatus,
	} as Pod;
}

const running = { state: { running: { startedAt: '2026-01-01T00:00:00Z' } } };
const completed = { state: { terminated: { exitCode: 0, reason: 'Completed' } } };

/** After the cases of k/k pkg/printers/internalversion/printers_test.go: TestPrintPod */
describe('the word for a pod', () => {
	const cases: [string, Pod, string][] = [
		['is its phase', podWith({ phase: 'Pending' }), '0/2 Pending 0'],
		[
			'counts ready containers',
			podWith({
				phase: 'Running',
				containerStatuses: [
					status('a', { ...running, ready: true }),
					status('b', { restartCount: 3 }),
				],
			}),
			'1/2 Running 3',
		],
		[
			'is why a container waits',
			podWith({
				phase: 'Running',
				containerStatuses: [
					status('a', { state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 4 }),
					status('b', { ...running, ready: true }),
				],
			}),
			'1/2 CrashLoopBackOff 4',
		],
		[
			'is why a container ended',
			podWith({
				phase: 'Failed',
				containerStatuses: [
					status('a', { state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
				],
			}),
			'0/2 OOMKilled 0',
		],
		[
			'is the exit code without a reason',
			podWith({
				phase: 'Failed',
				containerStatuses: [status('a', { state: { terminated: { exitCode: 2 } } })],
			}),
			'0/2 ExitCode:2 0',
		],
		[
			'is the signal without a reason',
			podWith({
				phase: 'Failed',
				containerStatuses: [status('a', { state: { terminated: { exitCode: 0, signal: 9 } } })],
			}),
			'0/2 Signal:9 0',
		],
		[
			'is NotReady when one has completed and the pod is not ready',
			podWith({
				phase: 'Running',
				containerStatuses: [status('a', completed), status('b', { ...running, ready: true })],
			}),
			'1/2 NotReady 0',
		],
		[
			'counts init containers that are done',
			podWith(
				{
					phase: 'Pending',
					initContainerStatuses: [
						status('i', completed),
						status('j', { state: { waiting: { reason: 'PodInitializing' } } }),
					],
				},
				{ spec: { initContainers: [{ name: 'i' }, { name: 'j' }] } },
			),
			'0/2 Init:1/2 0',
		],
		[
			'is why an init container fails',
			podWith(
				{
					phase: 'Pending',
					initContainerStatuses: [
						status('i', {
							state: { terminated: { exitCode: 1, reason: 'Error' } },
							restartCount: 2,
						}),
					],
				},
				{ spec: { initContainers: [{ name: 'i' }] } },
			),
			'0/2 Init:Error 2',
		],
		[
			'counts sidecars among the containers',
			podWith(
				{
					phase: 'Running',
					initContainerStatuses: [status('i', { ...running, started: true, ready: true })],
					containerStatuses: [
						status('a', { ...running, ready: true }),
						status('b', { ...running, ready: true }),
					],
				},
				{ spec: { initContainers: [{ name: 'i', restartPolicy: 'Always' }] } },
			),
			'3/3 Running 0',
		],
		[
			'is Terminating once deleted',
			podWith({ phase: 'Running' }, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
			'0/2 Terminating 0',
		],
		[
			'is Unknown on a lost node',
			podWith({ phase: 'Running', reason: 'NodeLost' }, { metadata: { deletionTimestamp: 'x' } }),
			'0/2 Unknown 0',
		],
		[
			'is the reason of its status',
			podWith({ phase: 'Failed', reason: 'Evicted' }),
			'0/2 Evicted 0',
		],
	];
	it.each(cases)('%s', (_title, object, expected) => {
		const { ready, total, reason, restarts } = summarize(object);
		expect(`${ready}/${total} ${reason} ${restarts}`).toBe(expected);
	});

	it('comes with the time of the last restart', async () => {
		const server = new TestServer();
		await server.post(pods, pod('web'));
		const finishedAt = '2026-01-01T00:00:00Z';
		const lastState = { terminated: { exitCode: 1, finishedAt } };
		const containerStatuses = [
			status('main', { ...running, ready: true, restartCount: 1, lastState }),
		];
		await server.patch(`${pods}/web/status`, { status: { phase: 'Running', containerStatuses } });
		await server.clock.advance(5000);
		expect((await server.table(pods))[0]?.slice(0, 5)).toEqual([
			'web',
			'1/1',
			'Running',
			'1 (5s ago)',
			'5s',
		]);
	});
});

describe('durations', () => {
	it.each([
		[0, '0s'],
		[119, '119s'],
		[120, '2m'],
		[125, '2m5s'],
		[600, '10m'],
		[10_740, '179m'],
		[10_800, '3h'],
		[11_100, '3h5m'],
		[28_800, '8h'],
		[172_800, '2d'],
		[180_000, '2d2h'],
		[691_200, '8d'],
		[63_072_000, '2y'],
		[-1, '0s'],
		[-10, '<invalid>'],
	])('%i s is %s', (seconds, text) => {
		expect(humanDuration(seconds * 1000)).toBe(text);
	});
});
