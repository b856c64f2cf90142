import type { LayoutPreset } from '../../lesson/lesson.ts';

/** In per cent: the text's share of the width, the picture's share of the right side's height. */
export interface PaneSizes {
	text: number;
	picture: number;
}

export const usualSizes: Record<LayoutPreset, PaneSizes> = {
	split: { text: 38, picture: 60 },
	text: { text: 56, picture: 60 },
	picture: { text: 28, picture: 82 },
	terminal: { text: 32, picture: 30 },
	slide: { text: 40, picture: 62 },
};

const storageKey = 'drydock/panes';

function readAll(): Partial<Record<LayoutPreset, PaneSizes>> {
	try {
		return JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Record<string, PaneSizes>;
	} catch {
		return {};
	}
}

const isShare = (value: unknown): value is number =>
	typeof value === 'number' && value >= 5 && value <= 95;

/** As the reader left this layout, or as it is made. */
export function paneSizes(preset: LayoutPreset): PaneSizes {
	const kept = readAll()[preset];
	return isShare(kept?.text) && isShare(kept.picture) ? kept : usualSizes[preset];
}

/** Undefined forgets: the layout is again as it is made. */
export function keepPaneSizes(preset: LayoutPreset, sizes: PaneSizes | undefined): void {
	try {
		const others = Object.entries(readAll()).filter(([key]) => key !== preset);
		const all = sizes ? [...others, [preset, sizes]] : others;
		localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(all)));
	} catch {
		// Sizes live until the page is closed.
	}
}
