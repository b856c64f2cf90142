import type { InspectState } from '../../state/inspect-state.svelte.ts';
import type { PictureSources, PictureTable } from '../pictures.ts';
import { CgroupHistory } from './cgroup-history.ts';
import { cgroupTree, type CgroupTree, type CgroupView, type Gauge } from './cgroup-view.ts';
import { mebibytes } from './format.ts';
import { words } from './words.ts';

const histories = new WeakMap<InspectState, CgroupHistory>();

/** The last 30 s of every group, kept as long as the page keeps its machines. */
export function historyOf(inspect: InspectState): CgroupHistory {
	const known = histories.get(inspect);
	if (known) return known;
	const history = new CgroupHistory();
	histories.set(inspect, history);
	inspect.onInspected((node, { now, at }) => {
		if (now.cgroups) history.add(node, now.cgroups, at);
	});
	return history;
}

export function currentGroups({ state, inspect }: PictureSources): CgroupTree | undefined {
	const { node } = inspect;
	const facts = state.facts.get(node);
	const groups = inspect.nodes.get(node)?.now.cgroups;
	return facts && groups && cgroupTree(node, facts, groups);
}

export function memoryText(memory: Gauge | undefined): string {
	if (!memory) return '–';
	const { current, max } = memory;
	return max === undefined
		? mebibytes(current)
		: words().cgroups.of(mebibytes(current), mebibytes(max));
}

const pidsText = ({ pids }: CgroupView): string =>
	pids ? `${pids.current}${pids.max === undefined ? '' : ` / ${pids.max}`}` : '–';

export function groupRows(tree: CgroupTree): PictureTable[] {
	return [
		{
			caption: words().cgroups.title(tree.node),
			head: [
				'cgroup',
				'memory.current',
				'memory.max',
				'cpu.max',
				'nr_throttled',
				'pids',
				'oom_kill',
				'cgroup.procs',
			],
			rows: tree.all.map((one) => ({
				id: one.id,
				cells: [
					one.path,
					one.memory ? mebibytes(one.memory.current) : '–',
					one.memory?.max === undefined ? 'max' : mebibytes(one.memory.max),
					one.cpuLimit === undefined ? 'max' : `${Math.round(one.cpuLimit * 100)} %`,
					String(one.throttled),
					pidsText(one),
					String(one.oomKills),
					one.procs.map(({ pid, comm }) => `${pid} ${comm}`).join(', '),
				],
			})),
		},
	];
}

export function groupSummary(tree: CgroupTree): string {
	const limited = tree.all.filter(
		(one) =>
			one.memory?.max !== undefined || one.cpuLimit !== undefined || one.pids?.max !== undefined,
	).length;
	const kills = tree.all.reduce((sum, one) => sum + one.oomKills, 0);
	return words().cgroups.summary(tree.node, tree.all.length, limited, kills);
}
