import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser, serveSite, type Site } from './browser.ts';

export interface Stage {
	readonly site: Site;
	readonly browser: Browser;
	/** Somebody new opens a page of the site. */
	visit(path: string, options?: BrowserContextOptions): Promise<Page>;
}

/**
 * The site and a browser for the tests of a file. With `keepsPages` they go on in the pages of those before them;
 * otherwise each test begins without any.
 */
export function useSite({ keepsPages = false } = {}): Stage {
	const stage: { site?: Site; browser?: Browser } = {};
	beforeAll(async () => {
		stage.site = await serveSite();
		stage.browser = await launchBrowser();
	});
	afterAll(async () => {
		await stage.browser?.close();
		stage.site?.close();
	});
	afterEach(async () => {
		if (keepsPages) return;
		for (const context of stage.browser?.contexts() ?? []) await context.close();
	});
	const visit: Stage['visit'] = async (path, options) => {
		const context = await stage.browser?.newContext({
			locale: 'en-US',
			viewport: { width: 1440, height: 900 },
			permissions: ['clipboard-read', 'clipboard-write'],
			...options,
		});
		const page = await context?.newPage();
		if (!page) throw new Error('there is no browser yet');
		await page.goto(`${stage.site?.url}${path}`);
		return page;
	};
	return Object.assign(stage, { visit }) as Stage;
}
