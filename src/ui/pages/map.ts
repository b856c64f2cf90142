import { mount } from 'svelte';
import MapPage from './MapPage.svelte';

export async function start(target: HTMLElement): Promise<void> {
	target.replaceChildren();
	mount(MapPage, { target });
}
