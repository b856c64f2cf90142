import { describe, expect, it } from 'vitest';
import type { Deployment, EndpointSlice, Pod } from '../../api/kubernetes.ts';
import type { NodeFacts } from '../../api/node.ts';
import { scenes } from '../../../test/harness/fixture-scenes.ts';
import { History } from './history.ts';

const of = <T>(scene: string, kind: string) =>
	(scenes[scene]?.() ?? []).filter((object) => object.kind === kind) as T[];

describe('History', () => {
	it('keeps a point for each change of a Deployment, and none for what stays', () => {
		const history = new History();
		const [pending] = of<Deployment>('pending', 'Deployment');
		const [done] = of<Deployment>('v1', 'Deployment');
		if (!pending || !done) throw new Error('no Deployment');
		history.deployment(pending, 1);
		history.deployment(pending, 2);
		history.deployment(done, 3);
		expect(history.replicas.get('uid-web')).toEqual([
			{ time: 1, desired: 3, ready: 0, available: 0 },
			{ time: 3, desired: 3, ready: 3, available: 3 },
		]);
	});

	it('keeps when the newest rollout began and ended, and what its strategy allowed', () => {
		const history = new History();
		const rolls = (scene: string, time: number) => {
			for (const one of of<Deployment>(scene, 'Deployment')) history.deployment(one, time);
			return history.rollouts.get('uid-web');
		};
		expect(rolls('v1', 1)).toEqual({ began: undefined, ended: 1, least: 3 });
		expect(rolls('rolling', 2)).toEqual({ began: 2, ended: undefined, least: 3 });
		expect(rolls('v2', 3)).toEqual({ began: 2, ended: 3, least: 3 });
		expect(rolls('recreate', 4)).toEqual({ began: 4, ended: undefined, least: 0 });
		// Another strategy is no rollout: what the last one promised stays as it was.
		expect(rolls('v1', 5)).toEqual({ began: 4, ended: 5, least: 0 });
		expect(rolls('v1', 6)).toEqual({ began: 4, ended: 5, least: 0 });
	});

	it('counts ready endpoints', () => {
		const history = new History();
		history.endpointsOf('default', 'web', of<EndpointSlice>('rolling', 'EndpointSlice'), 5);
		history.endpointsOf('default', 'other', of<EndpointSlice>('rolling', 'EndpointSlice'), 5);
		expect(history.endpoints.get('default/web')).toEqual([{ time: 5, ready: 3 }]);
		expect(history.endpoints.get('default/other')).toEqual([{ time: 5, ready: 0 }]);
	});

	it('adds up what the processes of a pod used between two looks', () => {
		const history = new History();
		const pods = of<Pod>('v1', 'Pod').slice(0, 1);
		const cgroup = `/kubepods/besteffort/pod${pods[0]?.metadata.uid}/abc`;
		const facts = (cpuMs: number[]) =>
			({ processes: cpuMs.map((one) => ({ cgroup, cpuMs: one, rssBytes: 1000 })) }) as NodeFacts;
		history.facts(facts([10, 20]), pods, 1000);
		history.facts(facts([110, 120]), pods, 2000);
		expect(history.use.get(pods[0]?.metadata.uid ?? '')).toEqual([
			{ time: 2000, cpu: 0.2, memory: 2000 },
		]);
	});
});
