import { describe, expect, it } from 'vitest';
import { actorGroups, subjectGroups } from './trail-groups.ts';
import type { TrailEntry } from './trail.ts';

const entry = (at: number, by: string, deed: string, object: string, isEvent = false) => ({
	at,
	by,
	deed,
	object,
	isEvent,
	what: `${deed} ${object}`,
	detail: '',
	failed: deed === 'BackOff',
});
const rollout: TrailEntry[] = [
	entry(1, 'replicaset-controller', 'create', 'Pod web-a'),
	entry(2, 'replicaset-controller', 'status', 'ReplicaSet web'),
	entry(3, 'replicaset-controller', 'create', 'Pod web-b'),
	entry(4, 'kubelet node-1', 'status', 'Pod web-a'),
	entry(5, 'kubelet node-1', 'Started', 'Pod web-a', true),
	entry(6, 'replicaset-controller', 'delete', 'Pod web-a'),
	entry(7, 'kubelet node-1', 'status', 'Pod web-a'),
];

describe('actorGroups', () => {
	it('says of each component what it did, with routine counted and not listed', () => {
		const [controller, kubelet] = actorGroups(rollout);
		expect(controller).toMatchObject({
			by: 'replicaset-controller',
			from: 1,
			to: 6,
			deeds: [
				{ name: 'create Pod', count: 2, failed: 0 },
				{ name: 'delete Pod', count: 1, failed: 0 },
			],
			events: [],
			reports: 1,
		});
		expect(kubelet).toMatchObject({
			deeds: [],
			events: [{ name: 'Started', count: 1, failed: 0 }],
			reports: 2,
		});
	});
	it('has every entry below exactly one object', () => {
		const objects = actorGroups(rollout).flatMap((one) => one.objects);
		expect(objects.map((one) => [one.object, one.entries.length])).toEqual([
			['Pod web-a', 2],
			['ReplicaSet web', 1],
			['Pod web-b', 1],
			['Pod web-a', 3],
		]);
		expect(objects.flatMap((one) => one.entries)).toHaveLength(rollout.length);
	});
	it('counts what failed, and never among the routine', () => {
		const refused = { ...entry(1, 'kubelet node-1', 'status', 'Pod web-a'), failed: true };
		const warning = entry(2, 'kubelet node-1', 'BackOff', 'Pod web-a', true);
		expect(actorGroups([refused, warning])).toMatchObject([
			{
				deeds: [{ name: 'status Pod', count: 1, failed: 1 }],
				events: [{ name: 'BackOff', count: 1, failed: 1 }],
				reports: 0,
			},
		]);
	});
});

describe('subjectGroups', () => {
	it('puts the steps of one pod on one machine together', () => {
		const action = { at: 1, took: 2, what: 'x', error: undefined };
		const step = (at: number, subject: string, kind: 'network' | 'cgroup', count: number) => ({
			at,
			node: 'node-1',
			subject,
			kind,
			actions: Array.from({ length: count }, () => action),
		});
		const groups = subjectGroups([
			step(1, 'a', 'cgroup', 2),
			step(2, 'b', 'network', 1),
			step(3, 'a', 'network', 3),
			step(4, 'a', 'cgroup', 1),
		]);
		expect(
			groups.map(({ subject, actions, took, kinds }) => ({ subject, actions, took, kinds })),
		).toEqual([
			{
				subject: 'a',
				actions: 6,
				took: 12,
				kinds: [
					{ kind: 'cgroup', count: 3 },
					{ kind: 'network', count: 3 },
				],
			},
			{ subject: 'b', actions: 1, took: 2, kinds: [{ kind: 'network', count: 1 }] },
		]);
	});
});
