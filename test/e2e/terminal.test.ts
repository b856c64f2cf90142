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
		const question = page.getByRole('alertdialog', { name: 'sleep is running in inside.' });
		await question.getByRole('button', { name: 'Interrupt it (Ctrl+C)' }).click();
		await page.getByText('The shell inside is process 1 now.').waitFor();
	});

	describe('on a machine of one shell', () => {
		let other: Page;
		let own: TerminalOnPage;
		const keys = () => other.locator('.view.shown .xterm-helper-textarea');
		const run = () => other.getByRole('button', { name: /^Run: uname -a/ }).first();
		const question = () => other.getByRole('alertdialog');
		const answer = (name: string) => question().getByRole('button', { name }).click();
		const typed = async () => (await own.screen()).match(/uname/g)?.length;
		const hasKeys = () => keys().evaluate((element) => element === document.activeElement);

		beforeAll(async () => {
			other = await stage.visit('en/lesson/first-node/');
			await clusterRunning(other);
			own = new TerminalOnPage(other);
			await own.prompt();
		});

		it('gives the keys to the shell when the machine is there', async () => {
			await other.keyboard.type('echo first-words\n');
			await expect.poll(() => own.screen()).toMatch(/^first-words$/m);
		});

		it('types what is clicked twice once, and what it asked about when the program has ended', async () => {
			await own.run('clear');
			await run().dblclick();
			await other.getByText('The machine has answered.').waitFor();
			await own.prompt();
			expect(await typed()).toBe(1);
			await own.type('sleep 600');
			await run().click();
			await question().waitFor();
			await run().click();
			expect(await question().count()).toBe(1);
			await keys().focus();
			await other.keyboard.press('Control+C');
			await question().waitFor({ state: 'detached' });
			await expect.poll(typed).toBe(2);
			await own.prompt();
			expect(await hasKeys()).toBe(true);
		});

		it('tells a half-typed line from a program, and ends one that does not listen to Ctrl+C', async () => {
			await own.run('clear');
			await other.keyboard.type('ec');
			await run().click();
			await other.getByRole('alertdialog', { name: 'A line is half typed in node-1.' }).waitFor();
			await answer('Leave it');
			expect(await typed()).toBeUndefined();
			await run().click();
			await answer('Discard the half line');
			await expect.poll(typed).toBe(1);
			await expect.poll(() => own.screen()).toMatch(/# ec\^C\n.*# uname -a\nLinux/);
			// Whatever stands on the screen, a program has the terminal.
			await own.type("printf 'ready # '; sleep 600");
			await expect.poll(() => own.screen()).toMatch(/^ready #$/m);
			await run().click();
			await other.getByRole('alertdialog', { name: 'sleep is running in node-1.' }).waitFor();
			await answer('Interrupt it (Ctrl+C)');
			await expect.poll(typed).toBe(2);
			await own.prompt();
			await own.type('vi notes');
			await expect.poll(() => own.screen()).toMatch(/^~$/m);
			await other.keyboard.type('ikeep this');
			await run().click();
			await other.getByRole('alertdialog', { name: 'vi is running in node-1.' }).waitFor();
			await answer('End vi');
			await expect.poll(typed).toBe(3);
			await own.prompt();
			expect(await own.run("cat notes 2>&1 | wc -l; stty -a | tr ' ' '\\n' | grep icanon")).toBe(
				'1\nicanon',
			);
		});

		it('takes what an input method commits, each thing once', async () => {
			const client = await other.context().newCDPSession(other);
			const compose = (text: string) =>
				client.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 });
			const commit = (text: string) => client.send('Input.insertText', { text });
			await own.run('clear');
			await keys().focus();
			await other.keyboard.type('echo ');
			await compose('ni');
			await compose('你');
			await commit('你好');
			await commit('，');
			await compose('日');
			await commit('日本');
			await commit('。');
			// Letters that an input method hands on come as text, with a key that says nothing.
			for (const text of 'mo') {
				const key = {
					windowsVirtualKeyCode: 229,
					key: 'Process',
					code: `Key${text.toUpperCase()}`,
				};
				await client.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
				await commit(text);
			}
			await other.keyboard.press('Enter');
			await expect.poll(() => own.screen()).toMatch(/^你好，日本。mo$/m);
		});

		it('pastes with Ctrl+V, and copies with Ctrl+C what is selected', async () => {
			await own.run('clear');
			await other.evaluate(() => navigator.clipboard.writeText('echo pasted-$((6 * 7))'));
			await keys().focus();
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
		});

		it('asks once before several lines are pasted, and enters each when it is asked for', async () => {
			await own.run('clear');
			const lines = ['for i in 1 2; do', 'echo loop-$i', 'done', 'sleep 1', 'echo last'];
			await other.evaluate((text) => navigator.clipboard.writeText(text), lines.join('\n'));
			await own.prompt();
			await keys().focus();
			await other.keyboard.press('Control+V');
			await other.getByRole('alertdialog', { name: 'Paste 5 lines into node-1?' }).waitFor();
			await answer('Do not paste');
			await other.keyboard.press('Control+V');
			await answer('Run them one after the other');
			await expect.poll(() => own.screen(), { timeout: 20_000 }).toMatch(/^last$/m);
			await own.prompt();
			const prompt = 'root@node-1:~#';
			expect(
				(await own.screen())
					.split('\n')
					.filter((line) => line !== prompt)
					.slice(1),
			).toEqual([
				`${prompt} ${lines[0]}`,
				`> ${lines[1]}`,
				`> ${lines[2]}`,
				'loop-1',
				'loop-2',
				`${prompt} ${lines[3]}`,
				`${prompt} ${lines[4]}`,
				'last',
			]);
		});

		it('keeps keys and place when the page gets narrow, low and wide again', async () => {
			await own.run('clear');
			await keys().focus();
			await other.keyboard.type('echo on');
			for (const [word, width, height] of [
				['-narrow', 690, 700],
				['-low', 690, 330],
				['-middle', 820, 1180],
				['-wide', 1440, 900],
			] as const) {
				await other.setViewportSize({ width, height });
				await expect.poll(hasKeys).toBe(true);
				await other.keyboard.type(word);
				const [scrolled, longer] = await other.evaluate(() => [
					document.scrollingElement?.scrollTop,
					document.documentElement.scrollHeight - innerHeight,
				]);
				expect([scrolled, longer], word).toEqual([0, 0]);
			}
			await other.keyboard.press('Enter');
			await expect.poll(() => own.screen()).toMatch(/^on-narrow-low-middle-wide$/m);
			await other.context().close();
		});
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
