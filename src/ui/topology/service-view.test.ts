import { describe, expect, it } from 'vitest';
import type { EndpointSlice, Service } from '../../api/kubernetes.ts';
import { scenes } from '../../../test/harness/fixture-scenes.ts';
import { serviceView } from './service-view.ts';

function view(scene: string) {
	const objects = scenes[scene]?.() ?? [];
	const [service] = objects.filter((object) => object.kind === 'Service') as Service[];
	if (!service) throw new Error(`no Service in ${scene}`);
	return serviceView(
		service,
		objects.filter((object) => object.kind === 'EndpointSlice') as EndpointSlice[],
	);
}

describe('serviceView', () => {
	it('sends to ready pods only, and knows which are leaving', () => {
		const { ready, endpoints, selector, url } = view('rolling');
		expect(ready).toBe(3);
		expect(endpoints.filter((one) => one.terminating)).toHaveLength(1);
		expect([selector, url]).toEqual(['app=web', 'http://10.96.41.7/']);
	});
	it('has nobody to send to in the gap of a Recreate', () => {
		expect(view('recreate').ready).toBe(0);
	});
});
