import { mount } from 'svelte';
import type { CreateCluster } from '../state/playground.svelte.ts';
import SandboxPage from './SandboxPage.svelte';

export async function start(target: HTMLElement, createCluster: CreateCluster): Promise<void> {
	target.replaceChildren();
	mount(SandboxPage, { target, props: { createCluster } });
}
