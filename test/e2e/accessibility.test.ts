import AxeBuilder from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterRunning } from '../harness/browser.ts';
import { useSite } from '../harness/use-site.ts';

const shots = fileURLToPath(new URL('../../test-results/', import.meta.url));
const looks = [
	{ locale: 'en-US', scheme: 'light', width: 1440 },
	{ locale: 'zh-CN', scheme: 'dark', width: 1440 },
	{ locale: 'zh-CN', scheme: 'light', width: 390 },
	{ locale: 'en-US', scheme: 'dark', width: 390 },
] as const;

const stage = useSite();

describe('the page for everybody', () => {
	beforeAll(async () => {
		mkdirSync(shots, { recursive: true });
	});
	it.each(looks)('has nothing for axe in $locale, $scheme, $width px', async (look) => {
		const { locale, scheme, width } = look;
		const context = await stage.browser.newContext({
			locale,
			colorScheme: scheme,
			viewport: { width, height: 900 },
		});
		const page = await context.newPage();
		await page.goto(stage.site.lesson('rolling-update'));
		await clusterRunning(page);
		expect(await page.evaluate(() => document.documentElement.lang)).toBe(
			locale.slice(0, locale === 'zh-CN' ? 5 : 2),
		);
		await page.screenshot({ path: `${shots}page-${locale}-${scheme}-${width}.png` });
		const { violations } = await new AxeBuilder({ page }).analyze();
		const found = violations.map(
			({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`,
		);
		expect(found).toEqual([]);
		const wide = await page.evaluate(() => document.documentElement.scrollWidth);
		expect(wide).toBeLessThanOrEqual(width);
	});
});
