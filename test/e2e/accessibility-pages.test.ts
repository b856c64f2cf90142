import AxeBuilder from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { useSite } from '../harness/use-site.ts';

const pages = {
	map: '',
	lesson: 'lesson/rolling-update/?boot=click',
	sandbox: 'sandbox/',
	teach: 'teach/',
	about: 'about/',
	print: 'print/?lesson=rolling-update&solutions=1',
	missing: 'lesson/rolling/',
	embed: '../embed.html?lesson=rolling-update',
	'embed of nothing': '../embed.html?lesson=rolling',
};

/** Large type does not fit everywhere, but everybody can use it. */
const presenting = { presenting: 'lesson/first-node/?present=1&boot=click' };

const stage = useSite({ keepsPages: true });

describe.each(['en', 'zh-CN'])('every page for everybody (%s)', (locale) => {
	it.each(['light', 'dark', 'contrast'])('has nothing for axe (%s)', async (theme) => {
		const context = await stage.browser.newContext({
			locale,
			viewport: { width: 1280, height: 900 },
		});
		await context.addInitScript(
			(stored) => localStorage.setItem('drydock/settings', stored),
			JSON.stringify({ theme, locale }),
		);
		const page = await context.newPage();
		for (const [name, path] of Object.entries({ ...pages, ...presenting })) {
			// Only an embed takes its theme from its address.
			const look = path.includes('embed') ? `&theme=${theme}` : '';
			await page.goto(`${stage.site.url}${locale}/${path}${look}`);
			await page.waitForLoadState('networkidle');
			const { violations } = await new AxeBuilder({ page }).analyze();
			const found = violations.map(
				({ id, nodes }) => `${name}: ${id}: ${nodes.map((node) => node.html).join(' | ')}`,
			);
			expect.soft(found).toEqual([]);
		}
		await context.close();
	});

	it.each([320, 390, 768, 1100])('is never wider than its window (%d px)', async (width) => {
		const context = await stage.browser.newContext({ locale, viewport: { width, height: 800 } });
		const page = await context.newPage();
		for (const [name, path] of Object.entries(pages)) {
			await page.goto(`${stage.site.url}${locale}/${path}`);
			await page.waitForLoadState('networkidle');
			const wide = await page.evaluate(() => document.documentElement.scrollWidth);
			expect.soft(wide, name).toBeLessThanOrEqual(width);
		}
		await context.close();
	});
});
