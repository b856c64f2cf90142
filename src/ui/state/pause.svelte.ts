import type { Cluster } from '../../api/cluster.ts';
import { consoleLog, logged } from '../../util/log.ts';

/** A tab that nobody sees for this long gives its processors back. */
export const pauseAfterMs = 180_000;

/** The tab was hidden; the frame was scrolled out of view; another frame's machines run; the page around asked for it. */
export type PauseReason = 'hidden' | 'away' | 'turn' | 'host';

/** Freezes the machines while the tab is hidden for long; somebody has to let them go on. */
export class Pause {
	/** Machines that were running when the tab was put aside. */
	nodes = $state.raw<string[]>([]);
	readonly paused: boolean = $derived(this.nodes.length > 0);
	/** Why they were put aside the last time. */
	reason: PauseReason = $state('hidden');
	readonly #cluster: () => Cluster | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(cluster: () => Cluster | undefined) {
		this.#cluster = cluster;
	}
	/** Follows the tab until the returned function is called. */
	follow(afterMs = pauseAfterMs): () => void {
		const look = () => {
			clearTimeout(this.#timer);
			if (document.hidden)
				this.#timer = setTimeout(() => {
					this.pause('hidden').catch(logged(consoleLog, 'page', 'the machines do not pause'));
				}, afterMs);
		};
		document.addEventListener('visibilitychange', look);
		look();
		return () => {
			clearTimeout(this.#timer);
			document.removeEventListener('visibilitychange', look);
			this.nodes = [];
		};
	}
	async pause(reason: PauseReason): Promise<void> {
		const cluster = this.#cluster();
		if (!cluster) return;
		const running = cluster.nodes().filter((node) => node.power === 'running');
		if (running.length > 0) this.reason = reason;
		this.nodes = [...this.nodes, ...running.map((node) => node.name)];
		await Promise.allSettled(running.map((node) => cluster.freeze(node.name)));
	}
	/** A machine that stays frozen is offered again; rejects with why. */
	async resume(): Promise<void> {
		const cluster = this.#cluster();
		const nodes = this.nodes;
		this.nodes = [];
		if (!cluster) return;
		const outcomes = await Promise.allSettled(nodes.map((node) => cluster.resume(node)));
		// One that was switched off meanwhile has nothing to go on with.
		const frozen = cluster.nodes().filter(({ power }) => power === 'frozen');
		const left = frozen.flatMap(({ name }) => (nodes.includes(name) ? [name] : []));
		this.nodes = [...this.nodes, ...left.filter((name) => !this.nodes.includes(name))];
		const refused = outcomes.find((one) => one.status === 'rejected');
		if (left.length > 0 && refused) throw refused.reason;
	}
}
