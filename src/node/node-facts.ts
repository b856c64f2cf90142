import type { Agent } from '../api/agent.ts';
import type { Engine } from '../api/engine.ts';
import type { NodeFacts } from '../api/node.ts';
import type { SharedProcesses } from './shared-processes.ts';

interface CpuTimes {
	busy: number;
	total: number;
}

/** What the pictures draw, read from the kernel and the engine at each call. */
export class FactReader {
	readonly #agent: Agent;
	readonly #processes: SharedProcesses;
	readonly #engine: Engine | undefined;
	#last: CpuTimes = { busy: 0, total: 0 };

	constructor(agent: Agent, engine: Engine | undefined, processes: SharedProcesses) {
		this.#agent = agent;
		this.#processes = processes;
		this.#engine = engine;
	}

	async read(): Promise<NodeFacts> {
		const [processes, results] = await Promise.all([
			this.#processes.read(),
			this.#agent.batch(
				[
					{ op: 'read', path: '/proc/meminfo' },
					{ op: 'read', path: '/proc/stat' },
				],
				{ keepGoing: true },
			),
		]);
		const [memory = '', cpu = ''] = results.map((result) =>
			result.ok ? new TextDecoder().decode(result.data ?? new Uint8Array()) : '',
		);
		return {
			processes,
			containers: this.#engine?.listContainers({ all: true }) ?? [],
			sandboxes: this.#engine?.listPodSandboxes() ?? [],
			images: this.#engine?.listImages() ?? [],
			volumes: this.#engine?.listVolumes() ?? [],
			memory: {
				totalBytes: meminfo(memory, 'MemTotal'),
				availableBytes: meminfo(memory, 'MemAvailable'),
			},
			cpu: this.#share(cpuTimes(cpu)),
		};
	}

	/** Since the last call; the first one covers the time since boot. */
	#share(now: CpuTimes): number {
		const total = now.total - this.#last.total;
		const busy = now.busy - this.#last.busy;
		this.#last = now;
		return total > 0 ? busy / total : 0;
	}
}

function meminfo(text: string, name: string): number {
	return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

/** user nice system idle iowait irq softirq … in ticks. */
function cpuTimes(text: string): CpuTimes {
	const ticks = (/^cpu +(.*)$/m.exec(text)?.[1] ?? '').split(' ').map(Number);
	const total = ticks.slice(0, 8).reduce((sum, each) => sum + each, 0);
	return { total, busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0) };
}
