import type { TreeEntry } from './layer-store.ts';

const opaqueName = '.wh..wh..opq';
const prefix = '.wh.';

/** What a layer holds, by path: enough to lay the next layer over it and to explain a difference. */
export type LayerIndex = Map<string, TreeEntry['type'] | 'whiteout'>;

/**
 * Turns the archive's whiteout files into what overlayfs knows: device 0/0. An opaque directory needs
 * an extended attribute, which the share has not; each name of the layers below is whited out instead.
 */
export function convertWhiteouts(
	entries: readonly TreeEntry[],
	lower: readonly LayerIndex[],
): TreeEntry[] {
	const result: TreeEntry[] = [];
	const own = new Set<string>();
	const opaque: string[] = [];
	for (const entry of entries) {
		const { parent, name } = splitPath(entry.path);
		if (name === opaqueName) opaque.push(parent);
		else if (name.startsWith(prefix))
			result.push(whiteout(join(parent, name.slice(prefix.length)), entry));
		else {
			own.add(entry.path);
			result.push(entry);
		}
	}
	for (const directory of opaque)
		for (const name of namesBelow(directory, lower)) {
			const path = join(directory, name);
			if (!own.has(path)) result.push(whiteout(path, undefined));
		}
	return result;
}

/** The index of a layer, to be kept for as long as the layer is. */
export function indexLayer(entries: readonly TreeEntry[]): LayerIndex {
	const index: LayerIndex = new Map();
	for (const entry of entries) index.set(entry.path, isWhiteout(entry) ? 'whiteout' : entry.type);
	return index;
}

/** What the stack of layers (lowest first) shows at `path`. */
export function lookUp(path: string, layers: readonly LayerIndex[]): TreeEntry['type'] | undefined {
	for (let i = layers.length - 1; i >= 0; i--) {
		const found = layers[i]?.get(path);
		if (found === 'whiteout' || hiddenBelow(path, layers[i])) return undefined;
		if (found) return found;
	}
	return undefined;
}

/** Whether a directory shows at least one name. */
export function hasChildren(directory: string, layers: readonly LayerIndex[]): boolean {
	for (const name of namesBelow(directory, layers))
		if (lookUp(join(directory, name), layers)) return true;
	return false;
}

function hiddenBelow(path: string, layer: LayerIndex | undefined): boolean {
	for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
		const above = layer?.get(path.slice(0, at));
		if (above !== undefined && above !== 'dir') return true;
	}
	return false;
}

function namesBelow(directory: string, layers: readonly LayerIndex[]): Set<string> {
	const start = directory === '.' ? '' : `${directory}/`;
	const names = new Set<string>();
	for (const layer of layers)
		for (const [path, type] of layer) {
			if (type === 'whiteout' || !path.startsWith(start) || path === '.') continue;
			names.add(path.slice(start.length).split('/', 1)[0] ?? '');
		}
	return names;
}

function whiteout(path: string, from: TreeEntry | undefined): TreeEntry {
	const mtime = from?.mtime ?? 0;
	return { path, type: 'char', mode: 0, uid: 0, gid: 0, mtime, major: 0, minor: 0 };
}

function isWhiteout(entry: TreeEntry): boolean {
	return entry.type === 'char' && entry.major === 0 && entry.minor === 0;
}

function splitPath(path: string): { parent: string; name: string } {
	const slash = path.lastIndexOf('/');
	return slash < 0
		? { parent: '.', name: path }
		: { parent: path.slice(0, slash), name: path.slice(slash + 1) };
}

function join(parent: string, name: string): string {
	return parent === '.' ? name : `${parent}/${name}`;
}
