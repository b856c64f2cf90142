import { mount } from 'svelte';
import PrintPage from './PrintPage.svelte';

export async function start(target: HTMLElement): Promise<void> {
	target.replaceChildren();
	mount(PrintPage, { target });
}
