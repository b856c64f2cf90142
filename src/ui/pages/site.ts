import { locales, type Locale } from '../../lesson/lesson.ts';

export const pageNames = ['map', 'lesson', 'sandbox', 'teach', 'print', 'about', 'embed'] as const;
export type PageName = (typeof pageNames)[number];

export interface Route {
	page: PageName;
	/** Of the page `lesson`. */
	lesson?: string;
}

interface Site {
	/** From this document to the folder of the site, `../../../`: it works below any path. */
	prefix: string;
	/** Undefined where the document is no page of the site: a frame, a gallery. */
	route: Route | undefined;
}

function readDocument(): Site {
	if (typeof document === 'undefined') return { prefix: './', route: undefined };
	const { page: name, lesson, root } = document.documentElement.dataset;
	const page = pageNames.find((one) => one === name);
	return {
		prefix: root ?? './',
		route: page && { page, ...(lesson !== undefined && { lesson }) },
	};
}

/** Which page this is: the build writes it into `<html>`, and sets it before it renders one. */
export const site: Site = readDocument();

/** The folder of the site, for what is fetched. A change of language does not change it. */
export const siteRoot: URL =
	typeof document === 'undefined' ? new URL('file:///') : new URL(site.prefix, document.baseURI);

/** `zh-CN/lesson/rolling-update/`: the same in a folder of files and in an address. */
export function pathOf(locale: Locale, route: Route): string {
	if (route.page === 'embed') return 'embed.html';
	if (route.page === 'map') return `${locale}/`;
	if (route.page === 'lesson') return `${locale}/lesson/${route.lesson ?? ''}/`;
	return `${locale}/${route.page}/`;
}

/** The way from this document to another page. */
export const linkTo = (locale: Locale, route: Route): string => site.prefix + pathOf(locale, route);

/** `zh-CN` for `zh`, `zh_TW`, `zh-Hans`; undefined for what nobody has written. */
export function knownLocale(tag: string | null | undefined): Locale | undefined {
	const language = tag?.replace('_', '-').toLowerCase();
	if (!language) return undefined;
	return (
		locales.find((locale) => locale.toLowerCase() === language) ??
		locales.find((locale) => locale.split('-')[0] === language.split('-')[0])
	);
}
