import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../../api/cluster.ts';
import { Health } from './health.svelte.ts';

const disk = (available: number) =>
	`Filesystem 1024-blocks Used Available Capacity Mounted on\ntmpfs 383012 1 ${available} 1% /\n`;

/** A machine whose login shell prints this; an Error when the machine does not answer. */
function machine(printed: string | Error) {
	const seen = { printed, looks: 0, power: 'running' };
	const cluster = {
		nodes: () => [{ name: 'node-1', power: seen.power }],
		look: async () => {
			seen.looks++;
			if (seen.printed instanceof Error) throw seen.printed;
			return { commands: [{ code: 0, stdout: seen.printed, stderr: '' }] };
		},
	} as unknown as Cluster;
	return Object.assign(seen, { health: new Health(() => cluster) });
}

describe('Health', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('tells a machine without a shell from one without room, and from a well one', async () => {
		const one = machine(`up\n${disk(300_000)}`);
		await one.health.look('node-1');
		expect(one.health.ill.get('node-1')).toBeUndefined();
		one.printed = `up\n${disk(0)}`;
		await one.health.look('node-1');
		expect(one.health.ill.get('node-1')).toBe('disk-full');
		one.printed = '';
		await one.health.look('node-1');
		expect(one.health.ill.get('node-1')).toBe('no-shell');
		// A machine without `df` still has its shell.
		one.printed = 'up\n';
		await one.health.look('node-1');
		expect(one.health.ill.get('node-1')).toBeUndefined();
		one.health.stop();
	});

	it('looks once for programs that come together, and again while a machine is ill', async () => {
		const one = machine('');
		for (let times = 0; times < 20; times++) {
			one.health.doubt('node-1');
			await vi.advanceTimersByTimeAsync(50);
		}
		expect(one.looks).toBe(1);
		await vi.advanceTimersByTimeAsync(10_000);
		expect(one.looks).toBe(3);
		one.printed = `up\n${disk(300_000)}`;
		await vi.advanceTimersByTimeAsync(4000);
		expect(one.health.ill.size).toBe(0);
		const { looks } = one;
		await vi.advanceTimersByTimeAsync(60_000);
		expect(one.looks, 'nobody uses it').toBe(looks);
	});

	it('says nothing new of a machine that does not answer, or has no power', async () => {
		const one = machine('');
		await one.health.look('node-1');
		one.printed = new Error('no answer');
		await expect(one.health.look('node-1')).rejects.toThrow('no answer');
		expect(one.health.ill.get('node-1')).toBe('no-shell');
		one.power = 'off';
		await one.health.look('node-1');
		expect(one.health.ill.size).toBe(0);
		one.health.stop();
	});
});
