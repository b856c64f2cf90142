import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser, serveSite, type Site } from './browser.ts';

/**
 * The site and a browser for the tests of a file. With `keepsPages` they go on in the pages of those before them;
 * otherwise each test begins without any.
 */
export function useSite({ keepsPages = false } = {}): {
	readonly site: Site;
	readonly browser: Browser;
} {
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
	return stage as { site: Site; browser: Browser };
}
