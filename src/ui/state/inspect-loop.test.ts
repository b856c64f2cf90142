import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, ClusterNode } from '../../api/cluster.ts';
import type { InspectPart, NodeInspection } from '../../api/inspect.ts';
import { InspectLoop } from './inspect-loop.ts';

const nodes = ['node-1', 'node-2'].map((name): ClusterNode => ({
	name,
	role: 'worker',
	address: '',
	power: 'running',
}));

describe('InspectLoop', () => {
	let asked: string[];
	let answer: (node: string) => Promise<NodeInspection>;
	const answered: string[] = [];
	const silent: string[] = [];
	function loop(): InspectLoop {
		const cluster = {
			nodes: () => nodes,
			facts: async () => ({}),
			inspect: (node: string, parts: InspectPart[]) => {
				asked.push(`${node} ${parts.join('+')}`);
				return answer(node);
			},
		} as unknown as Cluster;
		return new InspectLoop(cluster, () => 'node-1', {
			answered: (node) => answered.push(node),
			silent: (node) => silent.push(node),
		});
	}

	beforeEach(() => {
		vi.useFakeTimers();
		asked = [];
		answered.length = silent.length = 0;
		answer = async () => ({});
	});
	afterEach(() => vi.useRealTimers());

	it('asks only for what is watched, at once and then again, until nobody watches', async () => {
		const one = loop();
		const groups = one.watch({ parts: ['cgroups'], nodes: 'chosen' });
		const net = one.watch({ parts: ['network', 'cgroups'], nodes: 'all' });
		await vi.advanceTimersByTimeAsync(0);
		asked.length = 0;
		await vi.advanceTimersByTimeAsync(600);
		expect(asked).toEqual(['node-1 cgroups+network', 'node-2 network+cgroups']);
		net();
		asked.length = 0;
		await vi.advanceTimersByTimeAsync(600);
		expect(asked).toEqual(['node-1 cgroups']);
		groups();
		asked.length = 0;
		await vi.advanceTimersByTimeAsync(3000);
		expect(asked).toEqual([]);
	});

	it('does not ask a node twice at a time, and calls it silent until it answers', async () => {
		let settle: (value: NodeInspection) => void = () => undefined;
		answer = () => new Promise((resolve) => (settle = resolve));
		const one = loop();
		one.watch({ parts: ['cgroups'], nodes: 'chosen' });
		await vi.advanceTimersByTimeAsync(2400);
		expect([asked.length, silent.length]).toEqual([1, 0]);
		await vi.advanceTimersByTimeAsync(1200);
		expect(silent).toContain('node-1');
		settle({});
		await vi.advanceTimersByTimeAsync(0);
		expect(answered).toEqual(['node-1']);
		one.stop();
	});

	it('calls a node silent that refuses', async () => {
		answer = () => Promise.reject(new Error('gone'));
		const one = loop();
		one.watch({ parts: ['cgroups'], nodes: 'chosen' });
		await vi.advanceTimersByTimeAsync(0);
		expect(silent).toEqual(['node-1']);
		one.stop();
	});
});
