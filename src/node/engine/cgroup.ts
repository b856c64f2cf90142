import type { Agent, KernelOp, KernelResult } from '../../api/agent.ts';
import type { Resources } from '../../api/engine.ts';
import type { Clock } from '../../util/clock.ts';
import { tryOps } from './kernel.ts';

const root = '/sys/fs/cgroup';
const wanted = ['cpu', 'io', 'memory', 'pids'];

/** What the kernel offers; read once at the start of the engine. */
export interface CgroupSupport {
	controllers: string[];
	swap: boolean;
}

/** Reads `cgroup.controllers`. */
export function parseControllers(text: string): string[] {
	const offered = text.trim().split(/\s+/);
	return wanted.filter((name) => offered.includes(name));
}

/** Makes a cgroup with its limits, and the way down to it with the controllers switched on. */
export function cgroupOps(path: string, resources: Resources, support: CgroupSupport): KernelOp[] {
	const ops = parentOps(path, support);
	ops.push({ op: 'mkdir', path: `${root}/${path}`, parents: true });
	for (const [file, data] of limits(resources, support))
		ops.push({ op: 'write', path: `${root}/${path}/${file}`, data });
	return ops;
}

/** Every directory above `path`, made and with the controllers handed down. */
export function parentOps(path: string, support: CgroupSupport): KernelOp[] {
	const data = support.controllers.map((name) => `+${name}`).join(' ');
	const parts = path.split('/').filter(Boolean);
	const ops: KernelOp[] = [];
	for (let depth = 0; depth < parts.length; depth++) {
		const directory = [root, ...parts.slice(0, depth)].join('/');
		if (depth > 0) ops.push({ op: 'mkdir', path: directory, parents: true });
		ops.push({ op: 'write', path: `${directory}/cgroup.subtree_control`, data });
	}
	return ops;
}

function limits(resources: Resources, support: CgroupSupport): [string, string][] {
	const files: [string, string][] = [];
	if (resources.memory) {
		files.push(['memory.max', String(resources.memory)]);
		if (support.swap) files.push(['memory.swap.max', String(resources.memory)]);
	}
	if (resources.oomGroup) files.push(['memory.oom.group', '1']);
	if (resources.nanoCpus) files.push(['cpu.max', `${cpuQuota(resources.nanoCpus)} ${cpuPeriod}`]);
	if (resources.cpuShares) files.push(['cpu.weight', String(cpuWeight(resources.cpuShares))]);
	if (resources.pidsLimit && resources.pidsLimit > 0)
		files.push(['pids.max', String(resources.pidsLimit)]);
	return files;
}

const cpuPeriod = 100_000;

function cpuQuota(nanoCpus: number): number {
	return Math.max(1000, Math.round((nanoCpus * cpuPeriod) / 1e9));
}

/** Docker's 2…262144 as the kernel's 1…10000. After libcontainer/cgroups: ConvertCPUSharesToCgroupV2Value. */
function cpuWeight(shares: number): number {
	return Math.floor(1 + ((Math.max(2, shares) - 2) * 9999) / 262_142);
}

/** Kills what is left in the cgroup and removes it. */
export function cgroupRemovalOps(path: string): KernelOp[] {
	return [
		{ op: 'write', path: `${root}/${path}/cgroup.kill`, data: '1' },
		{ op: 'remove', path: `${root}/${path}` },
	];
}

const lastBreathMs = 200;

/** Removes a cgroup a moment later when it was busy: what was killed in it may still be on its way out. */
export function removeOnceFree(
	{ agent, clock }: { agent: Agent; clock: Clock },
	path: string,
	removal: KernelResult | undefined,
): void {
	if (removal?.ok !== false || removal.errno !== 'EBUSY') return;
	clock.after(lastBreathMs, () => {
		void tryOps(agent, cgroupRemovalOps(path)).catch(() => undefined);
	});
}

/** A file of a cgroup. */
export function cgroupFile(path: string, name: string): string {
	return `${root}/${path}/${name}`;
}

/** Reads `key value` lines: `memory.events`, `cpu.stat`, `memory.stat`. */
export function parseFlatKeyed(text: string): Record<string, number> {
	const found: Record<string, number> = {};
	for (const line of text.split('\n')) {
		const [key, value] = line.split(' ');
		if (key && value !== undefined) found[key] = Number(value);
	}
	return found;
}
