import { describe, expect, it } from 'vitest';
import type { Deployment, IntOrString, ReplicaSet } from '../../api/kubernetes.ts';
import { replicasAnnotations } from './deployment-annotations.ts';
import {
	activeOrLatest,
	maxUnavailable,
	newReplicaCount,
	proportionalSizes,
	resolveFenceposts,
} from './deployment-replicas.ts';
import { template, webDeployment } from './test-cluster.ts';

function deployment(
	replicas: number,
	maxSurge: IntOrString,
	maxUnavailable: IntOrString,
	type: 'RollingUpdate' | 'Recreate' = 'RollingUpdate',
): Deployment {
	const draft = webDeployment({
		replicas,
		strategy: { type, rollingUpdate: { maxSurge, maxUnavailable } },
	});
	return { ...draft, status: {} } as unknown as Deployment;
}

function set(name: string, replicas: number, created = 0, max?: number): ReplicaSet {
	return {
		apiVersion: 'apps/v1',
		kind: 'ReplicaSet',
		metadata: {
			name,
			uid: name,
			resourceVersion: '1',
			creationTimestamp: new Date(created * 1000).toISOString(),
			...(max === undefined ? {} : { annotations: replicasAnnotations(max, max) }),
		},
		spec: { replicas, selector: {}, template: template('x') },
		status: { replicas },
	};
}

describe('fenceposts', () => {
	it.each([
		['0%', '0%', 0, 0, 1],
		['39%', '39%', 10, 4, 3],
		['0%', '39%', 10, 0, 3],
		['39%', '0%', 10, 4, 0],
		[0, 0, 10, 0, 1],
		['25%', '25%', 3, 1, 0],
		['25%', '25%', 4, 1, 1],
		[1, 0, 3, 1, 0],
	] as const)('surge %s, unavailable %s of %d', (surge, unavailable, desired, s, u) => {
		expect(resolveFenceposts(surge, unavailable, desired)).toEqual({ surge: s, unavailable: u });
	});
	it.each([
		[10, 1, 5, 5],
		[10, 1, 0, 0],
		[0, 1, 0, 0],
		[5, 1, 10, 5],
		[10, '10%', '50%', 5],
	] as const)(
		'of %d replicas (surge %s, unavailable %s) %d may be missing',
		(replicas, surge, unavailable, expected) => {
			expect(maxUnavailable(deployment(replicas, surge, unavailable))).toBe(expected);
		},
	);
	it('lets none be missing for Recreate', () => {
		expect(maxUnavailable(deployment(10, 1, 5, 'Recreate'))).toBe(0);
	});
});

describe('new replica set size', () => {
	it.each([
		['can not scale up - to newRSReplicas', 'RollingUpdate', 1, 1, 1],
		['scale up - to depReplicas', 'RollingUpdate', 6, 2, 6],
		['scale up by the room there is', 'RollingUpdate', 5, 1, 5],
		['recreate', 'Recreate', 3, 1, 3],
	] as const)('%s', (_text, type, depReplicas, newReplicas, expected) => {
		const d = deployment(depReplicas, 1, 1, type);
		const sets = [set('new', newReplicas), set('old', type === 'Recreate' ? 0 : 0)];
		expect(newReplicaCount(d, sets, newReplicas)).toBe(expected);
	});
	it('is limited by the surge', () => {
		expect(newReplicaCount(deployment(3, '25%', '25%'), [set('old', 3)], 0)).toBe(1);
		expect(newReplicaCount(deployment(10, 3, 2), [set('old', 8), set('new', 3)], 3)).toBe(5);
	});
});

describe('scaling in the middle of a rollout', () => {
	const sizes = (d: Deployment, sets: ReplicaSet[]) =>
		Object.fromEntries(
			proportionalSizes(d, sets).map(({ set, size }) => [set.metadata.name, size]),
		);
	it.each([
		['up', 15, { a: 5, b: 5 }, 10, { a: 8, b: 7 }],
		['down', 5, { a: 5, b: 5 }, 10, { a: 3, b: 2 }],
		['up, uneven', 20, { a: 8, b: 2 }, 10, { a: 16, b: 4 }],
		['to zero', 0, { a: 4, b: 6 }, 10, { a: 0, b: 0 }],
	])('%s to %d', (_text, replicas, before, max, after) => {
		const sets = [set('a', before.a, 2, max), set('b', before.b, 1, max)];
		const got = sizes(deployment(replicas, 0, 1), sets);
		expect(got).toEqual(after);
	});
	it('keeps room for the surge', () => {
		const got = sizes(deployment(20, 3, 2), [set('new', 5, 2, 13), set('old', 8, 1, 13)]);
		expect((got['new'] ?? 0) + (got['old'] ?? 0)).toBe(23);
	});
	it('needs more than one active set', () => {
		const [a, b] = [set('a', 0, 1), set('b', 2, 2)];
		expect(activeOrLatest(a, [b])).toBe(b);
		expect(activeOrLatest(undefined, [set('x', 0, 1), set('y', 0, 2)])?.metadata.name).toBe('y');
		expect(activeOrLatest(set('c', 1, 3), [b])).toBeUndefined();
	});
});
