import { SvelteMap } from 'svelte/reactivity';
import type { Cluster } from '../../../api/cluster.ts';
import type { NodeInspection } from '../../../api/inspect.ts';

const everyMs = 2500;

/** The packet rules of every running node, read again while a picture shows them. */
export class Gates {
	/** By node; `undefined` while it cannot be looked at. */
	readonly rules = new SvelteMap<string, NodeInspection['rules']>();

	/** Reads now and again until the returned function is called. */
	watch(cluster: Cluster): () => void {
		let over = false;
		const once = async () => {
			if (document.hidden) return;
			for (const { name, power } of cluster.nodes()) {
				const read =
					power === 'running'
						? await cluster.inspect(name, ['rules']).catch(() => undefined)
						: undefined;
				if (over) return;
				this.rules.set(name, read?.rules);
			}
		};
		void once();
		const timer = setInterval(() => void once(), everyMs);
		return () => {
			over = true;
			clearInterval(timer);
		};
	}
}

/** One reading for the picture and its table. */
export const gates = new Gates();
