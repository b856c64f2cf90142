// docs/images/preview-*.png, what other sites show of ours: the top of the front page. After `npx vite build`.
import { fileURLToPath } from 'node:url';
import { launchBrowser, serveSite } from '../test/harness/browser.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
/** Without what can be pressed, and nothing below the scene. */
const css = `
	#app > header, .offer, .go, .skip, main > section:not(.hero) { display: none !important }
	.top { padding-top: 2.2rem !important }
	.hero .stage { height: 21rem !important }`;

const site = await serveSite();
const browser = await launchBrowser(['--hide-scrollbars']);
for (const locale of ['en', 'zh-CN']) {
	const context = await browser.newContext({
		locale,
		viewport: { width: 1200, height: 630 },
		reducedMotion: 'reduce',
	});
	const page = await context.newPage();
	await page.goto(`${site.url}${locale}/`);
	await page.locator('.scene .pidbox').waitFor();
	await page.addStyleTag({ content: css });
	await page.screenshot({ path: `${folder}preview-${locale}.png`, animations: 'disabled' });
	await context.close();
}
await browser.close();
site.close();
