import type { CgroupFact } from '../../../api/inspect.ts';
import type { NodeFacts } from '../../../api/node.ts';
import { shortIds } from './format.ts';

export interface Gauge {
	current: number;
	/** Undefined: no limit. */
	max: number | undefined;
}

export interface CgroupMember {
	id: string;
	pid: number;
	comm: string;
}

export interface CgroupView {
	id: string;
	path: string;
	/** The last part of the path. */
	name: string;
	/** The container or pod it belongs to. */
	owner: string;
	memory: Gauge | undefined;
	pids: Gauge | undefined;
	/** Share of one CPU that it may use; undefined: as much as there is. */
	cpuLimit: number | undefined;
	oomKills: number;
	throttled: number;
	/** Forks that `pids.max` did not allow. */
	refused: number;
	procs: CgroupMember[];
	children: CgroupView[];
	/** Groups that the page folds away: made by the engine or kubelet, with nothing in them. */
	folded: CgroupView[];
}

export interface CgroupTree {
	node: string;
	root: CgroupView | undefined;
	/** The memory of the whole node, the scale for groups without a limit. */
	total: number;
	all: CgroupView[];
}

const emptyRooms = /^\/(docker|kubepods(\/(besteffort|burstable|guaranteed))?)$/;

/** `key value` lines. */
export function readKeyed(text: string | undefined): Record<string, number> {
	const lines = (text ?? '').split('\n').map((line) => line.trim().split(/\s+/));
	return Object.fromEntries(
		lines.flatMap(([key, value]) => (key && value ? [[key, Number(value)]] : [])),
	);
}

function amount(text: string | undefined): number | undefined {
	const value = text?.trim();
	return value === undefined || value === '' || value === 'max' ? undefined : Number(value);
}

function gauge(files: CgroupFact['files'], controller: string): Gauge | undefined {
	const current = amount(files[`${controller}.current`]);
	if (current === undefined) return undefined;
	return { current, max: amount(files[`${controller}.max`]) };
}

function cpuLimit(text: string | undefined): number | undefined {
	const [quota = 'max', period = '100000'] = (text ?? '').trim().split(/\s+/);
	return quota === 'max' || quota === '' ? undefined : Number(quota) / Number(period);
}

/** Names of containers and pods by the path of their group. */
function owners(facts: NodeFacts): Map<string, string> {
	const names = new Map<string, string>();
	const path = (text: string) => `/${text.replace(/^\/+/, '')}`;
	for (const { config } of facts.sandboxes) names.set(path(config.cgroupParent), config.name);
	for (const one of facts.containers) names.set(path(one.cgroup), one.name);
	return names;
}

/** The directories of `/sys/fs/cgroup` as a tree, each with what its files say. */
export function cgroupTree(
	node: string,
	facts: NodeFacts,
	groups: readonly CgroupFact[],
): CgroupTree {
	const comms = new Map(facts.processes.map((one) => [one.pid, one.comm]));
	const threads = new Set(
		facts.processes.filter((one) => one.pid === 2 || one.ppid === 2).map((one) => one.pid),
	);
	const names = owners(facts);
	const views = new Map<string, CgroupView>();
	for (const { path, files, procs } of groups) {
		views.set(path, {
			id: `cgroup/${node}${path}`,
			path,
			name: path === '/' ? '/' : shortIds(path.split('/').at(-1) ?? path),
			owner: names.get(path) ?? '',
			memory: path === '/' ? wholeMemory(facts) : gauge(files, 'memory'),
			pids: gauge(files, 'pids'),
			cpuLimit: cpuLimit(files['cpu.max']),
			oomKills: readKeyed(files['memory.events'])['oom_kill'] ?? 0,
			throttled: readKeyed(files['cpu.stat'])['nr_throttled'] ?? 0,
			refused: readKeyed(files['pids.events'])['max'] ?? 0,
			procs: procs
				.filter((pid) => !threads.has(pid) && comms.has(pid))
				.map((pid) => ({ id: `proc/${node}/${pid}`, pid, comm: comms.get(pid) ?? '' })),
			children: [],
			folded: [],
		});
	}
	for (const view of [...views.values()].sort((a, b) => a.path.localeCompare(b.path))) {
		if (view.path === '/') continue;
		views.get(parentOf(view.path))?.children.push(view);
	}
	const root = views.get('/');
	if (root) fold(root);
	const all: CgroupView[] = [];
	const visit = (view: CgroupView) => {
		all.push(view);
		view.children.forEach(visit);
	};
	if (root) visit(root);
	return { node, root, total: facts.memory.totalBytes, all };
}

function wholeMemory({ memory }: NodeFacts): Gauge {
	return { current: memory.totalBytes - memory.availableBytes, max: undefined };
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

const isEmpty = (view: CgroupView): boolean =>
	view.procs.length === 0 && view.children.every((child) => isEmpty(child));

function fold(view: CgroupView): void {
	view.folded = view.children.filter((child) => emptyRooms.test(child.path) && isEmpty(child));
	view.children = view.children.filter((child) => !view.folded.includes(child));
	for (const child of view.children) fold(child);
}

/** 0…1 of the scale on which a group's memory is drawn; the limit stands at `limit`. */
export function memoryScale(memory: Gauge, total: number): { fill: number; limit?: number } {
	if (memory.max === undefined || memory.max >= total)
		return { fill: total > 0 ? Math.min(1, memory.current / total) : 0 };
	const limit = 0.86;
	return { fill: Math.min(1, (memory.current / memory.max) * limit), limit };
}
