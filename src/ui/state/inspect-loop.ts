import type { Cluster } from '../../api/cluster.ts';
import type { InspectPart, NodeInspection } from '../../api/inspect.ts';
import type { NodeFacts } from '../../api/node.ts';
import { consoleLog, logged } from '../../util/log.ts';

export interface InspectWatcher {
	parts: readonly InspectPart[];
	/** Every node, or only the one that is chosen. */
	nodes: 'all' | 'chosen';
}

interface Outcome {
	answered(node: string, facts: NodeFacts, inspection: NodeInspection): void;
	/** It cannot be looked at now. */
	silent(node: string): void;
}

const everyMs = 600;
/** A node that has not answered for this long counts as silent, until it does. */
const silentMs = 3000;

/** Asks nodes again and again while somebody watches, each only for what is watched, and never twice at a time. */
export class InspectLoop {
	readonly #cluster: Cluster;
	readonly #chosen: () => string;
	readonly #outcome: Outcome;
	readonly #watchers = new Set<InspectWatcher>();
	readonly #asked = new Map<string, number>();
	#timer: ReturnType<typeof setInterval> | undefined;

	constructor(cluster: Cluster, chosen: () => string, outcome: Outcome) {
		this.#cluster = cluster;
		this.#chosen = chosen;
		this.#outcome = outcome;
	}
	/** Asks at once and from then on, until the returned function is called. */
	watch(watcher: InspectWatcher): () => void {
		this.#watchers.add(watcher);
		this.#timer ??= setInterval(() => this.ask(), everyMs);
		this.ask();
		return () => {
			this.#watchers.delete(watcher);
			if (this.#watchers.size === 0) this.#end();
		};
	}
	/** Asks now what is watched; nothing while the page is hidden. */
	ask(): void {
		if (document.hidden) return;
		for (const { name, power } of this.#cluster.nodes()) {
			const watchers = [...this.#watchers].filter(
				({ nodes }) => nodes === 'all' || name === this.#chosen(),
			);
			if (watchers.length === 0) continue;
			if (power !== 'running') this.#outcome.silent(name);
			else
				this.#ask(name, [...new Set(watchers.flatMap(({ parts }) => parts))]).catch(
					logged(consoleLog, 'page', `${name} was not looked at`),
				);
		}
	}
	stop(): void {
		this.#watchers.clear();
		this.#end();
	}

	#end(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}
	async #ask(node: string, parts: InspectPart[]): Promise<void> {
		const since = this.#asked.get(node);
		if (since !== undefined) {
			if (performance.now() - since > silentMs) this.#outcome.silent(node);
			return;
		}
		this.#asked.set(node, performance.now());
		try {
			const [facts, inspection] = await Promise.all([
				this.#cluster.facts(node),
				parts.length > 0 ? this.#cluster.inspect(node, parts) : {},
			]);
			if (this.#timer !== undefined) this.#outcome.answered(node, facts, inspection);
		} catch {
			if (this.#timer !== undefined) this.#outcome.silent(node);
		} finally {
			this.#asked.delete(node);
		}
	}
}
