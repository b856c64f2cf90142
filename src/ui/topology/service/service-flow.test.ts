import { describe, expect, it } from 'vitest';
import type { EndpointSlice, Pod, Service } from '../../../api/kubernetes.ts';
import { serviceRules } from '../../../../test/harness/fixture-kube.ts';
import { scenes } from '../../../../test/harness/fixture-scenes.ts';
import { podView } from '../pod-view.ts';
import { serviceView } from '../service-view.ts';
import { candidates, gateOf } from './service-flow.ts';

function scene(name: string) {
	const objects = scenes[name]?.() ?? [];
	const of = <T>(kind: string) => objects.filter((object) => object.kind === kind) as T[];
	const [service] = of<Service>('Service');
	if (!service) throw new Error('no Service');
	return {
		service: serviceView(service, of<EndpointSlice>('EndpointSlice')),
		pods: of<Pod>('Pod').map((pod) => podView(pod)),
	};
}

describe('candidates', () => {
	it('leaves what did not change as it was, and everyone in their place', () => {
		const { service, pods } = scene('rolling');
		const before = candidates(service, pods);
		expect(candidates(service, [...pods], before)).toEqual(before);
		const [first, ...rest] = service.endpoints;
		if (!first) throw new Error('no endpoint');
		const held = { ...service, endpoints: [{ ...first, ready: false }, ...rest] };
		const after = candidates(held, pods, before);
		expect(after.map((one) => one.pod.uid)).toEqual(before.map((one) => one.pod.uid));
		const changed = after.filter((one, index) => one !== before[index]);
		expect(changed.map((one) => [one.pod.uid, one.match])).toEqual([[first.pod, 'held']]);
	});

	it('tells who gets requests from who matches and is not ready', () => {
		const { service, pods } = scene('rolling');
		const stranger = structuredClone(pods[0]?.pod);
		if (!stranger) throw new Error('no pod');
		stranger.metadata.uid = 'stranger';
		stranger.metadata.labels = { app: 'api' };
		const all = candidates(service, [...pods, podView(stranger)]);
		expect(all.map((one) => one.match)).toEqual([
			'sent',
			'sent',
			'leaving',
			'sent',
			'held',
			'other',
		]);
		expect(all[0]?.labels).toContainEqual({ key: 'app', value: 'web', wanted: true });
		expect(all.at(-1)?.labels).toEqual([{ key: 'app', value: 'api', wanted: false }]);
	});
});

describe('gateOf', () => {
	const { service } = scene('v1');
	const read = (ips: string[]) => gateOf({ chains: [], rules: serviceRules(ips) }, service);

	it('reads each target with the share that the chain of probabilities gives it', () => {
		const { rules, targets, refuses } = read(['10.244.1.2', '10.244.1.3', '10.244.2.4']);
		expect(rules).toBe(11);
		expect(refuses).toBe(false);
		expect(targets.map((one) => one.address)).toEqual([
			'10.244.1.2:80',
			'10.244.1.3:80',
			'10.244.2.4:80',
		]);
		expect(targets.map((one) => one.probability.toFixed(3))).toEqual(['0.333', '0.500', '1.000']);
		for (const { share } of targets) expect(share).toBeCloseTo(1 / 3, 6);
	});
	it('sees that nobody is there', () => {
		expect(read([])).toEqual({ rules: 1, targets: [], refuses: true });
	});
	it('leaves rules of other Services alone', () => {
		const other = { ...service, name: 'we' };
		expect(gateOf({ chains: [], rules: serviceRules(['10.244.1.2']) }, other).rules).toBe(0);
	});
});
