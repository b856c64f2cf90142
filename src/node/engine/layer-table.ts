import type { Agent, KernelOp } from '../../api/agent.ts';
import type { Rng } from '../../util/rng.ts';
import { runOps, tryOps } from './kernel.ts';
import type { LayerStore, TreeEntry } from './layer-store.ts';
import { randomId } from './names.ts';
import { overlayDirectory } from './paths.ts';
import { convertWhiteouts, indexLayer, type LayerIndex } from './whiteouts.ts';

interface Layer {
	chainId: string;
	diffId: string;
	size: number;
	index: LayerIndex;
	/** Its folder on the share. */
	folder: string;
}

/** Name of a layer's directory: the start of its chain id. */
function layerName(chainId: string): string {
	return chainId.replace('sha256:', '').slice(0, 32);
}

/** The layers of the node, each unpacked once and kept for as long as somebody holds it: an image, a container, a pull. */
export class LayerTable {
	readonly #agent: Agent;
	readonly #store: LayerStore;
	readonly #rng: Rng;
	readonly #layers = new Map<string, Layer>();
	/** Chain id → how many hold it; one that is being pulled is held before it is there. */
	readonly #holders = new Map<string, number>();

	constructor(agent: Agent, store: LayerStore, rng: Rng) {
		this.#agent = agent;
		this.#store = store;
		this.#rng = rng;
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
	/**
	 * Writes the layer's tree to the share and puts it where docker has it. `below`: lowest first. The folder's name
	 * is a new one each time: the guest keeps what it has read of a folder, even when it was taken away.
	 */
	async add(
		chainId: string,
		diffId: string,
		archive: readonly TreeEntry[],
		below: readonly string[],
	): Promise<void> {
		const entries = convertWhiteouts(archive, this.indexes(below));
		const folder = `${layerName(chainId)}-${randomId(this.#rng).slice(0, 8)}`;
		try {
			await this.#store.writeTree(folder, entries);
			await runOps(this.#agent, this.#placement(chainId, folder));
		} catch (error) {
			await this.#store.remove(folder);
			throw error;
		}
		const size = entries.reduce((sum, entry) => sum + (entry.data?.length ?? 0), 0);
		this.#layers.set(chainId, { chainId, diffId, size, index: indexLayer(entries), folder });
	}
	/** Read-only: whoever empties docker's directories keeps the images. */
	#placement(chainId: string, folder: string): KernelOp[] {
		const target = this.directory(chainId);
		const source = this.#store.directory(folder);
		return [
			{ op: 'mkdir', path: target, parents: true },
			{ op: 'mount', source, target, fstype: 'none', flags: ['bind', 'ro'] },
		];
	}
	hold(chainIds: readonly string[]): void {
		for (const id of chainIds) this.#holders.set(id, (this.#holders.get(id) ?? 0) + 1);
	}
	/** Answers the chain ids that nobody holds any more, topmost first; they are gone. */
	async release(chainIds: readonly string[]): Promise<string[]> {
		const gone = [...chainIds].reverse().filter((id) => this.#letGo(id));
		const layers = gone.flatMap((id) => this.#layers.get(id) ?? []);
		for (const { chainId } of layers) this.#layers.delete(chainId);
		// One batch, sent before anybody can ask for such a layer again: its directory keeps its name.
		await tryOps(
			this.#agent,
			layers.flatMap(({ chainId }) => this.#removal(chainId)),
		);
		for (const { folder } of layers) await this.#store.remove(folder);
		return layers.map(({ chainId }) => chainId);
	}
	/** Whether that was the last who held it. */
	#letGo(chainId: string): boolean {
		const left = (this.#holders.get(chainId) ?? 0) - 1;
		if (left > 0) this.#holders.set(chainId, left);
		else this.#holders.delete(chainId);
		return left <= 0;
	}
	#removal(chainId: string): KernelOp[] {
		return [
			{ op: 'umount', target: this.directory(chainId), lazy: true },
			{ op: 'remove', path: this.directory(chainId) },
			{ op: 'remove', path: overlayDirectory(layerName(chainId)) },
		];
	}
	snapshot(): { chainId: string; diffId: string; size: number; users: number }[] {
		return [...this.#layers.values()].map(({ chainId, diffId, size }) => {
			return { chainId, diffId, size, users: this.#holders.get(chainId) ?? 0 };
		});
	}
}
