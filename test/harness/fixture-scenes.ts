import type { Deployment, KubeObject } from '../../src/api/kubernetes.ts';
import { deployment, node, pod, replicaSet, service, slice, type Look } from './fixture-objects.ts';

const [old, fresh, broken] = ['web-6d4cf56db6', 'web-7b9f8c4d5', 'web-5c7d9bb44'];
const images: Record<string, string> = {
	[old]: 'nginx:1',
	[fresh]: 'nginx:2',
	[broken]: 'nginx:3',
};

function pods(set: string, looks: readonly Look[], start: number) {
	const suffixes = ['x7k2p', 'm9qzt', '4hvcw', 'tn8bd', 'j5rgl'];
	return looks.map((look, index) =>
		pod({
			name: `${set}-${suffixes[(index + start) % suffixes.length]}`,
			set,
			image: images[set] ?? '',
			node: `node-${1 + ((index + start) % 2)}`,
			ip: `10.244.${2 + ((index + start) % 2)}.${10 + index + start}`,
			look,
			order: index + start,
		}),
	);
}

const nodes = [node('control-plane', 1), node('node-1', 2), node('node-2', 3)];

interface SetSketch {
	set: string;
	revision: number;
	wanted: number;
	looks: Look[];
	start: number;
}

function scene(
	image: string,
	sets: SetSketch[],
	rest: Partial<Deployment['status']> = {},
	strategy?: Deployment['spec']['strategy'],
): KubeObject[] {
	const all = sets.flatMap(({ set, looks, start }) => pods(set, looks, start));
	const ready = all.filter((one) => one.status.conditions?.[1]?.status === 'True').length;
	const newest = Math.max(...sets.map((one) => one.revision));
	const updated = sets.find((one) => one.revision === newest)?.looks.length ?? 0;
	const live = all.filter((one) => !one.metadata.deletionTimestamp).length;
	return [
		...nodes,
		deployment(
			image,
			{
				replicas: live,
				readyReplicas: ready,
				availableReplicas: ready,
				updatedReplicas: updated,
				...rest,
			},
			strategy,
		),
		...sets.map(({ set, revision, wanted, looks }) =>
			replicaSet(
				set,
				revision,
				images[set] ?? '',
				wanted,
				looks.filter((look) => look === 'ready').length,
			),
		),
		...all,
		service(),
		slice(all),
	];
}

const three: Look[] = ['ready', 'ready', 'ready'];

/** Moments of a cluster's life, as the API shows them. */
export const scenes: Record<string, () => KubeObject[]> = {
	empty: () => nodes,
	pending: () =>
		scene('nginx:1', [
			{ set: old, revision: 1, wanted: 3, looks: ['pulling', 'pending', 'pending'], start: 0 },
		]),
	starting: () =>
		scene('nginx:1', [
			{ set: old, revision: 1, wanted: 3, looks: ['ready', 'starting', 'pulling'], start: 0 },
		]),
	v1: () => scene('nginx:1', [{ set: old, revision: 1, wanted: 3, looks: three, start: 0 }]),
	rolling: () =>
		scene('nginx:2', [
			{ set: old, revision: 1, wanted: 2, looks: ['ready', 'ready', 'terminating'], start: 0 },
			{ set: fresh, revision: 2, wanted: 2, looks: ['ready', 'starting'], start: 3 },
		]),
	v2: () =>
		scene('nginx:2', [
			{ set: old, revision: 1, wanted: 0, looks: [], start: 0 },
			{ set: fresh, revision: 2, wanted: 3, looks: three, start: 3 },
		]),
	stalled: () =>
		scene(
			'nginx:3',
			[
				{ set: old, revision: 1, wanted: 0, looks: [], start: 0 },
				{ set: fresh, revision: 2, wanted: 3, looks: three, start: 3 },
				{ set: broken, revision: 3, wanted: 1, looks: ['failing'], start: 1 },
			],
			{
				conditions: [
					{
						type: 'Progressing',
						status: 'False',
						reason: 'ProgressDeadlineExceeded',
						message: 'ReplicaSet has timed out progressing.',
					},
				],
			},
		),
	recreate: () =>
		scene(
			'nginx:1',
			[
				{
					set: fresh,
					revision: 4,
					wanted: 0,
					looks: ['terminating', 'terminating', 'terminating'],
					start: 3,
				},
				{ set: old, revision: 5, wanted: 3, looks: ['pulling', 'starting', 'pulling'], start: 0 },
			],
			{},
			{ type: 'Recreate' },
		),
	/** The control plane has missed node-2. */
	unheard: () => [
		...scene('nginx:1', [
			{ set: old, revision: 1, wanted: 3, looks: ['ready', 'starting', 'ready'], start: 0 },
		]).filter((one) => one.metadata.name !== 'node-2'),
		node('node-2', 3, false),
	],
	/** Five machines and sixty pods: the most that the pictures have to be fast with. */
	many: () => crowd(() => 'ready'),
	crowded: () => crowd((index) => crowdLooks[index % crowdLooks.length] ?? 'ready'),
};

const crowdLooks: Look[] = ['ready', 'ready', 'starting', 'ready', 'terminating', 'failing'];

function crowd(look: (index: number) => Look): KubeObject[] {
	const all = Array.from({ length: 60 }, (_, index) =>
		pod({
			name: `${old}-${(46_656 + index * 37).toString(36).padStart(5, 'b')}`,
			set: old,
			image: 'nginx:1',
			node: `node-${1 + (index % 4)}`,
			ip: `10.244.${2 + (index % 4)}.${10 + Math.floor(index / 4)}`,
			look: index > 57 ? 'pending' : look(index),
			order: index,
		}),
	);
	const ready = all.filter((one) => one.status.conditions?.[1]?.status === 'True').length;
	return [
		...nodes,
		node('node-3', 4),
		node('node-4', 5),
		deployment('nginx:1', { replicas: 60, readyReplicas: ready, availableReplicas: ready }),
		replicaSet(old, 1, 'nginx:1', 60, ready),
		...all,
		service(),
		slice(all),
	];
}
