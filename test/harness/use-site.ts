import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser, serveSite, type Site } from './browser.ts';

export interface Stage {
	readonly site: Site;
	readonly browser: Browser;
	/** Somebody new opens a page of the site. */
	visit(path: string, options?: BrowserContextOptions): Promise<Page>;
}

/**
 * The site and a browser for the tests of a file. With `keepsPages` they go on in the pages of those before them;
 * otherwise each test begins without any. Nothing that they do may be against a page's Content-Security-Policy.
 */
export function useSite({ keepsPages = false } = {}): Stage {
	const stage: { site?: Site; browser?: Browser } = {};
	const forbidden: string[] = [];
	beforeAll(async () => {
		stage.site = await serveSite();
		stage.browser = await launchBrowser();
	});
	afterAll(async () => {
		await stage.browser?.close();
		stage.site?.close();
	});
	afterEach(async () => {
		expect(forbidden.splice(0)).toEqual([]);
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
		context?.on('console', (message) => {
			if (/Content Security Policy/i.test(message.text())) forbidden.push(message.text());
		});
		const page = await context?.newPage();
		if (!page) throw new Error('there is no browser yet');
		await page.goto(`${stage.site?.url}${path}`);
		return page;
	};
	return Object.assign(stage, { visit }) as Stage;
}
