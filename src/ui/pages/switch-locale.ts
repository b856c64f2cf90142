import { tick } from 'svelte';
import type { Locale } from '../../lesson/lesson.ts';
import { settings } from '../state/settings.svelte.ts';
import { pathOf, site, siteRoot } from './site.ts';

/** What scrolls the text of a lesson. */
const scroll = '[data-region="lesson"] .scroll';

/** The block of the text that is uppermost in view, by its place among the blocks: it has the same in the other language. */
function uppermost(): { index: number; offset: number } | undefined {
	const blocks = readingBlocks();
	const top = blocks[0]?.closest(scroll)?.getBoundingClientRect().top ?? 0;
	const index = blocks.findIndex((block) => block.getBoundingClientRect().bottom > top);
	const block = blocks[index];
	return block && { index, offset: block.getBoundingClientRect().top - top };
}

const readingBlocks = () => [...document.querySelectorAll(`${scroll} .flow > *`)];

/**
 * Changes the language in place: the address becomes the sibling page's, the machines run on, and what is
 * being read stays where it is.
 */
export async function switchLocale(locale: Locale): Promise<void> {
	if (locale === settings.locale) return;
	const before = uppermost();
	settings.locale = locale;
	if (site.route) {
		const address = new URL(pathOf(locale, site.route), siteRoot);
		const search = new URLSearchParams(location.search);
		search.delete('lang');
		address.search = search.toString();
		address.hash = location.hash;
		history.replaceState(history.state, '', address);
	}
	await tick();
	const block = before && readingBlocks()[before.index];
	const scroller = block?.closest(scroll);
	if (!before || !block || !scroller) return;
	const now = block.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
	scroller.scrollTop += now - before.offset;
}
