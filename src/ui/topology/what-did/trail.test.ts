import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../api/kubernetes.ts';
import type { AuditEvent } from '../../../api/node.ts';
import type { TypedCommand } from '../../state/activity.svelte.ts';
import { trailOf, type TrailSources } from './trail.ts';

const object = (kind: string, name: string, owner?: string): KubeObject => ({
	apiVersion: 'v1',
	kind,
	metadata: {
		name,
		namespace: 'default',
		uid: `uid-${name}`,
		resourceVersion: '1',
		creationTimestamp: '2026-01-01T00:00:00Z',
		...(owner
			? { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: owner, uid: `uid-${owner}` }] }
			: {}),
	},
	...(kind === 'Pod' ? { spec: { containers: [] }, status: { podIP: '10.244.1.2' } } : {}),
});
const write = (
	time: number,
	userAgent: string,
	verb: string,
	resource: string,
	name: string,
	node?: string,
): AuditEvent => ({
	time,
	took: 2,
	verb,
	resource,
	namespace: 'default',
	name,
	path: `/x/${name}`,
	code: 200,
	userAgent,
	...(node ? { node } : {}),
});
const id = 'ab'.repeat(32);
const apply: TypedCommand = {
	id: 1,
	node: 'node-1',
	pid: 5,
	args: ['kubectl', 'apply', '-f', 'web.yaml'],
	began: 1000,
	ended: 1200,
	code: 0,
};

function sources(change: Partial<TrailSources> = {}): TrailSources {
	return {
		command: apply,
		commands: [apply],
		audit: [
			write(900, 'kubectl/v1', 'delete', 'pods', 'earlier', 'node-1'),
			write(1100, 'kubectl/v1', 'create', 'deployments', 'web', 'node-1'),
			write(1110, 'kubectl/v1', 'create', 'configmaps', 'other', 'node-2'),
			write(1130, 'deployment-controller', 'create', 'replicasets', 'web-1'),
			write(1150, 'replicaset-controller', 'create', 'pods', 'web-1-a'),
			write(1160, 'kube-scheduler', 'create', 'pods/binding', 'web-1-a'),
			write(1500, 'kubelet/node-2', 'patch', 'pods/status', 'web-1-a', 'node-2'),
			write(1600, 'kubelet/node-2', 'patch', 'nodes/status', 'node-2', 'node-2'),
		],
		objects: [
			object('Deployment', 'web'),
			object('ReplicaSet', 'web-1', 'web'),
			object('Pod', 'web-1-a', 'web-1'),
			object('Pod', 'alone'),
		],
		changes: [],
		events: [],
		actions: {
			'node-2': [
				{ time: 1200, took: 1, what: `mkdir -p /sys/fs/cgroup/kubepods/poduid-web-1-a/${id}` },
				{ time: 1210, took: 3, what: 'ip netns add /var/run/netns/cni-abababab-abab-abab' },
				{
					time: 1215,
					took: 2,
					what: 'ip link add vethe1 type veth peer name eth0 netns /var/run/netns/cni-abababab-abab-abab',
				},
				{ time: 1216, took: 1, what: 'ip link set vethe1 master cni0 up' },
				{ time: 1220, took: 9, what: 'clone; execve iptables-restore -n' },
			],
		},
		names: {},
		now: 60_000,
		...change,
	};
}

describe('trailOf', () => {
	it('goes from the command’s calls to what components did with its objects', () => {
		const trail = trailOf(sources());
		expect(trail.api.map((one) => [one.at, one.what])).toEqual([[100, 'create Deployment web']]);
		expect(trail.controllers.map((one) => [one.at, one.by, one.what])).toEqual([
			[130, 'deployment-controller', 'create ReplicaSet web-1'],
			[150, 'replicaset-controller', 'create Pod web-1-a'],
			[160, 'kube-scheduler', 'bind Pod web-1-a'],
			[500, 'kubelet node-2', 'status Pod web-1-a'],
		]);
	});

	it('says of everything else only that it happened around the same time', () => {
		const { around } = trailOf(sources());
		expect(around.writes.map((one) => one.what)).toEqual([
			'create ConfigMap other',
			'status Node node-2',
		]);
		expect(around.engine.map((one) => one.kind)).toEqual(['rules']);
	});

	it('follows the pod’s ids through the kernel actions of its node', () => {
		const { engine } = trailOf(sources());
		expect(engine.map((one) => [one.node, one.subject, one.kind, one.actions.length])).toEqual([
			['node-2', 'web-1-a', 'cgroup', 1],
			['node-2', 'web-1-a', 'network', 3],
		]);
	});

	it('attributes the pod that replaces a deleted one', () => {
		const command = { ...apply, args: ['kubectl', 'delete', 'pod', 'web-1-a'] };
		const audit = [
			write(1100, 'kubectl/v1', 'delete', 'pods', 'web-1-a', 'node-1'),
			write(1150, 'replicaset-controller', 'create', 'pods', 'web-1-b'),
		];
		const objects = [...sources().objects, object('Pod', 'web-1-b', 'web-1')];
		const { controllers } = trailOf(sources({ command, audit, objects }));
		expect(controllers.map((one) => one.what)).toEqual(['create Pod web-1-b']);
	});

	it('takes the containers that a docker command makes or names', () => {
		const command = { ...apply, args: ['docker', 'run', 'nginx'] };
		const actions = {
			'node-1': [
				{ time: 1010, took: 1, what: `mkdir -p /var/lib/docker/overlay2/${id}` },
				{ time: 1020, took: 1, what: `mkdir -p /sys/fs/cgroup/kubepods/podx/${'cd'.repeat(32)}` },
			],
			'node-2': [{ time: 1015, took: 1, what: `mkdir -p /var/lib/docker/overlay2/${id}` }],
		};
		const names = { 'node-1': { [id]: 'brave_hopper' } };
		const trail = trailOf(sources({ command, actions, names, audit: [] }));
		expect(trail.engine.map((one) => [one.node, one.subject])).toEqual([
			['node-1', 'brave_hopper'],
		]);
		expect(trail.around.engine.map((one) => one.kind)).toEqual(['cgroup']);
	});

	it('says when another command ran meanwhile on the same machine', () => {
		expect(trailOf(sources()).overlaps).toBe(false);
		const second = { ...apply, id: 2, began: 1050, ended: 1300 };
		expect(trailOf(sources({ commands: [apply, second] })).overlaps).toBe(true);
	});
});
