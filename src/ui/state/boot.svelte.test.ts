import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { BootState, missingFeature } from './boot.svelte.ts';

describe('BootState', () => {
	it('is half downloads by bytes, half phases of nodes', () => {
		const boot = new BootState();
		boot.begin();
		boot.expected = 2;
		boot.report({ kind: 'download', what: 'state', bytes: 500, total: 1000, cached: false });
		expect(boot.fraction).toBeCloseTo(0.25);
		boot.report({ kind: 'download', what: 'state', bytes: 1000, total: 1000, cached: false });
		boot.report({ kind: 'node', progress: { node: 'node-1', phase: 'ready', atMs: 1 } });
		boot.report({ kind: 'node', progress: { node: 'node-2', phase: 'identify', atMs: 1 } });
		expect(boot.fraction).toBeCloseTo(0.5 + 0.5 * (9 / 12));
		expect([boot.upNodes, boot.expected]).toEqual([1, 2]);
	});

	it('says that it is still working after eight seconds without news', () => {
		vi.useFakeTimers();
		const boot = new BootState();
		boot.begin();
		boot.now = Date.now() + 7000;
		flushSync();
		expect(boot.quiet).toBe(false);
		boot.now = Date.now() + 9000;
		expect(boot.quiet).toBe(true);
		boot.report({ kind: 'control-plane', ready: true });
		expect(boot.quiet).toBe(false);
		vi.useRealTimers();
	});

	it('looks for features and not for browsers', () => {
		const worker = function () {};
		expect(missingFeature({ Worker: worker })).toBe('no-webassembly');
		expect(missingFeature({ WebAssembly: {} })).toBe('no-workers');
		expect(missingFeature({ WebAssembly: {}, Worker: worker })).toBeUndefined();
	});
});
