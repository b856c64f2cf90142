import type { ContainerStats } from '../../api/engine.ts';
import type { Pod } from '../../api/kubernetes.ts';
import { rfc3339 } from '../../client/time.ts';
import type { KubeletDeps } from './config.ts';
import { namespaceOf } from './pod-ref.ts';
import { readPodRuntime, runningContainers } from './pod-runtime.ts';

interface Usage {
	cpu: { time: string; usageNanoCores: number; usageCoreNanoSeconds: number };
	memory: { time: string; usageBytes: number; workingSetBytes: number; rssBytes: number };
}

interface Sample {
	time: number;
	cpuUsageNs: number;
}

function meminfo(text: string, name: string): number {
	return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

/** Use of the node and its pods from the kernel's counters. After pkg/kubelet/server/stats/summary.go */
export class StatsSummary {
	readonly #deps: KubeletDeps;
	readonly #last = new Map<string, Sample>();

	constructor(deps: KubeletDeps) {
		this.#deps = deps;
	}
	async summary(pods: Pod[]): Promise<object> {
		const [node, ...all] = await Promise.all([this.#node(), ...pods.map((pod) => this.#pod(pod))]);
		return { node, pods: all };
	}
	async #pod(pod: Pod): Promise<object> {
		const runtime = readPodRuntime(this.#deps.engine, pod.metadata.uid);
		const containers = await Promise.all(
			runningContainers(runtime).map(async ({ name, container }) => {
				// One that ended meanwhile has no more to say.
				const stats = await this.#deps.engine.stats(container.id).catch(() => undefined);
				return stats
					? [{ name, startTime: rfc3339(container.started), ...this.#usage(stats) }]
					: [];
			}),
		);
		const { name, uid, creationTimestamp } = pod.metadata;
		const list = containers.flat();
		const total = (read: (usage: Usage) => number) => list.reduce((sum, c) => sum + read(c), 0);
		const time = rfc3339(this.#deps.clock.now());
		return {
			podRef: { name, namespace: namespaceOf(pod), uid },
			startTime: pod.status.startTime ?? creationTimestamp,
			containers: list,
			cpu: {
				time,
				usageNanoCores: total((c) => c.cpu.usageNanoCores),
				usageCoreNanoSeconds: total((c) => c.cpu.usageCoreNanoSeconds),
			},
			memory: {
				time,
				usageBytes: total((c) => c.memory.usageBytes),
				workingSetBytes: total((c) => c.memory.workingSetBytes),
			},
		};
	}
	#usage(stats: ContainerStats): Usage {
		const time = rfc3339(stats.time);
		const bytes = stats.memoryBytes;
		return {
			cpu: {
				time,
				usageNanoCores: this.#rate(stats.id, stats.time, stats.cpuUsageNs),
				usageCoreNanoSeconds: stats.cpuUsageNs,
			},
			memory: { time, usageBytes: bytes, workingSetBytes: bytes, rssBytes: bytes },
		};
	}
	/** Nanoseconds of CPU per second since the last look. */
	#rate(key: string, time: number, cpuUsageNs: number): number {
		const last = this.#last.get(key);
		this.#last.set(key, { time, cpuUsageNs });
		if (!last || time <= last.time) return 0;
		return Math.max(0, Math.round(((cpuUsageNs - last.cpuUsageNs) / (time - last.time)) * 1000));
	}
	async #node(): Promise<object> {
		const { agent, clock, node } = this.#deps;
		const results = await agent.batch(
			[
				{ op: 'read', path: '/proc/meminfo' },
				{ op: 'read', path: '/proc/stat' },
			],
			{ keepGoing: true },
		);
		const [memory = '', stat = ''] = results.map((result) =>
			result.ok ? new TextDecoder().decode(result.data) : '',
		);
		const total = meminfo(memory, 'MemTotal');
		const available = meminfo(memory, 'MemAvailable');
		const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (stat.split('\n')[0] ?? '')
			.split(/\s+/)
			.slice(1)
			.map(Number);
		// Ticks of 1/100 s.
		const busyNs = (user + nice + system + irq + softirq) * 10_000_000;
		const now = clock.now();
		const time = rfc3339(now);
		return {
			nodeName: node.name,
			startTime: rfc3339(now),
			cpu: {
				time,
				usageNanoCores: this.#rate('node', now, busyNs),
				usageCoreNanoSeconds: busyNs,
			},
			memory: {
				time,
				availableBytes: available,
				usageBytes: total - meminfo(memory, 'MemFree'),
				workingSetBytes: total - available,
				rssBytes: meminfo(memory, 'AnonPages'),
			},
		};
	}
}
