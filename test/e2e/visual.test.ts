import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFiles } from '../../src/headless/static-files.ts';
import { clusterRunning, launchBrowser, serveSite } from '../harness/browser.ts';
import { buildGallery } from '../harness/gallery-site.ts';
import { small, imageDifference } from '../harness/image-difference.ts';

/*
 * Every kind of page and every picture, against stored images. `DRYDOCK_VISUAL=update` writes those that have
 * changed anew: look at each of them before it is committed.
 */

type Theme = 'light' | 'dark' | 'contrast';
interface Shot {
	/** The name of the image without its end. */
	name: string;
	/** Of the site, or after `gallery:` of the gallery with fixtures. */
	path: string;
	theme?: Theme;
	size?: { width: number; height: number };
	/** What has to be there first. */
	waits?: string;
	/** Opens what the image is of. */
	prepare?: (page: Page) => Promise<void>;
	/** Only this element. */
	only?: string;
	/** As on paper. */
	paper?: true;
}

const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };
/** No moment of the fixtures, and nothing that tells a time, may depend on the day. */
const noon = new Date('2026-03-02T12:00:00Z');
/** Those that the tests' Debian packages bring, whatever else a machine has. */
const fonts = {
	'--font-text': "'Noto Sans CJK SC'",
	'--font-mono': "'DejaVu Sans Mono', 'Noto Sans Mono CJK SC'",
};
const update = process.env['DRYDOCK_VISUAL'] === 'update';
const stored = fileURLToPath(new URL('../visual/', import.meta.url));
const failures = join(tmpdir(), 'drydock-visual');
/** Other edges of letters pass; another colour, or a thing in another place, does not. */
const tolerated = { share: 0.002, densest: 0.45 };

/** The site has another address in every run. */
async function withoutPort(page: Page): Promise<void> {
	await page.locator('textarea').first().waitFor();
	await page.evaluate(() => {
		for (const text of document.querySelectorAll('textarea'))
			text.value = text.value.replace(/http:\/\/[^/]+/, 'https://drydock.example');
	});
}

const pages: Shot[] = [
	{ name: 'map-zh-light', path: 'zh-CN/' },
	{ name: 'map-en-dark', path: 'en/', theme: 'dark' },
	{ name: 'map-en-contrast-narrow', path: 'en/', theme: 'contrast', size: narrow },
	{ name: 'map-zh-dark-narrow', path: 'zh-CN/', theme: 'dark', size: narrow },
	{ name: 'map-part-en-light', path: 'en/', only: 'section#by-hand' },
	{ name: 'lesson-en-light', path: 'en/lesson/pid-namespace/?boot=click' },
	{ name: 'lesson-zh-dark', path: 'zh-CN/lesson/pid-namespace/?boot=click', theme: 'dark' },
	{ name: 'lesson-zh-light-narrow', path: 'zh-CN/lesson/pid-namespace/?boot=click', size: narrow },
	{
		name: 'lesson-en-contrast-narrow',
		path: 'en/lesson/pid-namespace/?boot=click',
		theme: 'contrast',
		size: narrow,
	},
	{ name: 'sandbox-zh-light', path: 'zh-CN/sandbox/' },
	{ name: 'sandbox-en-dark-narrow', path: 'en/sandbox/', theme: 'dark', size: narrow },
	{ name: 'teach-zh-light', path: 'zh-CN/teach/', prepare: withoutPort },
	{ name: 'teach-en-dark', path: 'en/teach/', theme: 'dark', prepare: withoutPort },
	{
		name: 'teach-zh-contrast-narrow',
		path: 'zh-CN/teach/',
		theme: 'contrast',
		size: narrow,
		prepare: withoutPort,
	},
	{
		name: 'print-zh',
		path: 'zh-CN/print/?lesson=uts-ipc-mount',
		size: { width: 794, height: 1123 },
		paper: true,
	},
	{
		name: 'embed-en-light',
		path: 'embed.html?lesson=pid-namespace&lang=en',
		size: { width: 800, height: 520 },
	},
	{
		name: 'embed-zh-dark',
		path: 'embed.html?lesson=pid-namespace&lang=zh-CN&theme=dark',
		size: { width: 800, height: 520 },
	},
	{ name: 'not-found', path: 'en/nowhere', size: { width: 800, height: 520 } },
];

const machine = 'gallery:gallery-picture.html?scene=linux-bench';
const lesson = 'gallery:gallery.html?lesson=rolling-update&scene=rolling';

/** A light one in English and a dark one in Chinese. */
const inBoth = (name: string, { path, ...rest }: Omit<Shot, 'name' | 'theme'>): Shot[] => [
	{ ...rest, name: `${name}-en-light`, path: `${path}&lang=en` },
	{ ...rest, name: `${name}-zh-dark`, path: `${path}&lang=zh-CN`, theme: 'dark' },
];
const drawn: Shot[] = [
	...['processes', 'namespaces', 'cgroups', 'layers', 'network'].flatMap((picture) =>
		inBoth(`picture-${picture}`, {
			path: `${machine}&picture=${picture}&height=600`,
			size: { width: 900, height: 800 },
			waits: '.picture .canvas > *',
			only: '.picture',
		}),
	),
	...['nodes', 'rollout', 'service', 'loop', 'charts'].flatMap((picture) =>
		inBoth(`picture-${picture}`, {
			path: `${lesson}&picture=${picture}`,
			waits: '.canvas:not(.stale) > *',
			only: '.canvas',
		}),
	),
];

const waits = '.hull [data-pod]';
const openCard = (page: Page) => page.locator(waits).first().click();
const alive: Shot[] = [
	...inBoth('alive', { path: lesson, waits }),
	{ name: 'alive-zh-contrast', path: `${lesson}&lang=zh-CN`, theme: 'contrast', waits },
	{ name: 'alive-en-light-narrow', path: `${lesson}&lang=en`, size: narrow },
	...inBoth('card', { path: lesson, waits, prepare: openCard }),
	...inBoth('xray', {
		path: lesson,
		waits,
		only: 'dialog',
		prepare: async (page) => {
			await openCard(page);
			await page.getByRole('button', { name: /X-ray|透视/ }).click();
			await page.getByText(/Root file systems|根文件系统/).waitFor();
		},
	}),
];

/** What is in view once nothing moves any more. */
async function still(view: Page | Locator): Promise<Buffer> {
	let last: Buffer | undefined;
	for (let tries = 0; tries < 20; tries++) {
		const image = await view.screenshot({ animations: 'disabled', caret: 'hide' });
		if (last && image.equals(last)) return image;
		last = image;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error('it does not come to rest');
}

const shots = [...pages, ...drawn, ...alive];

describe('how it looks', () => {
	let browser: Browser;
	let comparing: Page;
	const places = { site: '', gallery: '' };
	const closing: (() => unknown)[] = [];

	beforeAll(async () => {
		// The same letters on every machine: no hints, no coloured edges.
		browser = await launchBrowser([
			'--font-render-hinting=none',
			'--disable-lcd-text',
			'--force-color-profile=srgb',
			'--hide-scrollbars',
		]);
		closing.push(() => browser.close());
		comparing = await browser.newPage();
		const site = await serveSite();
		closing.push(() => site.close());
		places.site = site.url;
		const folder = await mkdtemp(join(tmpdir(), 'drydock-gallery-'));
		closing.push(() => rm(folder, { recursive: true }));
		await buildGallery(folder);
		const server = await serveFiles(folder, 0);
		closing.push(() => server.close());
		places.gallery = `http://127.0.0.1:${(server.address() as AddressInfo).port}/test/e2e/`;
		await mkdir(stored, { recursive: true });
	});
	afterAll(async () => {
		for (const close of closing.reverse()) await close();
	});

	async function take(shot: Shot): Promise<Buffer> {
		const { path, theme = 'light', size = wide } = shot;
		const context = await browser.newContext({
			viewport: size,
			locale: path.includes('zh-CN') ? 'zh-CN' : 'en-US',
			colorScheme: theme === 'dark' ? 'dark' : 'light',
			reducedMotion: 'reduce',
			timezoneId: 'UTC',
		});
		const page = await context.newPage();
		await page.clock.setFixedTime(noon);
		await page.addInitScript(
			({ chosen, fonts }) => {
				localStorage.setItem('drydock/settings', JSON.stringify({ theme: chosen }));
				const setFonts = () => {
					for (const [name, value] of fonts)
						document.documentElement.style.setProperty(name, value);
				};
				document.addEventListener('readystatechange', setFonts, { once: true });
			},
			{ chosen: theme, fonts: Object.entries(fonts) },
		);
		await page.goto(
			path.startsWith('gallery:') ? path.replace('gallery:', places.gallery) : places.site + path,
		);
		if (path.startsWith('gallery:gallery.html')) await clusterRunning(page);
		await page
			.locator(shot.waits ?? 'h1')
			.first()
			.waitFor();
		await shot.prepare?.(page);
		if (shot.paper) await page.emulateMedia({ media: 'print' });
		const image = await still(shot.only ? page.locator(shot.only).first() : page);
		await context.close();
		return image;
	}

	it.each(shots)('$name', async (shot) => {
		const seen = await take(shot);
		const file = `${stored}${shot.name}.png`;
		const wanted = existsSync(file) ? await readFile(file) : undefined;
		const difference = wanted && (await imageDifference(comparing, wanted, seen));
		const isSame =
			difference?.sameSize === true &&
			difference.share <= tolerated.share &&
			difference.densest <= tolerated.densest;
		if (isSame) return;
		if (update) return writeFile(file, await small(comparing, seen));
		await mkdir(failures, { recursive: true });
		await writeFile(join(failures, `${shot.name}.png`), seen);
		if (difference)
			await writeFile(join(failures, `${shot.name}.difference.png`), difference.picture);
		const percent = (share = 0) => `${(100 * share).toFixed(2)} %`;
		expect.fail(
			difference
				? `${percent(difference.share)} of it looks other than test/visual/${shot.name}.png, ` +
						`${percent(difference.densest)} of one square: see ${failures}/${shot.name}*.png`
				: `test/visual/${shot.name}.png is missing: DRYDOCK_VISUAL=update makes it`,
		);
	});

	it('has no stored image that nothing is compared with', async () => {
		const names = (await readdir(stored)).filter((name) => name.endsWith('.png'));
		expect(names.sort()).toEqual(shots.map(({ name }) => `${name}.png`).sort());
	});
});
