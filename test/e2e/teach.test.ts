import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { downloaded } from '../harness/download.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const stage = useSite();

/** What is filled in before the page is alive would go to the written page. */
async function visit(path: string): Promise<Page> {
	const page = await stage.visit(path);
	if (path.includes('teach/')) await page.waitForLoadState('networkidle');
	return page;
}

const text = (name: string, content: string) => ({
	name,
	mimeType: name.endsWith('.json') ? 'application/json' : 'text/plain',
	buffer: Buffer.from(content),
});

const progressOf = (who: string, solved: boolean) =>
	text(
		`${who}.json`,
		JSON.stringify({
			format: 'drydock-progress/1',
			who,
			lessons: {
				'rolling-update': { version: 1, steps: { start: { done: true, solved, at: 1 } } },
			},
		}),
	);

describe('results of a class', () => {
	it('go from the end of a lesson as a receipt into the table and a CSV', async () => {
		const page = await visit('en/lesson/pid-namespace/?steps=enter..enter');
		const said = complaints(page);
		await page
			.getByRole('button', { name: /^Run: unshare/ })
			.first()
			.click({ timeout: 60_000 });
		const end = page.getByRole('region', { name: 'Lesson done' });
		await end.getByText('100 of 100 points').waitFor({ timeout: 60_000 });
		await end.getByText('Receipt', { exact: true }).click();
		const file = await downloaded(page, () =>
			end.getByRole('button', { name: 'Save as file' }).click(),
		);
		expect(file.name).toBe('drydock-pid-namespace.txt');
		await end.getByRole('button', { name: 'Copy' }).click();
		const line = await page.evaluate(() => navigator.clipboard.readText());
		expect(file.bytes.toString()).toBe(`${line}\n`);
		await page.context().close();

		const teacher = await visit('en/teach/');
		const complained = complaints(teacher);
		const broken = line.slice(0, -5);
		await teacher
			.locator('input[type="file"]')
			.setInputFiles([
				text(file.name, file.bytes.toString()),
				text('Zoe drydock-pid-namespace (1).txt', file.bytes.toString()),
				progressOf('Ada', true),
				text('bad.json', '[]'),
				text('notes.txt', `Bo ${line}\nnothing here`),
			]);
		const rows = teacher.locator('tbody tr');
		await teacher.getByText('4 results taken in.').waitFor();
		const refused = teacher.locator('.refused li');
		expect(await refused.allTextContents()).toEqual([
			expect.stringContaining('bad.json, line 1: not a file with progress'),
			expect.stringContaining('notes.txt, line 2: there is no receipt'),
		]);
		const field = teacher.getByLabel(/^Or paste receipts/);
		await field.fill(`Li Hua ${line}\n小明：${broken}`);
		await teacher.getByRole('button', { name: 'Take in the lines' }).click();
		await teacher.getByText('1 result taken in.').waitFor();
		expect(await refused.allTextContents()).toEqual([
			expect.stringContaining('pasted, line 1: the receipt was cut or changed'),
		]);
		expect(await field.inputValue(), 'what was refused can be mended').toBe(`小明：${broken}`);
		await field.fill(`小明：${line}`);
		await teacher.getByRole('button', { name: 'Take in the lines' }).click();
		await expect.poll(() => rows.count()).toBe(6);
		const names = ['Ada', 'Bo', 'drydock-pid-namespace', 'Li Hua', 'Zoe', '小明'];
		expect(await rows.locator('th').allTextContents()).toEqual(names);
		const own = rows.filter({ hasText: 'Li Hua' }).locator('td');
		expect((await own.allTextContents()).slice(1, 4)).toEqual(['100', '1/1', '0']);
		expect(await own.last().textContent()).toMatch(/^the same receipt as/);
		await teacher.locator('caption', { hasText: 'can be forged' }).waitFor();

		const csv = await downloaded(teacher, () =>
			teacher.getByRole('button', { name: 'Save as CSV' }).click(),
		);
		const lines = csv.bytes.toString().split('\r\n');
		expect(lines).toHaveLength(8);
		expect(lines[0]).toContain('Who,Lesson,Points of 100,Steps done,Steps,');
		expect(lines[6]).toMatch(/^小明,.*,100,1,1,0,20\d\d-.*,receipt,/);
		expect(lines[1]).toMatch(/^Ada,.*,,1,\d,1,1970-01-01T.*,progress,/);
		expect([...said, ...complained]).toEqual([]);
	});
});

describe('a lesson before a class', () => {
	const ask = 'Ask first: what does this computer lack';

	it('is driven by one key, shows keys, and keeps the notes for the presenter', async () => {
		const page = await visit('en/teach/?lesson=first-node');
		const said = complaints(page);
		await page.getByRole('link', { name: 'Present this lesson' }).click();
		await page.waitForURL('**/en/lesson/first-node/?present=1');
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		const sizes = await page.evaluate(() =>
			['html', '.view.shown .xterm-rows', '[data-region="lesson"] .flow p', '.block.runs code'].map(
				(name) => parseFloat(getComputedStyle(document.querySelector(name) as Element).fontSize),
			),
		);
		expect(Math.min(...sizes)).toBeGreaterThanOrEqual(24);
		const bar = page.getByRole('complementary', { name: 'Presenting' });
		expect(await bar.locator('.next').innerText()).toMatch(/Page Down\s+runs\s+uname -a/);
		await page.keyboard.press('PageDown');
		await expect.poll(() => shell.screen()).toMatch(/Linux node-1 6\./);
		await expect.poll(() => bar.locator('.next').innerText()).toMatch(/the next step/);
		const keys = bar.locator('.pressed span');
		await page.locator('.view.shown .xterm-helper-textarea').focus();
		await page.keyboard.type('ls');
		await page.keyboard.press('Control+C');
		expect((await keys.allTextContents()).slice(-2)).toEqual(['ls', 'Ctrl + C']);
		await bar.getByRole('button', { name: 'Show keys' }).click();
		await page.keyboard.press('x');
		expect(await keys.count()).toBe(0);

		expect(await page.getByText(ask).count(), 'the class sees no notes').toBe(0);
		await bar.getByRole('button', { name: 'Notes' }).click();
		await bar.getByText(ask).waitFor();
		const opening = page.waitForEvent('popup');
		await bar.getByRole('button', { name: 'In a window of their own' }).click();
		const notes = await opening;
		await notes.getByText(ask).waitFor();
		expect(await page.getByText(ask).count()).toBe(0);
		await notes.keyboard.press('PageDown');
		await notes.getByText('Who is at work here').waitFor();
		await notes.locator('.next code', { hasText: /^ps$/ }).waitFor();
		await page.getByRole('heading', { name: 'Who is at work here' }).waitFor();
		await page.getByRole('link', { name: '中文' }).click();
		await notes.getByText('下一条命令').waitFor();
		await page.keyboard.press('PageUp');
		await page.getByRole('heading', { name: '打个招呼' }).waitFor();
		expect(said).toEqual([]);
		await bar.or(page.locator('aside')).getByRole('link', { name: '结束演示' }).click();
		await page.waitForURL((url) => !url.search.includes('present'));
		await expect
			.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).fontSize))
			.toBe('16px');
		expect(notes.isClosed()).toBe(true);
	});

	it('has its notes in the print for teachers, and nowhere in the learner’s page', async () => {
		const page = await visit('en/print/?lesson=first-node&solutions=1');
		await page.getByText(ask).waitFor();
		await page.getByRole('checkbox', { name: /^With solutions/ }).uncheck();
		await expect.poll(() => page.getByText(ask).count()).toBe(0);
		await page.goto(`${stage.site.url}en/lesson/first-node/?boot=click`);
		await page.locator('[data-cluster="idle"]').waitFor();
		expect(await page.content()).not.toContain(ask);
		await page.getByRole('button', { name: /^Settings/ }).click();
		await page.getByRole('link', { name: 'Present to a class' }).click();
		await page.waitForURL('**/en/lesson/first-node/?boot=click&present=1');
		await page.getByRole('complementary', { name: 'Presenting' }).waitFor();
	});
});

describe('what a teacher makes', () => {
	it('is seen in the preview as it will be', async () => {
		const page = await visit('en/teach/?lesson=pid-namespace');
		const said = complaints(page);
		expect(await page.locator('.lesson select').inputValue()).toBe('pid-namespace');
		await page.getByLabel('Theme').selectOption('dark');
		await page.getByText('You can give a program a PID namespace of its own').waitFor();
		await page.getByRole('button', { name: 'Try this code' }).click();
		const frame = page.frameLocator('iframe[title="Preview of the lesson"]').frameLocator('iframe');
		await frame.getByRole('heading', { name: 'Through the door' }).waitFor();
		expect(await frame.locator('html').getAttribute('data-theme')).toBe('dark');
		await frame.getByRole('button', { name: 'Start the machines' }).waitFor();
		await page.getByLabel('From step').selectOption('old-proc');
		await page.getByLabel('Language').first().selectOption('zh-CN');
		await frame.getByRole('heading', { name: 'ps 怎么也会上当' }).waitFor();
		expect(await frame.locator('html').getAttribute('lang')).toBe('zh-CN');
		const code = await page.getByLabel('Code for your page').inputValue();
		const src = /src="([^"]*)"/.exec(code)?.[1]?.replaceAll('&amp;', '&');
		expect(page.frames().map((one) => one.url())).toContain(src);
		await page.getByRole('button', { name: 'Element', exact: true }).click();
		await frame.getByRole('heading', { name: 'ps 怎么也会上当' }).waitFor();
		expect(await page.getByLabel('Code for your page').inputValue()).toContain('<drydock-lesson');
		expect(said).toEqual([]);
	});

	it('arrives as an assignment, in a frame, too, and keeps solutions back', async () => {
		const page = await visit('en/teach/');
		await page.getByRole('checkbox', { name: 'Being process 1' }).check();
		await page.getByRole('checkbox', { name: 'Hide solutions' }).check();
		await page.getByLabel('Same variant for everybody with this word').fill('class 7 & 8');
		await page.getByLabel(/^Due/).fill('2026-12-11T18:00');
		await page.getByText('1 lesson, about 12 min').waitFor();
		const link = await page.getByLabel('Link for your class').inputValue();
		const code = new URL(link).searchParams.get('assign') ?? '';
		await page.goto(`${stage.site.url}embed.html?assign=${code}&lang=zh-CN`);
		await page.waitForURL('**/zh-CN/?assign=*');
		await page.getByRole('heading', { name: '你的作业' }).waitFor();
		await page.getByText('截止：2026年12月11日星期五 18:00').waitFor();
		await page.goto(`${stage.site.url}en/?assign=${code.slice(3)}`);
		await page.getByText('The assignment in this address cannot be read').waitFor();
		await page.goto(link);
		await page
			.locator('section', { hasText: 'Your assignment' })
			.getByRole('link', { name: 'Being process 1' })
			.click();
		await page.waitForURL('**/lesson/pid-namespace/?assign=*');
		const { searchParams } = new URL(page.url());
		expect(searchParams.get('solution')).toBe('hide');
		expect(searchParams.get('seed')).toBe('class 7 & 8');
		await page.getByRole('button', { name: 'Show me' }).click();
		expect(await page.getByRole('button', { name: 'See the solution' }).count()).toBe(0);
		expect(await page.getByRole('button', { name: 'Do the whole step for me' }).count()).toBe(0);
		await page.goto(`${stage.site.url}en/lesson/pid-namespace/`);
		await page.getByRole('button', { name: 'Show me' }).click();
		await page.getByRole('button', { name: 'See the solution' }).waitFor();
	});
});
