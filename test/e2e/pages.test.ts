import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { allLessons } from '../harness/lessons.ts';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const stage = useSite();

/** Where the first things of a lesson's text stand. */
const places = (page: Page) =>
	page.evaluate(() =>
		['h1', '[data-region="lesson"] .scroll', '[data-region="lesson"] .flow p', 'h2'].map((name) => {
			const box = document.querySelector(name)?.getBoundingClientRect();
			return [name, ...[box?.x, box?.y, box?.width].map((one) => Math.round(one ?? NaN))];
		}),
	);

async function pngSize(answer: Response): Promise<[number, number]> {
	const header = new DataView(await answer.arrayBuffer(), 16, 8);
	return [header.getUint32(0), header.getUint32(4)];
}

describe('the pages of the site', () => {
	it.each(['en', 'zh-CN'] as const)('can be read without scripts (%s)', async (locale) => {
		const gate = await stage.visit('', { javaScriptEnabled: false });
		await gate.getByRole('link', { name: locale === 'en' ? 'English' : '中文' }).click();
		expect(await gate.locator('html').getAttribute('lang')).toBe(locale);
		for (const lesson of allLessons()) {
			const page = await stage.visit(`${locale}/lesson/${lesson.id}/`, {
				javaScriptEnabled: false,
			});
			const text = await page.locator('main').innerText();
			for (const step of lesson.text[locale].steps) expect(text).toContain(step.title);
			const typed = lesson.steps.flatMap((step) =>
				step.solution.flatMap((action) => (action.do === 'type' ? [action.text] : [])),
			);
			const html = await page.content();
			expect(
				typed.filter(
					(line) =>
						!html.includes(
							line.replaceAll(
								/[&<>]/g,
								(one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? one,
							),
						),
				),
			).toEqual([]);
			expect(await page.locator('button:visible:not(:has(code))').count()).toBe(0);
			const other = locale === 'en' ? 'zh-CN' : 'en';
			await page.locator(`header a[hreflang="${other}"]`).click();
			expect(new URL(page.url()).pathname).toBe(`/${other}/lesson/${lesson.id}/`);
			await page.context().close();
		}
	});

	it('goes on in the language that was chosen, or else in the browser’s', async () => {
		const page = await stage.visit('?lesson=rolling-update&boot=click', { locale: 'zh-TW' });
		await page.waitForURL('**/zh-CN/lesson/rolling-update/?boot=click');
		await page.locator('[data-cluster="idle"]').waitFor();
		await page.getByRole('link', { name: 'English' }).click();
		await page.waitForURL('**/en/lesson/rolling-update/?boot=click');
		await page.goto(stage.site.url);
		await page.waitForURL('**/en/');
	});

	it.each([1440, 1000, 390])('becomes alive without moving what is read (%d px)', async (width) => {
		const page = await stage.visit('', { viewport: { width, height: 900 } });
		await page.route('**/assets/*.js', (route) => route.abort());
		const path = `${stage.site.url}en/lesson/rolling-update/?boot=click`;
		await page.goto(path);
		const before = await places(page);
		await page.unroute('**/assets/*.js');
		await page.goto(path);
		await page.locator('[data-cluster="idle"]').waitFor();
		expect(await places(page)).toEqual(before);
	});

	it('shows of the written text only the steps and help that are asked for', async () => {
		// Never alive: what is kept for offline would answer for the scripts.
		const context = await stage.browser.newContext({ serviceWorkers: 'block' });
		const page = await context.newPage();
		await page.route('**/assets/*.js', (route) => route.abort());
		const shown = async (query: string) => {
			await page.goto(`${stage.site.url}en/lesson/rolling-update/${query}`);
			const ids = await page
				.locator('.static-lesson .reading-step:visible')
				.evaluateAll((all) => all.map(({ id }) => id));
			return { ids, solutions: await page.locator('.static-lesson .solution:visible').count() };
		};
		const all = allLessons().find((one) => one.id === 'rolling-update')?.steps ?? [];
		const whole = await shown('');
		expect(whole.ids).toEqual(all.map(({ id }) => id));
		expect(whole.solutions).toBeGreaterThan(3);
		expect((await shown('?steps=roll..undo')).ids).toEqual(['roll', 'stall', 'undo']);
		expect((await shown('?steps=roll')).ids).toEqual(['roll']);
		expect((await shown('?steps=nothing..undo')).ids.at(-1)).toBe('undo');
		expect(
			(await shown('?steps=undo..roll')).ids,
			'as the live page: an end before its beginning is none',
		).toEqual(['undo', 'recreate', 'tune']);
		expect((await shown("?steps=x'])")).ids).toEqual(whole.ids);
		expect((await shown('?steps=roll&solution=hide')).solutions).toBe(0);
	});

	it('changes the language with the address, and leaves machines and place alone', async () => {
		const page = await stage.visit('en/lesson/rolling-update/');
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		const began = Number(await shell.run('touch /tmp/still-here; cut -d. -f1 /proc/uptime'));
		await page.getByRole('link', { name: '中文' }).click();
		await page.waitForURL('**/zh-CN/lesson/rolling-update/');
		expect(await page.title()).toMatch(/\p{Script=Han}/u);
		const [file, uptime] = (await shell.run('ls /tmp/still-here; cut -d. -f1 /proc/uptime')).split(
			'\n',
		);
		expect(file).toBe('/tmp/still-here');
		expect(Number(uptime)).toBeGreaterThanOrEqual(began);
	});

	it('says what is missing, and where to go', async () => {
		const page = await stage.visit('zh-CN/lesson/rolling-updates/');
		await page.getByRole('heading', { name: '没有这个页面' }).waitFor();
		await page.getByRole('link', { name: '不停机，换版本' }).click();
		await page.waitForURL('**/zh-CN/lesson/rolling-update/');
		await page.goto(`${stage.site.url}lesson/rolling-update/`);
		await page.waitForURL('**/en/lesson/rolling-update/');
	});

	it.each([1440, 390])('is as high as its window, wherever it begins (%d px)', async (width) => {
		const page = await stage.visit('en/lesson/pid-namespace/?boot=click#old-proc', {
			viewport: { width, height: 800 },
		});
		await page.locator('[data-cluster="idle"]').waitFor();
		await page.getByRole('heading', { name: 'Why ps can be fooled' }).waitFor();
		const measured = () =>
			page.evaluate(() => [scrollY, document.documentElement.scrollHeight - innerHeight]);
		expect(await measured()).toEqual([0, 0]);
	});

	it('says which version it is, and leads to nothing that is not there', async () => {
		const page = await stage.visit('zh-CN/');
		const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
		await page.getByRole('link', { name: `关于 Drydock ${version}` }).click();
		await page.getByRole('heading', { level: 1, name: '关于本站' }).waitFor();
		const links = await page
			.locator('main a')
			.evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
		const own = [...new Set(links)].filter((link) => link.startsWith(stage.site.url));
		expect(own.length).toBeGreaterThan(2);
		for (const link of own) expect.soft((await fetch(link)).status, link).toBe(200);
		const text = await page.locator('main').innerText();
		expect(text).not.toMatch(/node_modules|docs\//);
	});

	it('has a real machine on its front page, and before that what one did', async () => {
		const page = await stage.visit('en/');
		const said = complaints(page);
		const hero = page.getByRole('region', { name: 'A machine to try' });
		await hero.getByText('Server: nginx/').waitFor();
		await hero.locator('.picture [data-pid="1"]').waitFor();
		await hero.getByRole('button', { name: 'Start a real machine here' }).click();
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		await hero.getByRole('button', { name: 'Run: docker run' }).click();
		await hero.locator('.pidbox', { hasText: 'nginx' }).waitFor();
		expect(await shell.run('docker ps -q | wc -l')).toBe('1');
		await hero.getByRole('button', { name: 'Switch it off' }).click();
		await hero.getByRole('button', { name: 'Start a real machine here' }).waitFor();
		expect(said).toEqual([]);
	});

	it.each(['en', 'zh-CN'])('says what it is to other sites, too (%s)', async (locale) => {
		const page = await stage.visit(`${locale}/`, { javaScriptEnabled: false });
		const property = (name: string) =>
			page.locator(`meta[property="og:${name}"]`).getAttribute('content');
		expect(await property('title')).toBe(await page.title());
		expect(await property('title')).toContain('Kubernetes');
		const description = await page.locator('meta[name="description"]').getAttribute('content');
		expect(await property('description')).toBe(description);
		const image = await fetch(new URL((await property('image')) ?? '', page.url()));
		const [width, height] = await pngSize(image);
		expect([width, height]).toEqual([1200, 630]);
		await page.getByText('Server: nginx/').waitFor();
		// What is not written yet is one line of a part.
		expect(await page.locator('ol:has(> li.coming)').count()).toBeGreaterThan(0);
		expect(await page.locator('ol:has(> li.coming ~ li)').count()).toBe(0);
	});

	it('shows progress on the map, and takes it along as a file', async () => {
		const page = await stage.visit('en/');
		const said = complaints(page);
		await page.getByRole('link', { name: /^Begin/ }).waitFor();
		const lesson = allLessons().find((one) => one.id === 'rolling-update');
		const steps = lesson?.steps ?? [];
		const [first, second] = steps;
		const file = (done: string[], version = lesson?.version) => ({
			name: 'drydock-progress.json',
			mimeType: 'application/json',
			buffer: Buffer.from(
				JSON.stringify({
					format: 'drydock-progress/1',
					lessons: {
						'rolling-update': {
							version,
							steps: Object.fromEntries(
								done.map((id, at) => [id, { done: true, solved: false, at: at + 1 }]),
							),
						},
					},
				}),
			),
		});
		const input = page.locator('input[type="file"]').first();
		await input.setInputFiles(file([first?.id ?? '']));
		await page.getByText(`1 of ${steps.length} steps done`).waitFor();
		expect(await page.getByRole('link', { name: /^Continue/ }).getAttribute('href')).toMatch(
			new RegExp(`lesson/rolling-update/#${second?.id}$`),
		);
		await page.reload();
		await page.getByText(`1 of ${steps.length} steps done`).waitFor();
		await input.setInputFiles(file(steps.map(({ id }) => id)));
		await page.locator('.row .state', { hasText: /^done$/ }).waitFor();
		const download = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Save as a file' }).click();
		const stream = await (await download).createReadStream();
		const parts: Buffer[] = [];
		for await (const part of stream) parts.push(part as Buffer);
		const saved = JSON.parse(Buffer.concat(parts).toString());
		expect(Object.keys(saved.lessons['rolling-update'].steps)).toHaveLength(steps.length);
		await input.setInputFiles({
			name: 'x.json',
			mimeType: 'application/json',
			buffer: Buffer.from('{}'),
		});
		await page.getByText('no file with progress').waitFor();
		expect(said).toEqual([]);
	});
});
