import { describe, expect, it } from 'vitest';
import type { Cluster, NodePower } from '../../api/cluster.ts';
import { Pause } from './pause.svelte.ts';

/** Machines that freeze when they are told to, and go on unless they are stuck. */
function rack(names: string[]) {
	const power = new Map<string, NodePower>(names.map((name) => [name, 'running']));
	const stuck = new Set<string>();
	const cluster = {
		nodes: () => [...power].map(([name, now]) => ({ name, power: now })),
		freeze: async (name: string) => void power.set(name, 'frozen'),
		resume: async (name: string) => {
			if (stuck.has(name)) throw new Error(`${name} does not answer`);
			if (power.get(name) !== 'frozen') throw new Error(`${name} is off`);
			power.set(name, 'running');
		},
	} as unknown as Cluster;
	return { power, stuck, pause: new Pause(() => cluster) };
}

describe('a pause', () => {
	it('offers a machine again that stays frozen, and says why it does', async () => {
		const { stuck, pause } = rack(['node-1', 'node-2']);
		await pause.pause('hidden');
		expect(pause.nodes).toEqual(['node-1', 'node-2']);
		// They stand still already: it is not the other lesson that stopped them.
		await pause.pause('turn');
		expect(pause.reason).toBe('hidden');
		stuck.add('node-2');
		await expect(pause.resume()).rejects.toThrow('node-2 does not answer');
		expect(pause.nodes).toEqual(['node-2']);
		stuck.clear();
		await pause.resume();
		expect(pause.paused).toBe(false);
	});
	it('is over for a machine that was switched off meanwhile', async () => {
		const { power, pause } = rack(['node-1', 'node-2']);
		await pause.pause('hidden');
		power.set('node-2', 'off');
		await pause.resume();
		expect(pause.paused).toBe(false);
		expect(power.get('node-1')).toBe('running');
	});
});
