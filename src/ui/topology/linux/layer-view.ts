import type { LayerEntry, LayerSheet, OverlayFact } from '../../../api/inspect.ts';
import type { NodeFacts } from '../../../api/node.ts';
import { shortIds } from './format.ts';

export type SheetKind = 'writable' | 'init' | 'image' | 'lower';

export interface SheetView {
	id: string;
	dir: string;
	kind: SheetKind;
	/** How the image says that it came about; empty when nobody says. */
	origin: string;
	/** The image whose layer it is. */
	image: string;
	bytes: number;
	entries: LayerEntry[];
	more: boolean;
}

/** One overlay: its sheets, topmost first. */
export interface OverlayView {
	id: string;
	/** The container or pod, or the place where it is mounted. */
	name: string;
	target: string;
	/** Sheets of its own: the writable one and an init layer. */
	own: SheetView[];
	sheets: SheetView[];
}

/** Overlays that stand on the same sheets. */
export interface LayerStack {
	key: string;
	image: string;
	/** Topmost first. */
	shared: SheetView[];
	overlays: OverlayView[];
}

export interface LayersView {
	node: string;
	stacks: LayerStack[];
}

/** What a sheet answers when a path is looked for. */
export type Answer = 'here' | 'absent' | 'whiteout' | 'opaque' | 'hidden';

interface Origin {
	image: string;
	origin: string;
}

function layerOrigins(facts: NodeFacts): Map<string, Origin> {
	const origins = new Map<string, Origin>();
	for (const image of facts.images) {
		const made = image.history.filter((one) => !one.emptyLayer);
		for (const [index, layer] of image.layers.entries())
			origins.set(layer.directory, {
				image: origins.get(layer.directory)?.image ?? image.tags[0] ?? image.id.slice(7, 19),
				origin: made[index]?.createdBy ?? '',
			});
	}
	return origins;
}

function kindOf(sheet: LayerSheet, origins: ReadonlyMap<string, Origin>): SheetKind {
	if (sheet.role === 'upper') return 'writable';
	if (/\/init\/diff$/.test(sheet.dir)) return 'init';
	return origins.has(sheet.dir) ? 'image' : 'lower';
}

/** The same overlay seen from several mount namespaces is one; the node's own view names it best. */
function distinct(overlays: readonly OverlayFact[]): OverlayFact[] {
	const found = new Map<string, OverlayFact>();
	for (const one of overlays) {
		const key = one.sheets.map((sheet) => sheet.dir).join(':');
		const known = found.get(key);
		if (!known || (known.target === '/' && one.target !== '/')) found.set(key, one);
	}
	return [...found.values()];
}

export function layersView(
	node: string,
	facts: NodeFacts,
	overlays: readonly OverlayFact[],
): LayersView {
	const origins = layerOrigins(facts);
	const stacks = new Map<string, LayerStack>();
	for (const fact of distinct(overlays)) {
		const sheets = fact.sheets.map((sheet): SheetView => {
			const { dir, bytes, entries, more } = sheet;
			const known = origins.get(dir);
			return {
				id: `layer/${node}/${dir.replace(/^\//, '')}`,
				dir,
				kind: kindOf(sheet, origins),
				origin: known?.origin ?? '',
				image: known?.image ?? '',
				bytes,
				entries,
				more,
			};
		});
		const isOwn = ({ kind }: SheetView) => kind === 'writable' || kind === 'init';
		const shared = sheets.filter((sheet) => !isOwn(sheet));
		const container = facts.containers.find((one) =>
			sheets.some((sheet) => sheet.dir === one.overlay.upper),
		);
		const pod = facts.sandboxes.find((one) => fact.target.includes(one.id));
		const key = shared.map((sheet) => sheet.dir).join(':');
		const stack = stacks.get(key) ?? {
			key,
			image: container?.image ?? shared[0]?.image ?? '',
			shared,
			overlays: [],
		};
		stack.overlays.push({
			id: `mount/${node}${fact.target}`,
			name: container?.name ?? (pod ? `pause ${pod.config.name}` : shortIds(fact.target)),
			target: fact.target,
			own: sheets.filter(isOwn),
			sheets,
		});
		stacks.set(key, stack);
	}
	for (const stack of stacks.values())
		stack.overlays.sort((a, b) => a.target.localeCompare(b.target));
	return { node, stacks: [...stacks.values()] };
}

/** Sheets that lie side by side. */
export interface StackRow {
	key: string;
	sheets: { sheet: SheetView; overlay: OverlayView }[];
	/** All overlays stand on it. */
	shared: boolean;
}

/** A stack from the top: sheets of their own side by side, shared ones across. */
export function stackRows({ overlays, shared }: LayerStack): StackRow[] {
	const [first] = overlays;
	if (!first) return [];
	const most = Math.max(...overlays.map((one) => one.own.length));
	const own = Array.from({ length: most }, (_, row): StackRow => {
		const sheets = overlays.flatMap((overlay) => {
			const sheet = overlay.own[row];
			return sheet ? [{ sheet, overlay }] : [];
		});
		const dirs = new Set(sheets.map((one) => one.sheet.dir));
		const same = sheets.length > 1 && dirs.size === 1;
		return { key: `own ${row}`, sheets: same ? sheets.slice(0, 1) : sheets, shared: same };
	});
	const below = shared.map((sheet): StackRow => ({
		key: sheet.dir,
		sheets: [{ sheet, overlay: first }],
		shared: true,
	}));
	return [...own, ...below];
}

const above = (path: string): string[] => {
	const parts = path.split('/');
	return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
};

function answerOf(sheet: SheetView, path: string): { answer: Answer; ends: boolean } {
	const find = (wanted: string) => sheet.entries.find((one) => one.path === wanted);
	const own = find(path);
	if (own?.type === 'whiteout') return { answer: 'whiteout', ends: true };
	if (own) return { answer: 'here', ends: own.type !== 'dir' };
	for (const parent of above(path)) {
		const entry = find(parent);
		if (entry?.type === 'whiteout') return { answer: 'whiteout', ends: true };
		if (entry?.type === 'opaque') return { answer: 'opaque', ends: true };
		if (entry && entry.type !== 'dir') return { answer: 'absent', ends: true };
	}
	return { answer: 'absent', ends: false };
}

/**
 * Falls through the sheets as the kernel does, topmost first: the first one that has the path answers, a
 * whiteout says that there is none. What lies below is `hidden` when it has the path too.
 */
export function lookup(overlay: OverlayView, path: string): Answer[] {
	let ended = false;
	return overlay.sheets.map((sheet) => {
		const { answer, ends } = answerOf(sheet, path);
		if (ended) return answer === 'here' ? 'hidden' : 'absent';
		ended = ends;
		return answer;
	});
}

/** Paths worth looking up: what the overlay itself has changed, and what lies in more than one sheet. */
export function notablePaths(overlay: OverlayView, most = 12): string[] {
	const counts = new Map<string, number>();
	const changed: string[] = [];
	for (const sheet of overlay.sheets)
		for (const { path, type } of sheet.entries) {
			if (type === 'dir' || type === 'opaque') continue;
			counts.set(path, (counts.get(path) ?? 0) + 1);
			if (sheet.kind === 'writable') changed.push(path);
		}
	const twice = [...counts].filter(([, count]) => count > 1).map(([path]) => path);
	const rest = [...counts.keys()];
	return [...new Set([...changed.sort(), ...twice.sort(), ...rest])].slice(0, most);
}
