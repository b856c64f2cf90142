import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { reasonToAsk } from '../boot/begin.ts';
import { bootPlan, learnTimes, usualTimes } from './boot-plan.ts';
import { BootState, missingFeature } from './boot.svelte.ts';

const megabyte = 1_000_000;

describe('BootState', () => {
	it('weighs downloads by the time that the line needs for them', () => {
		const at = (speed: number) =>
			bootPlan(
				{
					bytes: 3 * megabyte,
					total: 6 * megabyte,
					cached: false,
					speed,
					nodes: [undefined],
					scene: 0,
				},
				usualTimes,
			);
		const slow = at(100);
		expect(slow.fraction).toBeCloseTo(0.47, 1);
		expect(slow.left).toBe(30_000 + usualTimes.phases.ready + usualTimes.scene);
		expect(at(10_000).fraction).toBeLessThan(0.1);
	});

	it('gives cached files next to no part of the bar, and every node its own', () => {
		const figures = { bytes: 6, total: 6, cached: true, speed: undefined, scene: 0 };
		const none = bootPlan({ ...figures, nodes: [undefined, undefined] }, usualTimes);
		const half = bootPlan({ ...figures, nodes: ['ready', undefined] }, usualTimes);
		const all = bootPlan({ ...figures, nodes: ['ready', 'ready'], scene: 1 }, usualTimes);
		expect(none.fraction).toBeLessThan(0.1);
		expect(half.fraction).toBeGreaterThan(0.35);
		expect(all).toEqual({ fraction: 1, left: 0 });
	});

	it('never goes back, and says how fast the line is', () => {
		vi.useFakeTimers();
		const boot = new BootState();
		boot.begin(2);
		boot.report({ kind: 'download', what: 'state', bytes: 0, total: 10 * megabyte, cached: false });
		let before = boot.fraction;
		for (const bytes of [4, 5, 5.1]) {
			vi.advanceTimersByTime(1000);
			boot.report({
				kind: 'download',
				what: 'state',
				bytes: bytes * megabyte,
				total: 10 * megabyte,
				cached: false,
			});
			expect(boot.fraction).toBeGreaterThanOrEqual(before);
			before = boot.fraction;
		}
		expect(boot.speed).toBeCloseTo((5.1 * megabyte) / 3, -3);
		vi.useRealTimers();
	});

	it('says that it is still working after eight seconds without news, and what else can be done after thirty', () => {
		vi.useFakeTimers();
		const boot = new BootState();
		boot.begin(1);
		boot.now = Date.now() + 7000;
		flushSync();
		expect(boot.quiet).toBe(false);
		boot.now = Date.now() + 9000;
		expect([boot.quiet, boot.stuck]).toEqual([true, false]);
		boot.now = Date.now() + 31_000;
		expect(boot.stuck).toBe(true);
		boot.report({ kind: 'control-plane', ready: true });
		expect(boot.quiet).toBe(false);
		vi.useRealTimers();
	});

	it('learns how long a boot takes here, half way at a time', () => {
		const slow = { phases: { ...usualTimes.phases, ready: 9000 }, scene: 2000 };
		expect(learnTimes(usualTimes, slow)).toMatchObject({ phases: { ready: 6000 }, scene: 1400 });
	});

	it('looks for features and not for browsers', () => {
		const Worker = function () {};
		const { WebAssembly } = globalThis;
		const blocked = {
			Module: class {
				constructor() {
					throw new Error("Refused to compile: 'wasm-unsafe-eval'");
				}
			},
		};
		expect(missingFeature({ Worker })?.reason).toBe('no-webassembly');
		expect(missingFeature({ WebAssembly })?.reason).toBe('no-workers');
		expect(missingFeature({ WebAssembly: blocked, Worker })?.reason).toBe('wasm-blocked');
		expect(missingFeature({ WebAssembly, Worker })).toBeUndefined();
	});

	it('asks first where data or memory are short', () => {
		const device = { saveData: false, memory: 8, touch: false };
		expect(reasonToAsk(device, 3)).toBeUndefined();
		expect(reasonToAsk({ ...device, saveData: true }, 1)).toBe('save-data');
		expect(reasonToAsk({ ...device, memory: 2 }, 3)).toBe('little-memory');
		expect(reasonToAsk({ ...device, memory: 2 }, 1)).toBeUndefined();
		expect(reasonToAsk({ ...device, memory: undefined, touch: true }, 3)).toBe('little-memory');
	});
});
