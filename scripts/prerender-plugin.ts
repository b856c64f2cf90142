import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin, type Rolldown } from 'vite';
import type { BuiltPage } from '../src/ui/pages/prerender.ts';
import { summaryOf } from '../src/lesson/summary.ts';
import { bundledLessons, readCourse } from './lessons-plugin.ts';
import { aboutTheSite } from './about-plugin.ts';
import { notFoundPage, siteIndex } from './not-found-page.ts';
import { svelteOptions } from './svelte-options.ts';

const entry = fileURLToPath(new URL('../src/ui/pages/prerender.ts', import.meta.url));

/** Builds the page's own components for Node and lets them say what every page holds. */
async function renderPages(): Promise<BuiltPage[]> {
	const outDir = await mkdtemp(join(tmpdir(), 'drydock-prerender-'));
	try {
		await build({
			configFile: false,
			logLevel: 'warn',
			plugins: [svelte(svelteOptions), bundledLessons(), aboutTheSite()],
			ssr: { noExternal: true },
			build: {
				ssr: true,
				outDir,
				emptyOutDir: true,
				rolldownOptions: { input: entry, output: { entryFileNames: 'prerender.mjs' } },
			},
		});
		const { renderSite } = (await import(pathToFileURL(join(outDir, 'prerender.mjs')).href)) as {
			renderSite: () => Promise<BuiltPage[]>;
		};
		return await renderSite();
	} finally {
		await rm(outDir, { recursive: true });
	}
}

const escaped = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/**
 * The scripts that a page wants right away, so that they need not be found one after the other, and the styles
 * that its text is drawn with before they run.
 */
function preloads(
	bundle: Rolldown.OutputBundle,
	page: BuiltPage,
): { scripts: string[]; styles: string[] } {
	const modules = [`src/ui/pages/${page.route.page}.ts`, `virtual:lesson/${page.route.lesson}`];
	const wanted = new Set<string>();
	const styles = new Set<string>();
	const add = (chunk: Rolldown.OutputAsset | Rolldown.OutputChunk | undefined) => {
		if (chunk?.type !== 'chunk' || wanted.has(chunk.fileName)) return;
		wanted.add(chunk.fileName);
		for (const style of chunk.viteMetadata?.importedCss ?? []) styles.add(style);
		for (const name of chunk.imports) add(bundle[name]);
	};
	for (const chunk of Object.values(bundle))
		if (chunk.type === 'chunk' && modules.some((id) => chunk.facadeModuleId?.endsWith(id)))
			add(chunk);
	return { scripts: [...wanted], styles: [...styles] };
}

/** Where the site will lie, with a slash at the end; not known unless DRYDOCK_SITE names it. */
const siteAddress = () => process.env['DRYDOCK_SITE']?.replace(/\/?$/, '/');

/** What other sites show of a page. They need the site's address for the picture; without it they get its place. */
function previewOf({ locale, prefix, title, description }: BuiltPage): string[] {
	const root = siteAddress() ?? prefix;
	const properties: Record<string, string> = {
		'og:type': 'website',
		'og:site_name': 'Drydock',
		'og:title': title,
		'og:description': description,
		'og:locale': locale === 'zh-CN' ? 'zh_CN' : 'en',
		'og:image': `${root}preview-${locale}.png`,
		'og:image:width': '1200',
		'og:image:height': '630',
	};
	return [
		...Object.entries(properties).map(
			([name, value]) => `<meta property="${name}" content="${escaped(value)}" />`,
		),
		'<meta name="twitter:card" content="summary_large_image" />',
	];
}

const previews = ['preview-en.png', 'preview-zh-CN.png'];
const previewFile = (name: string) => readFile(new URL(`../docs/images/${name}`, import.meta.url));

function headOf(page: BuiltPage, siblings: readonly BuiltPage[]): string[] {
	const here = siblings.map(
		({ locale, path }) =>
			`<link rel="alternate" hreflang="${locale}" href="${page.prefix}${path}" />`,
	);
	const oembed = page.oembed
		? [
				`<link rel="alternate" type="application/json+oembed" href="./oembed.json" title="${escaped(page.title)}" />`,
			]
		: [];
	return [
		`<meta name="description" content="${escaped(page.description)}" />`,
		...previewOf(page),
		...here,
		`<link rel="alternate" hreflang="x-default" href="${page.prefix}index.html" />`,
		...oembed,
	];
}

/** The template with one page's head and text; every address in it counts from the page's folder. */
function pageFrom(
	template: string,
	page: BuiltPage,
	siblings: readonly BuiltPage[],
	{ scripts, styles }: ReturnType<typeof preloads>,
): string {
	const { route, locale, prefix } = page;
	const lesson = route.lesson === undefined ? '' : ` data-lesson="${route.lesson}"`;
	const links = [
		...styles
			.filter((file) => !template.includes(file))
			.map((file) => `<link rel="stylesheet" crossorigin href="${prefix}${file}" />`),
		...scripts.map(
			(file) =>
				`<link rel="modulepreload" crossorigin fetchpriority="low" href="${prefix}${file}" />`,
		),
	];
	return template
		.replaceAll('="./assets/', `="${prefix}assets/`)
		.replace(
			'<html lang="en">',
			`<html lang="${locale}" data-page="${route.page}"${lesson} data-root="${prefix}">`,
		)
		.replace(/<title>[^<]*<\/title>/, `<title>${escaped(page.title)}</title>`)
		.replace('</head>', () => [...headOf(page, siblings), ...links, '</head>'].join('\n\t\t'))
		.replace('<div id="app"></div>', () => `<div id="app">${page.body}</div>`);
}

/** Every file that the pages are made of, by its path in the site. */
function filesOf(
	template: string,
	bundle: Rolldown.OutputBundle,
	pages: readonly BuiltPage[],
): [string, string][] {
	return pages.flatMap((page): [string, string][] => {
		const siblings = pages.filter(
			({ route }) => route.page === page.route.page && route.lesson === page.route.lesson,
		);
		const html = pageFrom(template, page, siblings, preloads(bundle, page));
		const oembed = JSON.stringify(page.oembed, undefined, '\t');
		return [
			[`${page.path}index.html`, html],
			...(page.oembed ? [[`${page.path}oembed.json`, oembed] satisfies [string, string]] : []),
		];
	});
}

/**
 * Writes every page as a file of its own, with its text inside: it can be read, searched and printed before
 * the first script runs, or without any.
 */
export function prerenderedPages(): Plugin {
	return {
		name: 'prerendered-pages',
		apply: 'build',
		enforce: 'post',
		generateBundle: {
			order: 'post',
			async handler(_options, bundle) {
				const template = bundle['page.html'];
				if (template?.type !== 'asset') throw new Error('page.html was not built');
				delete bundle['page.html'];
				const gate = bundle['index.html'];
				if (gate?.type === 'asset')
					gate.source = String(gate.source).replaceAll(
						'content="./preview-',
						`content="${siteAddress() ?? './'}preview-`,
					);
				const files = [
					...filesOf(String(template.source), bundle, await renderPages()),
					['404.html', notFoundPage()],
					['site.json', siteIndex(readCourse().lessons.map(summaryOf))],
				] as const;
				for (const fileName of previews)
					this.emitFile({ type: 'asset', fileName, source: await previewFile(fileName) });
				for (const [fileName, source] of files) this.emitFile({ type: 'asset', fileName, source });
			},
		},
	};
}
