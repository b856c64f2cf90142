import { mount, unmount } from 'svelte';
import type { StrangerLesson } from '../../lesson/stranger.ts';
import type { CreateCluster } from '../state/playground.svelte.ts';
import MapPage from './MapPage.svelte';

export async function start(target: HTMLElement, createCluster: CreateCluster): Promise<void> {
	target.replaceChildren();
	const map = mount(MapPage, { target, props: { onopen, createCluster } });

	/** A lesson from elsewhere takes the map's place; the way back is the bar's. */
	async function onopen({ lesson, languages }: StrangerLesson): Promise<void> {
		const { default: App } = await import('../App.svelte');
		await unmount(map);
		mount(App, { target, props: { lesson, createCluster, languages } });
	}
}
