import { lessons, loadLesson } from 'virtual:course';
import { render } from 'svelte/server';
import type { Component } from 'svelte';
import { locales, type Locale } from '../../lesson/lesson.ts';
import { settings } from '../state/settings.svelte.ts';
import { pathOf, site, type Route } from './site.ts';
import MapPage from './MapPage.svelte';
import SandboxPage from './SandboxPage.svelte';
import PrintPage from './PrintPage.svelte';
import StaticLesson from './StaticLesson.svelte';
import AboutPage from './AboutPage.svelte';
import TeachPage from './teach/TeachPage.svelte';
import { w } from './words.ts';

/** One page of the site as the build writes it. */
export interface BuiltPage {
	route: Route;
	locale: Locale;
	/** Folder of its `index.html`. */
	path: string;
	/** From there to the folder of the site. */
	prefix: string;
	title: string;
	description: string;
	body: string;
	oembed?: object;
}

interface Draft {
	route: Route;
	title: () => string;
	description: () => string;
	body: () => string;
}

const noCluster = (): never => {
	throw new Error('nothing is started while pages are written');
};

function html<Props extends Record<string, unknown>>(of: Component<Props>, props: Props): string {
	return render(of, { props }).body;
}

/**
 * What a page says about itself to others that want to show it (https://oembed.com). They need the address of
 * the site, which is not known when it is built unless DRYDOCK_SITE names it; else the frame's is relative.
 */
function oembedOf(lesson: string, locale: Locale, title: string): object {
	const root = process.env['DRYDOCK_SITE']?.replace(/\/?$/, '/') ?? site.prefix;
	const src = `${root}embed.html?lesson=${lesson}&lang=${locale}`;
	return {
		version: '1.0',
		type: 'rich',
		provider_name: 'Drydock',
		title,
		width: 960,
		height: 640,
		html: `<iframe src="${src}" title="${title.replaceAll('"', '&quot;')}" width="960" height="640" style="border:0" loading="lazy" allowfullscreen allow="clipboard-read; clipboard-write; fullscreen"></iframe>`,
	};
}

async function drafts(): Promise<Draft[]> {
	const ofLessons = lessons.map(async ({ id, title, about }): Promise<Draft> => {
		const lesson = await loadLesson[id]?.();
		if (!lesson) throw new Error(`there is no lesson "${id}"`);
		return {
			route: { page: 'lesson', lesson: id },
			title: () => title[settings.locale],
			description: () => about[settings.locale],
			body: () => html(StaticLesson, { lesson }),
		};
	});
	return [
		{
			route: { page: 'map' },
			title: () => w().map.title,
			description: () => w().map.lead,
			body: () => html(MapPage, { onopen: () => undefined, createCluster: noCluster }),
		},
		{
			route: { page: 'sandbox' },
			title: () => w().sandbox.title,
			description: () => w().sandbox.lead,
			body: () => html(SandboxPage, { createCluster: noCluster }),
		},
		{
			route: { page: 'teach' },
			title: () => w().teach.title,
			description: () => w().teach.lead,
			body: () => html(TeachPage, {}),
		},
		{
			route: { page: 'print' },
			title: () => w().print.title,
			description: () => w().print.title,
			body: () => html(PrintPage, {}),
		},
		{
			route: { page: 'about' },
			title: () => w().about.title,
			description: () => w().about.lead,
			body: () => html(AboutPage, {}),
		},
		...(await Promise.all(ofLessons)),
	];
}

/** Every page in every language, from the components that the browser runs. */
export async function renderSite(): Promise<BuiltPage[]> {
	const all = await drafts();
	return locales.flatMap((locale) =>
		all.map(({ route, title, description, body }) => {
			const path = pathOf(locale, route);
			settings.locale = locale;
			site.route = route;
			site.prefix = '../'.repeat(path.split('/').length - 1);
			return {
				...(route.lesson !== undefined && { oembed: oembedOf(route.lesson, locale, title()) }),
				route,
				locale,
				path,
				prefix: site.prefix,
				title: `${title()} · Drydock`,
				description: description(),
				body: body(),
			};
		}),
	);
}
