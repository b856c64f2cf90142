import { describe, expect, it } from 'vitest';
import type { ClusterNode } from '../../api/cluster.ts';
import { node, pod, type Look } from '../../../test/harness/fixture-objects.ts';
import { nodeView } from './node-view.ts';
import { podView } from './pod-view.ts';

const machine: ClusterNode = {
	name: 'node-2',
	role: 'worker',
	address: '192.168.56.3',
	power: 'off',
};
const pods = (...looks: Look[]) =>
	looks.map((look, order) =>
		podView(
			pod({
				name: `web-${order}`,
				set: 'web',
				image: 'nginx:1',
				node: 'node-2',
				ip: `10.244.3.${order}`,
				look,
				order,
			}),
		),
	);
const belief = (isReady: boolean, ...looks: Look[]) =>
	nodeView(machine, node('node-2', 3, isReady), undefined, pods(...looks)).belief;

describe('what Kubernetes believes of a machine without power', () => {
	it('is what it last heard, until it misses it', () => {
		expect(belief(true, 'ready')).toBe('ready');
		expect(belief(false, 'starting')).toBe('not-ready');
		expect(belief(false)).toBe('not-ready');
	});
	it('is that its pods are given up once all of them are to go', () => {
		expect(belief(false, 'terminating', 'starting')).toBe('not-ready');
		expect(belief(false, 'terminating', 'terminating')).toBe('given-up');
	});
	it('is nothing before its kubelet has registered', () => {
		expect(nodeView(machine, undefined, undefined, []).belief).toBeUndefined();
	});
});
