import { flushSync } from 'svelte';
import type { ClusterNode } from '../../api/cluster.ts';
import { describe, expect, it } from 'vitest';
import { FixtureApi } from '../../../test/harness/fixture-api.ts';
import { scenes } from '../../../test/harness/fixture-scenes.ts';
import { ApiStore, type ApiChange } from '../../lesson/api-store.ts';
import { RealClock } from '../../util/clock.ts';
import { ClusterState } from './cluster-state.svelte.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('ClusterState', () => {
	it('does not call a pod starting whose node the control plane has missed', () => {
		const state = new ClusterState();
		for (const object of scenes['unheard']?.() ?? [])
			state.apply({ kind: object.kind as ApiChange['kind'], type: 'added', object });
		const on = (name: string) => state.pods.filter((pod) => pod.node === name);
		expect(on('node-1').map((pod) => pod.state)).toEqual(['ready', 'ready']);
		expect(on('node-2').map((pod) => pod.state)).toEqual(['unknown']);
	});

	it('knows since when nothing is heard of a machine', () => {
		const state = new ClusterState();
		const power = (power: ClusterNode['power']) =>
			(state.nodes = [{ name: 'node-1', role: 'worker', address: '', power }]);
		power('booting');
		expect(state.silentSince('node-1')).toBeUndefined();
		power('running');
		expect(state.silentSince('node-1')).toBeUndefined();
		const before = Date.now();
		power('off');
		const since = state.silentSince('node-1');
		expect(since).toBeGreaterThanOrEqual(before);
		power('off');
		expect(state.silentSince('node-1')).toBe(since);
		power('running');
		expect(state.silentSince('node-1')).toBeUndefined();
	});

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
