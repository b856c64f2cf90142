import { SvelteMap } from 'svelte/reactivity';
import type { Cluster } from '../../api/cluster.ts';
import { consoleLog } from '../../util/log.ts';

/** What keeps a machine that answers from being of use. */
export type Illness = 'no-shell' | 'disk-full';

/** As every new tab of the terminals begins, and how much room the root file system has. */
const login = ['/bin/bash', '-l', '-c', 'echo up; df -Pk /'];
/** After a program, so that programs that follow each other are looked after once. */
const settleMs = 1000;
/** A loop in a shell does not keep its machine busy with this. */
const leastGapMs = 4000;
/** Less is no room for anything. */
const leastKiB = 64;

/**
 * Whether a shell can still begin on each machine and the disk has room: looked at when somebody ran something there, or
 * a shell did not come, and again and again while a machine is ill. A machine that nobody uses is not asked.
 */
export class Health {
	readonly ill = new SvelteMap<string, Illness>();
	readonly #cluster: () => Cluster | undefined;
	#timers: Record<string, ReturnType<typeof setTimeout> | undefined> = {};
	readonly #lookedAt: Record<string, number> = {};

	constructor(cluster: () => Cluster | undefined) {
		this.#cluster = cluster;
	}
	/** Something has happened on the machine that may have harmed it: it is looked at soon. */
	doubt(node: string): void {
		if (this.#timers[node] !== undefined) return;
		const ms = Math.max(settleMs, (this.#lookedAt[node] ?? 0) + leastGapMs - Date.now());
		this.#timers[node] = setTimeout(() => {
			this.#timers[node] = undefined;
			this.look(node).catch((error: unknown) => {
				consoleLog.warn('page', `${node} was not looked after`, error);
				if (this.ill.has(node)) this.doubt(node);
			});
		}, ms);
	}
	/** Looks now; a machine that does not answer is told elsewhere. */
	async look(node: string): Promise<void> {
		const cluster = this.#cluster();
		if (cluster?.nodes().find(({ name }) => name === node)?.power !== 'running')
			return void this.ill.delete(node);
		this.#lookedAt[node] = Date.now();
		const { commands } = await cluster.look(node, { commands: [login] });
		if (cluster !== this.#cluster()) return;
		const illness = illnessOf(commands[0]?.stdout ?? '');
		if (!illness) return void this.ill.delete(node);
		this.ill.set(node, illness);
		this.doubt(node);
	}
	stop(): void {
		for (const timer of Object.values(this.#timers)) clearTimeout(timer);
		this.#timers = {};
		this.ill.clear();
	}
}

/** From what the login shell printed, if it came so far. */
function illnessOf(printed: string): Illness | undefined {
	if (!/^up$/m.test(printed)) return 'no-shell';
	const [, , , available] = printed.trim().split('\n').at(-1)?.split(/\s+/) ?? [];
	return Number(available) < leastKiB ? 'disk-full' : undefined;
}
