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

	it('goes back to the moment before a change, and to the present; clear forgets the past too', async () => {
		const api = new FixtureApi();
		api.become(scenes['v1']?.() ?? []);
		const store = new ApiStore(api, new RealClock());
		const state = new ClusterState();
		const end = new AbortController();
		state.follow(store);
		store.start(end.signal);
		await store.synced;
		await settled();
		api.become(scenes['rolling']?.() ?? []);
		await settled();
		expect(state.pods).toHaveLength(5);
		state.replay = (state.log.changes[0]?.number ?? 0) - 1;
		expect(state.pods.map((pod) => pod.version)).toEqual(['1', '1', '1']);
		state.replay = undefined;
		expect(state.pods).toHaveLength(5);
		end.abort();
		state.clear();
		expect([state.pods, state.log.changes, state.history.replicas.size]).toEqual([[], [], 0]);
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
