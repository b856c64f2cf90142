import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const stage = useSite({ keepsPages: true });
let page: Page;
let said: string[];
let shell: TerminalOnPage;

const shells = () => page.locator('[data-region="terminal"]');
const button = (name: string | RegExp) => shells().getByRole('button', { name });
const shownNames = () =>
	shells()
		.locator('.view.shown textarea')
		.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));

async function fromMenu(item: string): Promise<void> {
	await button('Terminal menu').click();
	await page.getByRole('menuitem', { name: item }).click();
}

async function saved(item: string): Promise<{ name: string; text: string }> {
	const download = page.waitForEvent('download');
	await fromMenu(item);
	const file = await download;
	return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

describe('what the terminals offer beside a shell', () => {
	beforeAll(async () => {
		page = await stage.browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
		said = complaints(page);
		await page.goto(stage.site.lesson('pid-namespace'));
		await clusterRunning(page);
		shell = new TerminalOnPage(page);
		await shell.prompt();
	});

	it('finds in what has scrolled away', async () => {
		await shell.run('for i in $(seq 200); do echo "line $i of many"; done');
		await button('Find in the output').click();
		await page.keyboard.type('line 17 of');
		await shells().getByText('1 place').waitFor();
		await page.waitForFunction(() =>
			/line 17 of many/.test(document.querySelector('.view.shown .xterm-rows')?.textContent ?? ''),
		);
		await page.keyboard.press('Control+A');
		await page.keyboard.type('no such thing');
		await shells().getByText('not found').waitFor();
		await page.keyboard.press('Escape');
		await page.keyboard.type('echo back in the shell\n');
		await shells().locator('.view.shown').getByText('back in the shell').last().waitFor();
	});

	it('saves what a shell printed as text and as a recording', async () => {
		await shell.run('echo 滚动 kept');
		const text = await saved('Save as text');
		expect(text.name).toMatch(/^[\w-]+\.txt$/);
		expect(text.text).toContain('\n滚动 kept\n');
		const cast = await saved('Save as recording (asciicast)');
		expect(cast.name).toMatch(/\.cast$/);
		const [header = '', ...events] = cast.text.trimEnd().split('\n');
		expect(JSON.parse(header)).toMatchObject({ version: 2 });
		const read = events.map((line) => JSON.parse(line) as [number, string, string]);
		expect(read.map(([, , output]) => output).join('')).toContain('滚动 kept');
		expect(read.every(([at], index) => at >= (read[index - 1]?.[0] ?? 0))).toBe(true);
	});

	it('shows two shells side by side, and one again', async () => {
		expect(await shownNames()).toHaveLength(1);
		await button('Two terminals side by side').click();
		await shells().locator('.view.shown textarea').nth(1).waitFor();
		expect(new Set(await shownNames()).size).toBe(2);
		const boxes = await Promise.all(
			(await shells().locator('.view.shown').all()).map((one) => one.boundingBox()),
		);
		const [left, right] = boxes.sort((a, b) => (a?.x ?? 0) - (b?.x ?? 0));
		expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThanOrEqual((right?.x ?? 0) + 1);
		await button('Two terminals side by side').click();
		expect(await shownNames()).toHaveLength(1);
	});

	it('opens another shell of a machine, and closes it', async () => {
		const tabs = shells().getByRole('tab');
		const before = await tabs.count();
		await button('Open another shell').click();
		await tabs.nth(before).waitFor();
		await shell.prompt();
		await shell.run('tty');
		await button(/^Close this shell/).click();
		await tabs.nth(before).waitFor({ state: 'detached' });
	});

	it('asks where a command goes when a program keeps the shell', async () => {
		await page.getByRole('tab', { name: /inside/ }).click();
		await shell.prompt();
		await shell.type('sleep 500');
		await page
			.getByRole('button', { name: /^Run: unshare/ })
			.first()
			.click();
		const question = page.getByRole('alertdialog', { name: /Something is running in inside/ });
		await question.getByRole('button', { name: 'Interrupt it (Ctrl+C)' }).click();
		await page.getByText('The shell inside is process 1 now.').waitFor();
	});

	it('types what is clicked twice once, and what it asked about when the program has ended', async () => {
		const other = await stage.visit('en/lesson/first-node/');
		await clusterRunning(other);
		const own = new TerminalOnPage(other);
		const run = other.getByRole('button', { name: /^Run: uname -a/ }).first();
		const typed = async () => {
			const text = await other.locator('.view.shown .xterm-rows').textContent();
			return text?.match(/uname/g)?.length;
		};
		await run.dblclick();
		await other.getByText('The machine has answered.').waitFor();
		await own.prompt();
		expect(await typed()).toBe(1);
		await own.type('sleep 4');
		await run.click();
		const question = other.getByRole('alertdialog');
		await question.waitFor();
		await run.click();
		expect(await question.count()).toBe(1);
		await question.waitFor({ state: 'detached' });
		await expect.poll(typed).toBe(2);
		await other.context().close();
	});

	it('pastes with Ctrl+V, and copies with Ctrl+C what is selected', async () => {
		const other = await stage.visit('en/lesson/first-node/');
		await clusterRunning(other);
		const own = new TerminalOnPage(other);
		await own.prompt();
		await other.evaluate(() => navigator.clipboard.writeText('echo pasted-$((6 * 7))'));
		await other.locator('.view.shown .xterm-helper-textarea').focus();
		await other.keyboard.press('Control+V');
		await other.keyboard.press('Enter');
		await expect.poll(() => own.screen()).toMatch(/^pasted-42$/m);
		const row = other.locator('.view.shown .xterm-rows > div', { hasText: /^pasted/ });
		const { x = 0, y = 0, height = 0 } = (await row.boundingBox()) ?? {};
		await other.mouse.dblclick(x + 20, y + height / 2);
		await other.keyboard.press('Control+C');
		const copied = () => other.evaluate(() => navigator.clipboard.readText());
		await expect.poll(copied).toMatch(/^pasted/);
		// In the foreground before it says so: Ctrl+C would miss what is only about to begin.
		await own.type("sh -c 'echo up; exec sleep 500'");
		await expect.poll(() => own.screen()).toMatch(/^up$/m);
		await other.keyboard.press('Control+C');
		expect(await own.run('echo free')).toBe('free');
		await other.context().close();
	});

	it('offers the command that was meant where full-width characters were typed', async () => {
		await page.getByRole('tab', { name: /host/ }).click();
		await shell.prompt();
		await page.keyboard.type('');
		await shells().locator('.view.shown textarea').focus();
		await page.keyboard.insertText('ls －d ／etc；');
		await page.keyboard.press('Enter');
		await shells().getByText('There are full-width characters in the command.').waitFor();
		await button(/^Run$/).last().click();
		await shells()
			.locator('.view.shown')
			.getByText(/^\/etc$/)
			.last()
			.waitFor();
	});

	it('has a field for commands instead of the terminal', async () => {
		await fromMenu('Command box instead of the terminal');
		const box = shells().getByLabel(/^Command for/);
		await box.fill('echo $((6 * 7)); false');
		await box.press('Enter');
		await shells().getByText('42', { exact: true }).last().waitFor();
		await shells().getByText('exit status 1').waitFor();
		await fromMenu('Type in the terminal');
		expect(said).toEqual([]);
	});
});
