import type { CgroupFact } from '../../../api/inspect.ts';
import { readKeyed } from './cgroup-view.ts';

/** One second of a group's life. */
export interface Moment {
	/** Share of one CPU that it used, 0…1. */
	cpu: number;
	/** It was held back by its quota. */
	throttled: boolean;
	/** Processes killed because memory ran out. */
	oomKills: number;
}

interface Sample {
	at: number;
	usageUsec: number;
	throttled: number;
	oomKills: number;
}

const seconds = 30;

/** The last 30 s of each group, from the differences between readings. */
export class CgroupHistory {
	readonly #samples = new Map<string, Sample[]>();

	add(node: string, groups: readonly CgroupFact[], at: number): void {
		const seen = new Set<string>();
		for (const { path, files } of groups) {
			const key = `${node}${path}`;
			seen.add(key);
			const cpu = readKeyed(files['cpu.stat']);
			const sample = {
				at,
				usageUsec: cpu['usage_usec'] ?? 0,
				throttled: cpu['nr_throttled'] ?? 0,
				oomKills: readKeyed(files['memory.events'])['oom_kill'] ?? 0,
			};
			const kept = (this.#samples.get(key) ?? []).filter(
				(one) => at - one.at <= (seconds + 1) * 1000,
			);
			this.#samples.set(key, [...kept, sample]);
		}
		for (const key of this.#samples.keys())
			if (key.startsWith(`${node}/`) && !seen.has(key)) this.#samples.delete(key);
	}
	/** Oldest first, the present second last. */
	last(node: string, path: string, now: number): Moment[] {
		const moments = Array.from({ length: seconds }, () => ({
			cpu: 0,
			throttled: false,
			oomKills: 0,
		}));
		const samples = this.#samples.get(`${node}${path}`) ?? [];
		for (const [index, sample] of samples.entries()) {
			const before = samples[index - 1];
			const slot = seconds - 1 - Math.floor((now - sample.at) / 1000);
			const moment = moments[slot];
			if (!before || !moment || sample.at <= before.at) continue;
			const used = (sample.usageUsec - before.usageUsec) / 1000 / (sample.at - before.at);
			moment.cpu = Math.max(moment.cpu, Math.min(1, Math.max(0, used)));
			moment.throttled ||= sample.throttled > before.throttled;
			moment.oomKills += Math.max(0, sample.oomKills - before.oomKills);
		}
		return moments;
	}
}
