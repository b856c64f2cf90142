import { describe, expect, it } from 'vitest';
import { machineScenes } from '../../../../test/harness/fixture-inspect.ts';
import { CgroupHistory } from './cgroup-history.ts';
import { cgroupTree, memoryScale } from './cgroup-view.ts';

const bench = machineScenes['linux-bench']?.['node-1'];
if (!bench) throw new Error('no scene');
const tree = cgroupTree('node-1', bench.facts, bench.inspection.cgroups ?? []);
const at = (path: string) => tree.all.find((one) => one.path === path);

describe('cgroupTree', () => {
	it('reads limits, usage and marks of a group', () => {
		const demo = at('/demo');
		expect(demo?.id).toBe('cgroup/node-1/demo');
		expect(demo?.memory?.max).toBe(8 * 1_048_576);
		expect(demo?.pids).toEqual({ current: 1, max: 10 });
		expect([demo?.cpuLimit, demo?.oomKills, demo?.throttled]).toEqual([0.2, 2, 41]);
		expect(demo?.procs.map((one) => one.comm)).toEqual(['yes']);
	});
	it('knows containers, keeps kernel threads out, folds only empty rooms of the engine', () => {
		expect(at('/docker/89eff9a38776')?.owner).toBe('web');
		expect(at('/')?.procs.map((one) => one.pid)).not.toContain(2);
		expect(tree.root?.children.map((one) => one.path)).toEqual(['/demo', '/docker']);
		expect(tree.root?.folded.map((one) => one.path)).toEqual(['/kubepods']);
		expect(at('/demo/inner')?.memory?.max).toBeUndefined();
	});
	it('draws memory against its limit, or against the machine', () => {
		expect(memoryScale({ current: 4, max: 8 }, 100)).toEqual({ fill: 0.43, limit: 0.86 });
		expect(memoryScale({ current: 25, max: undefined }, 100)).toEqual({ fill: 0.25 });
	});
});

describe('CgroupHistory', () => {
	it('tells use, throttling and kills of the last 30 s from differences', () => {
		const history = new CgroupHistory();
		const add = (at: number, usec: number, throttled: number, kills: number) =>
			history.add(
				'n',
				[
					{
						path: '/demo',
						procs: [],
						files: {
							'cpu.stat': `usage_usec ${usec}\nnr_throttled ${throttled}\n`,
							'memory.events': `oom_kill ${kills}\n`,
						},
					},
				],
				at,
			);
		add(0, 0, 5, 1);
		add(1000, 200_000, 5, 1);
		add(2000, 400_000, 9, 2);
		const moments = history.last('n', '/demo', 2000);
		expect(moments).toHaveLength(30);
		expect(moments.at(-1)).toEqual({ cpu: 0.2, throttled: true, oomKills: 1 });
		expect(moments.at(-2)).toEqual({ cpu: 0.2, throttled: false, oomKills: 0 });
		expect(moments.at(-3)).toEqual({ cpu: 0, throttled: false, oomKills: 0 });
		expect(history.last('n', '/demo', 40_000).some((one) => one.throttled)).toBe(false);
	});
	it('forgets groups that are gone', () => {
		const history = new CgroupHistory();
		const group = {
			path: '/a',
			procs: [],
			files: { 'cpu.stat': 'usage_usec 0\nnr_throttled 0\n' },
		};
		history.add('n', [group], 0);
		history.add('n', [], 500);
		history.add('n', [{ ...group, files: { 'cpu.stat': 'usage_usec 0\nnr_throttled 7\n' } }], 1000);
		expect(history.last('n', '/a', 1000).at(-1)?.throttled).toBe(false);
	});
});
