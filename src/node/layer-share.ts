import { shareMount } from './emulator/hardware.ts';
import type { GuestFiles } from './emulator/guest-files.ts';
import type { LayerStore, TreeEntry } from './engine/layer-store.ts';

/** The machine's 9p share as the engine's layer store. */
export function layerShare(files: GuestFiles): LayerStore {
	return {
		writeTree: async (layerId, entries) => files.writeTree(layerId, inSeconds(entries)),
		remove: async (layerId) => {
			files.remove(layerId);
		},
		directory: (layerId) => `${shareMount.path}/${layerId}`,
	};
}

/** 9p keeps times in seconds. */
function* inSeconds(entries: readonly TreeEntry[]): Generator<TreeEntry> {
	for (const entry of entries) yield { ...entry, mtime: Math.floor(entry.mtime / 1000) };
}
