import { mount, unmount } from 'svelte';
import type { Presenter } from './presenter.svelte.ts';
import PresenterNotes from './PresenterNotes.svelte';
import { consoleLog, logged } from '../../../util/log.ts';

/** The page's looks for a window of its own, but not its size of type: it is read from near. */
function dress(sheet: Document, title: string): void {
	const { lang, dataset } = document.documentElement;
	sheet.title = title;
	sheet.documentElement.lang = lang;
	const { theme } = dataset;
	if (theme !== undefined) sheet.documentElement.dataset['theme'] = theme;
	for (const style of document.querySelectorAll('link[rel="stylesheet"], style')) {
		const copy = style.cloneNode(true) as HTMLElement;
		if (style instanceof HTMLLinkElement) copy.setAttribute('href', style.href);
		sheet.head.append(copy);
	}
}

/**
 * The notes in a window for the presenter's own screen: it lives in this page and follows it. Its keys do what they
 * do here. Undefined where the browser lets the page open none.
 */
export function openNotes(
	presenter: Presenter,
	context: Map<unknown, unknown>,
	title: string,
	onclose: () => void,
): Window | undefined {
	const other = window.open('', '', 'popup,width=620,height=720');
	if (!other) return undefined;
	dress(other.document, title);
	const notes = mount(PresenterNotes, {
		target: other.document.body,
		props: { presenter, apart: true },
		context,
	});
	const unlisten = presenter.listen(other);
	const close = () => other.close();
	addEventListener('pagehide', close);
	other.addEventListener('pagehide', () => {
		removeEventListener('pagehide', close);
		unlisten();
		unmount(notes).catch(logged(consoleLog, 'page', 'the notes were not put away'));
		onclose();
	});
	return other;
}
