import type { Playground } from '../state/playground.svelte.ts';
import type { View } from '../state/view.svelte.ts';

/** Opens an address of the machines where pictures are. */
export function openInBrowser(playground: Playground, view: View, url: string): void {
	view.picture = 'browser';
	view.table = false;
	view.selected = undefined;
	if (view.size !== 'wide') view.pane = 'cluster';
	else if (view.preset === 'text' || view.preset === 'terminal') view.preset = 'split';
	playground.browser.go(url);
}
