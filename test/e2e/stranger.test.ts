import { strToU8, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { serve } from '../harness/platform.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const yaml = `format: 1
id: theirs
version: 1
level: basic
minutes: 5
real: { linux: real, docker: none, kubernetes: none }
cluster: { nodes: 1, runs: linux }
terminals: [{ on: node-1 }]
layout: { preset: split, view: processes }
scene: [{ put: a.txt, on: node-1, to: /root/a.txt }]
steps:
  - id: one
    checks: [{ id: c, command: { on: node-1, matches: '^cat a.txt' } }]
    solution: [cat a.txt]
`;
const english = `# Theirs

Somebody else wrote this.

<!-- step: one -->
## Read it

\`cat a.txt\`{{exec}}

:::task{check=c}
Waiting for \`cat\`…
+++
You have read it.
:::
`;
const chinese = `# 别人的课

是别人写的。

<!-- step: one -->
## 读一读

\`cat a.txt\`{{exec}}

:::task{check=c}
等待 \`cat\`……
+++
你读过了。
:::
`;
const zipOf = (files: Record<string, string>) =>
	Buffer.from(
		zipSync({
			theirs: Object.fromEntries(
				Object.entries({ 'lesson.yaml': yaml, 'files/a.txt': 'from a zip\n', ...files }).map(
					([path, content]) => [path, strToU8(content)],
				),
			),
		}),
	);

const stage = useSite();

async function map(locale: 'en' | 'zh-CN'): Promise<Page> {
	const context = await stage.browser.newContext({ locale });
	const page = await context.newPage();
	await page.goto(`${stage.site.url}${locale}/`);
	// Alive: a file that is chosen before would go to the written page.
	await page.waitForLoadState('networkidle');
	return page;
}
/** The part of the map page that opens a lesson of somebody else. */
const opener = (page: Page) => page.locator('section[aria-labelledby="stranger-title"]');

async function openFile(page: Page, buffer: Buffer): Promise<void> {
	const file = { name: 'theirs.zip', mimeType: 'application/zip', buffer };
	await opener(page).locator('input[type="file"]').setInputFiles(file);
}

describe('a lesson of somebody else', () => {
	it('is opened from a zip and runs like any other', async () => {
		const page = await map('en');
		const said = complaints(page);
		await openFile(page, zipOf({ 'en.md': english, 'zh-CN.md': chinese }));
		await page.getByRole('heading', { name: 'Theirs' }).waitFor();
		const banner = page.locator('.banner', { hasText: 'somebody else wrote it' });
		expect(await banner.textContent()).not.toContain('one language');
		await clusterRunning(page);
		await page.getByRole('button', { name: 'Run: cat a.txt' }).click();
		await page.getByText('You have read it.').waitFor();
		expect(await new TerminalOnPage(page).screen()).toContain('from a zip');
		await page.getByRole('link', { name: '中文' }).click();
		await page.getByText('你读过了。').waitFor();
		expect(said).toEqual([]);
	});

	it('keeps its one language, says so, and leaves the reader’s alone', async () => {
		const page = await map('zh-CN');
		await openFile(page, zipOf({ 'en.md': english }));
		const title = page.getByRole('heading', { name: 'Theirs' });
		await title.waitFor();
		await page.locator('.banner', { hasText: '它只有一种语言' }).waitFor();
		expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
		expect(await title.evaluate((one) => one.closest('[lang]')?.getAttribute('lang'))).toBe('en');
		await page.goto(stage.site.url);
		await page.waitForURL('**/zh-CN/');
	});

	it('is fetched from an address whose host lets others read it', async () => {
		const asked: (string | undefined)[] = [];
		const school = await serve((request, response) => {
			asked.push(request.headers.referer, request.headers.cookie);
			if (request.url?.startsWith('/open/')) response.setHeader('access-control-allow-origin', '*');
			if (!request.url?.endsWith('.zip')) return void response.writeHead(404).end();
			response.end(zipOf({ 'en.md': english, 'zh-CN.md': chinese }));
		});
		const page = await map('en');
		const field = opener(page).getByLabel('Address');
		const refused = opener(page).getByRole('status');
		const ask = async (path: string) => {
			await field.fill(`${school.url}${path}`);
			await opener(page).getByRole('button', { name: 'Fetch' }).click();
		};
		await ask('/closed/theirs.zip');
		await expect
			.poll(() => refused.textContent())
			.toMatch(/closed\/theirs\.zip.*does not let other pages read it \(CORS\)/);
		await ask('/open/nothing');
		await expect.poll(() => refused.textContent()).toMatch(/open\/nothing.*HTTP 404/);
		await ask('/open/theirs.zip');
		await page.getByRole('heading', { name: 'Theirs' }).waitFor();
		expect(
			asked.filter((one) => one !== undefined),
			'the host hears nothing of the reader',
		).toEqual([]);
		school.close();
	});

	it.each([
		['en.md:16: unknown block :::video', { 'en.md': `${english}\n:::video\n:::\n` }],
		['en.md:16: raw HTML is not allowed', { 'en.md': `${english}\n<script>x</script>\n` }],
		['lesson.yaml:2:', { 'lesson.yaml': yaml.replace('id: theirs', 'id: [1]'), 'en.md': english }],
		['en.md:1: a lesson has en.md or zh-CN.md', {}],
	])('is refused with file, line and reason: %s', async (reason, files) => {
		const page = await map('en');
		await openFile(page, zipOf(files));
		const status = opener(page).getByRole('status');
		await expect.poll(() => status.textContent()).toContain('This is no lesson that can be opened');
		expect(await status.textContent()).toContain(reason);
		expect(await page.getByRole('heading', { level: 1 }).textContent()).not.toBe('Theirs');
	});

	it('is refused when it is no zip at all', async () => {
		const page = await map('zh-CN');
		await openFile(page, Buffer.from('%PDF-1.4 not a zip'));
		await expect
			.poll(() => opener(page).getByRole('status').textContent())
			.toMatch(/lesson\.zip:1/);
	});
});
