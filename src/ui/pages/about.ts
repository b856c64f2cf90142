import { mount } from 'svelte';
import AboutPage from './AboutPage.svelte';

export async function start(target: HTMLElement): Promise<void> {
	target.replaceChildren();
	mount(AboutPage, { target });
}
