import { lessons, loadLesson } from 'virtual:course';
import { mount } from 'svelte';
import { linkTo } from '../pages/site.ts';
import type { CreateCluster } from '../state/playground.svelte.ts';
import { settings } from '../state/settings.svelte.ts';
import EmbedApp from './EmbedApp.svelte';
import { readParameters, type EmbedParameters } from './parameters.ts';
import UnknownLesson from './UnknownLesson.svelte';

/** What the course page asks for holds in this frame only: the reader's own settings stay as they are. */
function applyParameters({ lang, theme, font, motion }: EmbedParameters): void {
	settings.keeps = false;
	if (lang) settings.locale = lang;
	settings.theme = theme;
	if (font !== undefined) settings.textSize = font;
	if (motion === 'off') document.documentElement.dataset['motion'] = 'off';
}

/** `embed.html`: one lesson, or the way to the map. */
export async function start(target: HTMLElement, createCluster: CreateCluster): Promise<void> {
	const parameters = readParameters(location.search);
	applyParameters(parameters);
	const { lesson: wanted, assign } = parameters;
	if (wanted === undefined) {
		const code = assign === undefined ? '' : `?assign=${encodeURIComponent(assign)}`;
		location.replace(linkTo(settings.locale, { page: 'map' }) + code);
		return;
	}
	const known = lessons.find((one) => one.id === wanted || one.aliases.includes(wanted));
	const lesson = await loadLesson[known?.id ?? '']?.();
	if (lesson) mount(EmbedApp, { target, props: { lesson, createCluster, parameters } });
	else mount(UnknownLesson, { target, props: { id: wanted } });
}
