import type { Agent, KernelOp } from '../../api/agent.ts';
import type { LayerEntry, LayerSheet, OverlayFact } from '../../api/inspect.ts';
import { findAttribute, readAttributes } from '../agent/attributes.ts';
import { attribute as a, sheetKinds } from '../agent/protocol.ts';
import { tryOps } from '../engine/kernel.ts';
import type { MountNamespace, ParsedMount } from './mounts.ts';

const maxEntries = 400;

/** A mount namespace with its mounts. */
export interface NamespaceMounts extends MountNamespace {
	mounts: ParsedMount[];
}

/** One overlay file system, which may be seen in several namespaces. */
interface Overlay {
	upper: string | undefined;
	lower: string[];
	/** Its directories are named as in this namespace; `isOwn` for that of the node. */
	from: NamespaceMounts;
	isOwn: boolean;
	target: string;
	seen: { namespace: number; target: string }[];
}

/** Reads what overlays are made of. Layers of images never change: they are read once. */
export class LayerReader {
	readonly #agent: Agent;
	readonly #imageSheets = new Map<string, Omit<LayerSheet, 'role'>>();

	constructor(agent: Agent) {
		this.#agent = agent;
	}

	/** `namespaces`: the node's own first. Mounts of one file system share their sheets. */
	async read(namespaces: readonly NamespaceMounts[]): Promise<OverlayFact[]> {
		const overlays = findOverlays(namespaces);
		const places = await this.#resolve(overlays);
		const sheets = await this.#sheets([...new Set(places.values())], imageLayers(namespaces[0]));
		return overlays.flatMap((overlay) => {
			const list = directories(overlay).map(({ dir, role }): LayerSheet => {
				const sheet = sheets.get(places.get(placeKey(overlay, dir)) ?? '');
				return { ...(sheet ?? { entries: [], more: false, bytes: 0 }), dir, role };
			});
			return overlay.seen.map((where) => ({ ...where, sheets: list }));
		});
	}

	/** Where each directory is found from here, by {@link placeKey}. */
	async #resolve(overlays: readonly Overlay[]): Promise<Map<string, string>> {
		const wanted = overlays.flatMap((overlay) =>
			directories(overlay).map(({ dir }) => ({
				key: placeKey(overlay, dir),
				paths: candidates(overlay, dir),
			})),
		);
		const unsure = wanted.filter(({ paths }) => paths.length > 1);
		const ops = unsure.flatMap(({ paths }) =>
			paths.map((path): KernelOp => ({ op: 'stat', path: `${path}/.` })),
		);
		const there = (await tryOps(this.#agent, ops)).map(({ ok }) => ok);
		const places = new Map<string, string>();
		for (const { key, paths } of wanted) {
			const found = paths.length > 1 ? paths.filter(() => there.shift()) : paths;
			places.set(key, found[0] ?? paths[0] ?? '');
		}
		return places;
	}

	async #sheets(
		paths: readonly string[],
		images: ReadonlySet<string>,
	): Promise<Map<string, Omit<LayerSheet, 'role'>>> {
		const missing = paths.filter((path) => !this.#imageSheets.has(path));
		const results = await tryOps(
			this.#agent,
			missing.map((path) => ({ op: 'sheet', path, max: maxEntries })),
		);
		const sheets = new Map(this.#imageSheets);
		for (const [index, path] of missing.entries()) {
			const result = results[index];
			if (!result?.ok || !result.data) continue;
			const sheet = readSheet(path, result.data);
			sheets.set(path, sheet);
			if (images.has(path)) this.#imageSheets.set(path, sheet);
		}
		return sheets;
	}
}

/** Layers of images are the share's directories, each mounted where docker keeps it. */
function imageLayers(own: NamespaceMounts | undefined): ReadonlySet<string> {
	const mounts = own?.mounts.filter(({ fstype }) => fstype === '9p') ?? [];
	return new Set(mounts.map(({ target }) => target));
}

function findOverlays(namespaces: readonly NamespaceMounts[]): Overlay[] {
	const found = new Map<string, Overlay>();
	for (const [index, from] of namespaces.entries())
		for (const mount of from.mounts) {
			if (mount.fstype !== 'overlay') continue;
			const { target } = mount;
			const where = { namespace: from.inode, target };
			const known = found.get(mount.device);
			if (known) known.seen.push(where);
			else
				found.set(mount.device, {
					upper: option(mount, 'upperdir'),
					lower: split(option(mount, 'lowerdir') ?? ''),
					from,
					isOwn: index === 0,
					target,
					seen: [where],
				});
		}
	return [...found.values()];
}

function option({ superOptions }: ParsedMount, name: string): string | undefined {
	const found = superOptions.find((word) => word.startsWith(`${name}=`));
	return found?.slice(name.length + 1);
}

/** A colon within a name stands behind a backslash. */
function split(lowerdir: string): string[] {
	return lowerdir.split(/(?<!\\):/).filter((dir) => dir !== '');
}

/** Topmost first. */
function directories({ upper, lower }: Overlay): { dir: string; role: LayerSheet['role'] }[] {
	const below = lower.map((dir) => ({ dir: plain(dir), role: 'lower' as const }));
	return upper === undefined ? below : [{ dir: plain(upper), role: 'upper' }, ...below];
}

function plain(dir: string): string {
	return dir.replace(/\\([:,\\])/g, '$1');
}

function placeKey({ from, target }: Overlay, dir: string): string {
	return `${from.inode} ${target} ${dir}`;
}

/**
 * Where a directory may be. Its name is as it was seen when the overlay was mounted: in the namespace of the
 * mount, or (for a container, whose root the overlay has become) in the node's. The kernel keeps a relative
 * name as it was typed, without where: it is looked for beside the mount, where it usually is.
 */
function candidates({ from, isOwn, target }: Overlay, dir: string): string[] {
	const names = dir.startsWith('/') ? [dir] : beside(target).map((parent) => `${parent}/${dir}`);
	if (isOwn) return names;
	const inside = names.map((name) => `/proc/${from.pid}/root${name}`);
	return target === '/' ? [...names, ...inside] : [...inside, ...names];
}

/** The directories above a path, the nearest first; without the slash at the end. */
function beside(target: string): string[] {
	const parts = target.split('/').slice(0, -1);
	return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

/** The answer to a `sheet` operation. */
export function readSheet(dir: string, answer: Uint8Array<ArrayBuffer>): Omit<LayerSheet, 'role'> {
	const list = readAttributes(answer);
	const decoder = new TextDecoder();
	const entries = list
		.filter(({ tag }) => tag === a.entry)
		.map(({ view, value }): LayerEntry => ({
			path: decoder.decode(value.subarray(12)),
			type: sheetKinds[view.getUint32(0, true)] ?? 'other',
			size: Number(view.getBigUint64(4, true)),
		}));
	const more = findAttribute(list, a.count)?.u32 === 1;
	const bytes = entries.reduce((sum, { size }) => sum + size, 0);
	return { dir, entries: entries.sort(byDepth), more, bytes };
}

function byDepth(one: LayerEntry, other: LayerEntry): number {
	const depth = (entry: LayerEntry) => entry.path.split('/').length;
	return depth(one) - depth(other) || (one.path < other.path ? -1 : 1);
}
