import type { KernelOp, KernelResult } from '../../api/agent.ts';
import type { ContainerStats } from '../../api/engine.ts';
import { cgroupFile, parseFlatKeyed } from './cgroup.ts';
import { textOf } from './kernel.ts';

const files = [
	'cpu.stat',
	'memory.current',
	'memory.stat',
	'memory.max',
	'pids.current',
	'pids.max',
	'io.stat',
];

/** All that is read for one line of `docker stats`, in one batch. */
export function statsOps(cgroup: string, pid: number): KernelOp[] {
	const paths = files.map((name) => cgroupFile(cgroup, name));
	return [...paths, `/proc/${pid}/net/dev`].map((path) => ({ op: 'read', path }));
}

/** Reads the answers to `statsOps`. */
export function readStats(
	results: readonly KernelResult[],
	base: { id: string; time: number; nodeMemory: number },
): ContainerStats {
	const [cpuText, current, memoryText, max, pids, pidsMax, io, net] = results.map(textOf);
	const cpu = parseFlatKeyed(cpuText ?? '');
	const memory = parseFlatKeyed(memoryText ?? '');
	const network = readNetwork(net ?? '');
	const blocks = readBlocks(io ?? '');
	return {
		id: base.id,
		time: base.time,
		cpuUsageNs: (cpu['usage_usec'] ?? 0) * 1000,
		throttledPeriods: cpu['nr_throttled'] ?? 0,
		// After docker/cli stats_helpers.go: calculateMemUsageUnixNoCache.
		memoryBytes: Math.max(0, Number(current) - (memory['inactive_file'] ?? 0)),
		memoryLimit: limit(max ?? '') || base.nodeMemory,
		pids: Number(pids),
		pidsLimit: limit(pidsMax ?? ''),
		rxBytes: network.rx,
		txBytes: network.tx,
		readBytes: blocks.read,
		writeBytes: blocks.write,
	};
}

function limit(text: string): number {
	const value = Number(text.trim());
	return Number.isFinite(value) ? value : 0;
}

/** `/proc/<pid>/net/dev` without the loopback. */
function readNetwork(text: string): { rx: number; tx: number } {
	let rx = 0;
	let tx = 0;
	for (const line of text.split('\n')) {
		const [name, counters] = line.split(':');
		if (counters === undefined || name?.trim() === 'lo') continue;
		const numbers = counters.trim().split(/\s+/).map(Number);
		rx += numbers[0] ?? 0;
		tx += numbers[8] ?? 0;
	}
	return { rx, tx };
}

function readBlocks(text: string): { read: number; write: number } {
	const sum = (key: string) =>
		[...text.matchAll(new RegExp(`\\b${key}=(\\d+)`, 'g'))].reduce(
			(total, match) => total + Number(match[1]),
			0,
		);
	return { read: sum('rbytes'), write: sum('wbytes') };
}
