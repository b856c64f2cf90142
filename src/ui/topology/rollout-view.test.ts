import { describe, expect, it } from 'vitest';
import type { Deployment, Pod, ReplicaSet } from '../../api/kubernetes.ts';
import { scenes } from '../../../test/harness/fixture-scenes.ts';
import { podView } from './pod-view.ts';
import { rolloutView } from './rollout-view.ts';

function view(scene: string, change: (deployment: Deployment) => void = () => undefined) {
	const objects = scenes[scene]?.() ?? [];
	const of = <T>(kind: string) => objects.filter((object) => object.kind === kind) as T[];
	const [deployment] = structuredClone(of<Deployment>('Deployment'));
	if (!deployment) throw new Error(`no Deployment in ${scene}`);
	change(deployment);
	return rolloutView(
		deployment,
		of<ReplicaSet>('ReplicaSet'),
		of<Pod>('Pod').map((pod) => podView(pod)),
	);
}

describe('rolloutView', () => {
	it('draws the old and the new ReplicaSet with what each is asked for', () => {
		const { lanes, atLeast, atMost, total, ready, phase } = view('rolling');
		expect(lanes.map((lane) => [lane.version, lane.wanted, lane.current])).toEqual([
			['1', 2, false],
			['2', 2, true],
		]);
		expect({ atLeast, atMost, total, ready, phase }).toEqual({
			atLeast: 3,
			atMost: 4,
			total: 4,
			ready: 3,
			phase: 'progressing',
		});
	});

	it('moves emptied ReplicaSets to the history', () => {
		const { lanes, history, phase } = view('v2');
		expect(lanes.map((lane) => lane.version)).toEqual(['2']);
		expect(history.map((lane) => lane.revision)).toEqual([1]);
		expect(phase).toBe('complete');
	});

	it('calls a passed deadline stalled', () => {
		expect(view('stalled').phase).toBe('stalled');
	});

	it.each([
		['25%', '25%', 3, 4],
		['50%', 0, 3, 5],
		[0, '0%', 2, 3],
	])(
		'maxSurge %s and maxUnavailable %s allow %i to %i pods of 3',
		(surge, unavailable, least, most) => {
			const { atLeast, atMost } = view('v1', ({ spec }) => {
				spec.strategy = {
					type: 'RollingUpdate',
					rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable },
				};
			});
			expect([atLeast, atMost]).toEqual([least, most]);
		},
	);

	it('lets Recreate go down to nothing and never above the wanted number', () => {
		const { atLeast, atMost } = view('recreate');
		expect([atLeast, atMost]).toEqual([0, 3]);
	});
});
