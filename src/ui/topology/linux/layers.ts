import type { PictureSources, PictureTable } from '../pictures.ts';
import { bytes } from './format.ts';
import { layersView, type LayersView, type SheetView } from './layer-view.ts';
import { words } from './words.ts';

export function currentLayers({ state, inspect }: PictureSources): LayersView | undefined {
	const { node } = inspect;
	const facts = state.facts.get(node);
	const layers = inspect.nodes.get(node)?.now.layers;
	return facts && layers && layersView(node, facts, layers);
}

/** What a sheet is called: how its image made it, or its directory. */
export function sheetName(sheet: SheetView): string {
	if (sheet.origin !== '') return sheet.origin;
	const parts = sheet.dir.split('/').filter(Boolean);
	const last = parts.at(-1) === 'diff' ? (parts.at(-2) ?? '') : '';
	return last === '' ? sheet.dir : last.slice(0, 12);
}

export function layerRows(view: LayersView): PictureTable[] {
	return view.stacks.flatMap((stack) =>
		stack.overlays.map((overlay) => ({
			caption:
				overlay.name === overlay.target ? overlay.target : `${overlay.name} · ${stack.image}`,
			head: ['#', 'layer', 'dir', 'size', 'whiteouts', 'files'],
			rows: overlay.sheets.map((sheet, index) => ({
				id: sheet.id,
				cells: [
					String(index + 1),
					`${words().layers.kinds[sheet.kind]}${sheet.origin === '' ? '' : `: ${sheet.origin}`}`,
					sheet.dir,
					bytes(sheet.bytes),
					sheet.entries
						.filter((one) => one.type === 'whiteout')
						.map((one) => one.path)
						.join(', ') || '–',
					sheet.entries
						.filter((one) => one.type === 'file' || one.type === 'symlink')
						.slice(0, 12)
						.map((one) => one.path)
						.join(', ') || '–',
				],
			})),
		})),
	);
}

export function layerSummary(view: LayersView): string {
	const overlays = view.stacks.reduce((sum, one) => sum + one.overlays.length, 0);
	return words().layers.summary(view.node, overlays, view.stacks.length);
}
