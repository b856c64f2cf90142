import { mount } from 'svelte';
import TeachPage from './teach/TeachPage.svelte';

export async function start(target: HTMLElement): Promise<void> {
	target.replaceChildren();
	mount(TeachPage, { target });
}
