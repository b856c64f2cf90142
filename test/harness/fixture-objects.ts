import type {
	Deployment,
	EndpointSlice,
	KubeObject,
	Node,
	Pod,
	ReplicaSet,
	Service,
} from '../../src/api/kubernetes.ts';

const epoch = Date.now() - 90_000;
const time = (offset: number) => new Date(epoch + offset).toISOString().replace(/\.\d+Z/, 'Z');

const meta = (name: string, rest: Partial<KubeObject['metadata']> = {}) => ({
	name,
	namespace: 'default',
	uid: `uid-${name}`,
	resourceVersion: '1',
	creationTimestamp: time(0),
	...rest,
});

export type Look =
	'ready' | 'starting' | 'pulling' | 'failing' | 'crashing' | 'terminating' | 'pending';

export interface PodSketch {
	name: string;
	set: string;
	image: string;
	node: string;
	ip: string;
	look: Look;
	order: number;
}

const leaving = (look: Look) =>
	look === 'terminating' ? { deletionTimestamp: new Date(Date.now() + 9000).toISOString() } : {};

export function pod(sketch: PodSketch): Pod {
	const { name, set, image, node, ip, look, order } = sketch;
	const running = look === 'ready' || look === 'starting' || look === 'terminating';
	const ready = look === 'ready';
	const reason = {
		pulling: 'ContainerCreating',
		failing: 'ImagePullBackOff',
		crashing: 'CrashLoopBackOff',
	};
	const waiting = look === 'pulling' || look === 'failing' || look === 'crashing';
	const conditions = [
		{ type: 'PodScheduled', status: look === 'pending' ? ('False' as const) : ('True' as const) },
		{ type: 'Ready', status: ready ? ('True' as const) : ('False' as const) },
	];
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: meta(name, {
			creationTimestamp: time(order * 1000),
			labels: { app: 'web', 'pod-template-hash': set.split('-').at(-1) ?? '' },
			ownerReferences: [
				{
					apiVersion: 'apps/v1',
					kind: 'ReplicaSet',
					name: set,
					uid: `uid-${set}`,
					controller: true,
				},
			],
			...leaving(look),
		}),
		spec: {
			containers: [
				{ name: 'nginx', image, resources: { requests: { cpu: '50m', memory: '16Mi' } } },
			],
			...(look === 'pending' ? {} : { nodeName: node }),
		},
		status: {
			phase: running ? 'Running' : 'Pending',
			conditions,
			...(running ? { podIP: ip } : {}),
			...(look === 'pending'
				? {}
				: {
						containerStatuses: [
							{
								name: 'nginx',
								image,
								imageID: '',
								ready,
								lastState: {},
								restartCount: look === 'crashing' ? 4 : 0,
								state: waiting
									? {
											waiting: {
												reason: reason[look],
												...(look === 'failing'
													? { message: `Back-off pulling image "${image}"` }
													: {}),
											},
										}
									: { running: { startedAt: time(0) } },
							},
						],
					}),
		},
	};
}

export function replicaSet(
	name: string,
	revision: number,
	image: string,
	replicas: number,
	ready: number,
): ReplicaSet {
	const hash = name.split('-').at(-1) ?? '';
	return {
		apiVersion: 'apps/v1',
		kind: 'ReplicaSet',
		metadata: meta(name, {
			labels: { app: 'web', 'pod-template-hash': hash },
			annotations: { 'deployment.kubernetes.io/revision': String(revision) },
			ownerReferences: [
				{
					apiVersion: 'apps/v1',
					kind: 'Deployment',
					name: 'web',
					uid: 'uid-web',
					controller: true,
				},
			],
		}),
		spec: {
			replicas,
			selector: { matchLabels: { app: 'web' } },
			template: {
				metadata: { labels: { app: 'web' } },
				spec: { containers: [{ name: 'nginx', image }] },
			},
		},
		status: { replicas, readyReplicas: ready },
	};
}

export function deployment(
	image: string,
	status: Deployment['status'],
	strategy: Deployment['spec']['strategy'] = {
		type: 'RollingUpdate',
		rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
	},
): Deployment {
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: meta('web', {
			labels: { app: 'web' },
			generation: 2,
			annotations: { 'deployment.kubernetes.io/revision': '4' },
		}),
		spec: {
			replicas: 3,
			...(strategy ? { strategy } : {}),
			selector: { matchLabels: { app: 'web' } },
			template: {
				metadata: { labels: { app: 'web' } },
				spec: { containers: [{ name: 'nginx', image }] },
			},
		},
		status: { observedGeneration: 2, ...status },
	};
}

export function service(): Service {
	return {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { ...meta('web'), uid: 'uid-svc-web' },
		spec: {
			type: 'ClusterIP',
			clusterIP: '10.96.41.7',
			selector: { app: 'web' },
			ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
		},
		status: { loadBalancer: {} },
	};
}

export function slice(pods: readonly Pod[]): EndpointSlice {
	return {
		apiVersion: 'discovery.k8s.io/v1',
		kind: 'EndpointSlice',
		metadata: meta('web-abcde', { labels: { 'kubernetes.io/service-name': 'web' } }),
		addressType: 'IPv4',
		ports: [{ port: 80, protocol: 'TCP' }],
		endpoints: pods
			.filter((one) => one.status.podIP)
			.map((one) => ({
				addresses: [one.status.podIP ?? ''],
				conditions: {
					ready:
						!one.metadata.deletionTimestamp &&
						one.status.conditions?.find((c) => c.type === 'Ready')?.status === 'True',
					terminating: one.metadata.deletionTimestamp !== undefined,
				},
				targetRef: { kind: 'Pod', name: one.metadata.name, uid: one.metadata.uid },
			})),
	};
}

export function node(name: string, number: number, ready = true): Node {
	return {
		apiVersion: 'v1',
		kind: 'Node',
		metadata: { ...meta(name), labels: { 'kubernetes.io/hostname': name } },
		spec: {
			podCIDR: `10.244.${number}.0/24`,
			...(number === 1
				? {
						taints: [
							{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' as const },
						],
					}
				: {}),
		},
		status: {
			conditions: [
				{
					type: 'Ready',
					status: ready ? 'True' : 'Unknown',
					reason: ready ? 'KubeletReady' : 'NodeStatusUnknown',
				},
			],
			capacity: { cpu: '1', memory: '125408Ki', pods: '110' },
			allocatable: { cpu: '1', memory: '108Mi', pods: '110' },
			addresses: [{ type: 'InternalIP', address: `192.168.56.${number}` }],
			nodeInfo: { kernelVersion: '6.1.192', kubeletVersion: 'v1.36.0' },
		},
	};
}
