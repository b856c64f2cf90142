import type { Agent, KernelOp } from '../../api/agent.ts';
import { runOps, tryOps } from './kernel.ts';
import type { LayerStore, TreeEntry } from './layer-store.ts';
import { overlayDirectory } from './paths.ts';
import { convertWhiteouts, indexLayer, type LayerIndex } from './whiteouts.ts';

interface Layer {
	chainId: string;
	diffId: string;
	size: number;
	index: LayerIndex;
	/** Images that are made of it. */
	users: number;
}

/** Name of a layer's directory: the start of its chain id. */
function layerName(chainId: string): string {
	return chainId.replace('sha256:', '').slice(0, 32);
}

/** The layers of all images, each unpacked once and counted by its users. */
export class LayerTable {
	readonly #agent: Agent;
	readonly #store: LayerStore;
	readonly #layers = new Map<string, Layer>();

	constructor(agent: Agent, store: LayerStore) {
		this.#agent = agent;
		this.#store = store;
	}
	has(chainId: string): boolean {
		return this.#layers.has(chainId);
	}
	size(chainId: string): number {
		return this.#layers.get(chainId)?.size ?? 0;
	}
	directory(chainId: string): string {
		return `${overlayDirectory(layerName(chainId))}/diff`;
	}
	indexes(chainIds: readonly string[]): LayerIndex[] {
		return chainIds.flatMap((id) => this.#layers.get(id)?.index ?? []);
	}
	/** Writes the layer's tree to the share and puts it where docker has it. `below`: lowest first. */
	async add(
		chainId: string,
		diffId: string,
		archive: readonly TreeEntry[],
		below: readonly string[],
	): Promise<void> {
		const entries = convertWhiteouts(archive, this.indexes(below));
		const name = layerName(chainId);
		await this.#store.writeTree(name, entries);
		await runOps(this.#agent, this.#placement(chainId));
		const size = entries.reduce((sum, entry) => sum + (entry.data?.length ?? 0), 0);
		this.#layers.set(chainId, { chainId, diffId, size, index: indexLayer(entries), users: 0 });
	}
	#placement(chainId: string): KernelOp[] {
		const target = this.directory(chainId);
		const source = this.#store.directory(layerName(chainId));
		return [
			{ op: 'mkdir', path: target, parents: true },
			{ op: 'mount', source, target, fstype: 'none', flags: ['bind'] },
		];
	}
	use(chainIds: readonly string[]): void {
		for (const id of chainIds) {
			const layer = this.#layers.get(id);
			if (layer) layer.users++;
		}
	}
	/** Answers the chain ids that nobody used any more, topmost first; they are gone. */
	async release(chainIds: readonly string[]): Promise<string[]> {
		const gone: string[] = [];
		for (const id of [...chainIds].reverse()) {
			const layer = this.#layers.get(id);
			if (layer && --layer.users <= 0) gone.push(id);
		}
		for (const id of gone) await this.#remove(id);
		return gone;
	}
	async #remove(chainId: string): Promise<void> {
		this.#layers.delete(chainId);
		await tryOps(this.#agent, [
			{ op: 'umount', target: this.directory(chainId), lazy: true },
			{ op: 'remove', path: this.directory(chainId) },
			{ op: 'remove', path: overlayDirectory(layerName(chainId)) },
		]);
		await this.#store.remove(layerName(chainId));
	}
	snapshot(): { chainId: string; diffId: string; size: number; users: number }[] {
		return [...this.#layers.values()].map(({ chainId, diffId, size, users }) => {
			return { chainId, diffId, size, users };
		});
	}
}
