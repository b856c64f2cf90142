import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { FixtureApi } from '../../../test/harness/fixture-api.ts';
import { scenes } from '../../../test/harness/fixture-scenes.ts';
import { ApiStore } from '../../lesson/api-store.ts';
import { RealClock } from '../../util/clock.ts';
import { ClusterState } from './cluster-state.svelte.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('ClusterState', () => {
	it('follows the watch: what is drawn changes when the API does', async () => {
		const api = new FixtureApi();
		api.become(scenes['v1']?.() ?? []);
		const store = new ApiStore(api, new RealClock());
		const state = new ClusterState();
		const end = new AbortController();
		const stop = state.follow(store);
		const seen: string[] = [];
		const unwatch = $effect.root(() => {
			$effect(() => {
				seen.push(state.pods.map((pod) => pod.version ?? '').join(''));
			});
		});
		store.start(end.signal);
		await store.synced;
		flushSync();
		expect(seen.at(-1)).toBe('111');
		api.become(scenes['rolling']?.() ?? []);
		await settled();
		flushSync();
		expect(seen.at(-1)).toBe('11122');
		expect(state.services[0]?.ready).toBe(3);
		api.become([]);
		await settled();
		flushSync();
		expect(seen.at(-1)).toBe('');
		end.abort();
		stop();
		unwatch();
	});

	it('keeps system objects out of the picture until they are asked for', () => {
		const state = new ClusterState();
		const metadata = {
			name: 'coredns',
			namespace: 'kube-system',
			uid: 'c',
			resourceVersion: '1',
			creationTimestamp: '2026-01-01T00:00:00Z',
		};
		const object = {
			apiVersion: 'v1',
			kind: 'Pod',
			metadata,
			spec: { containers: [] },
			status: {},
		};
		state.apply({ kind: 'Pod', type: 'added', object });
		expect(state.pods).toHaveLength(0);
		state.showSystem = true;
		expect(state.pods.map((pod) => pod.name)).toEqual(['coredns']);
	});
});
