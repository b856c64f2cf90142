import { describe, expect, it } from 'vitest';
import type { Pod, PodStatus } from '../../api/kubernetes.ts';
import { podsToDelete } from './pod-ranking.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

function pod(
	name: string,
	parts: {
		node?: string;
		phase?: PodStatus['phase'];
		readyFor?: number;
		age?: number;
		restarts?: number;
		cost?: string;
	} = {},
): Pod {
	const { node = 'n1', phase = 'Running', readyFor, age = 3600, restarts = 0, cost } = parts;
	const ready =
		readyFor === undefined
			? []
			: [{ type: 'Ready', status: 'True' as const, lastTransitionTime: ago(readyFor) }];
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			name,
			namespace: 'default',
			uid: name,
			resourceVersion: '1',
			creationTimestamp: ago(age),
			...(cost ? { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } } : {}),
		},
		spec: { containers: [], ...(node ? { nodeName: node } : {}) },
		status: {
			...(phase ? { phase } : {}),
			conditions: ready,
			containerStatuses: [
				{
					name: 'c',
					restartCount: restarts,
					state: {},
					lastState: {},
					ready: true,
					image: '',
					imageID: '',
				},
			],
		},
	};
}

describe('which pod is deleted first', () => {
	it.each([
		['unassigned before assigned', pod('a', { node: '' }), pod('b')],
		['pending before running', pod('a', { phase: 'Pending' }), pod('b')],
		['unknown before running', pod('a', { phase: 'Unknown' }), pod('b')],
		['not ready before ready', pod('a'), pod('b', { readyFor: 10 })],
		[
			'lower deletion cost first',
			pod('a', { readyFor: 9999 }),
			pod('b', { readyFor: 1, cost: '5' }),
		],
		['ready for less time first', pod('a', { readyFor: 10 }), pod('b', { readyFor: 2000 })],
		['more restarts first', pod('a', { readyFor: 10, restarts: 3 }), pod('b', { readyFor: 10 })],
		['newer first', pod('a', { age: 10 }), pod('b', { age: 5000 })],
	])('%s', (_text, first, second) => {
		expect(podsToDelete([second, first], [], 1, now)).toEqual([first]);
		expect(podsToDelete([first, second], [], 1, now)).toEqual([first]);
	});
	it('doubled up on a node before alone on one', () => {
		const [a, b, c] = [
			pod('a', { node: 'n1', readyFor: 9000 }),
			pod('b', { node: 'n1', readyFor: 9000 }),
			pod('c', { node: 'n2', readyFor: 1 }),
		];
		expect(podsToDelete([a, b, c], [a, b, c], 1, now)[0]?.spec.nodeName).toBe('n1');
	});
});
