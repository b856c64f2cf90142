import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { clusterRunning } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

/** Options of the lesson's questions in their order: true for the right one. */
const quizzes = Object.fromEntries(
	readFileSync(new URL('../../lessons/10-start/01-first-node/en.md', import.meta.url), 'utf8')
		.split(':::quiz{#')
		.slice(1)
		.map((text) => [
			text.slice(0, text.indexOf('}')),
			[...text.split('+++')[0]!.matchAll(/^- \[([ x])\]/gm)].map(([, mark]) => mark === 'x'),
		]),
);

const stage = useSite({ keepsPages: true });

const isFocused = (target: Locator) =>
	target.evaluate((element) => element === document.activeElement);

/** Goes on with Tab until the element has the focus, as somebody without a pointer does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
	await target.waitFor();
	for (let presses = 0; presses < 90; presses++) {
		if (await isFocused(target)) return;
		await page.keyboard.press('Tab');
	}
	throw new Error('the element is not reached with Tab');
}

/** F6 goes around the panes; the lesson begins with its scrolling text. */
async function toPane(page: Page, pane: 'lesson' | 'terminal'): Promise<void> {
	for (let presses = 0; presses < 4; presses++) {
		const there = await page.evaluate(
			(name) =>
				document.activeElement?.closest('[data-region]')?.getAttribute('data-region') === name,
			pane,
		);
		if (there) return;
		await page.keyboard.press('F6');
	}
	throw new Error(`F6 does not reach ${pane}`);
}

interface Hands {
	page: Page;
	/** Runs a line and answers what it printed. */
	run: (line: string) => Promise<string>;
}

async function answer({ page }: Hands, value: string): Promise<void> {
	await toPane(page, 'lesson');
	await tabTo(page, page.locator('form.answer input').first());
	await page.keyboard.type(value);
	await page.keyboard.press('Enter');
	await page.locator('form.answer.done').first().waitFor({ timeout: 20_000 });
}

async function choose({ page }: Hands, quiz: string): Promise<void> {
	const options = quizzes[quiz] ?? [];
	await toPane(page, 'lesson');
	const radios = page.locator('fieldset.quiz input');
	await tabTo(page, radios.first());
	await page.keyboard.press('Space');
	for (let at = 0; at < options.indexOf(true); at++) await page.keyboard.press('ArrowDown');
	await page.locator('fieldset.quiz.closed').waitFor({ timeout: 20_000 });
}

async function next({ page }: Hands): Promise<void> {
	await toPane(page, 'lesson');
	await tabTo(page, page.getByRole('button', { name: 'Next', exact: true }));
	await page.keyboard.press('Enter');
}

/** The shortest lesson from its first to its last step. */
async function finish(hands: Hands): Promise<void> {
	const { page, run } = hands;
	const [, , kernel = ''] = (await run('uname -a')).split(' ');
	expect(kernel).toMatch(/^6\./);
	await answer(hands, kernel);
	await next(hands);
	expect(await run('ps -p 1 -o comm=')).toContain('init');
	await answer(hands, 'init');
	await choose(hands, 'parent');
	await next(hands);
	await run('(sleep 1000 &)');
	await run('(sleep 1000 &)');
	await choose(hands, 'program');
	await next(hands);
	const pids = await run('pgrep -x sleep');
	await answer(hands, pids.split('\n')[0] ?? '');
	await run('kill $(pgrep -o -x sleep)');
	await page.locator('.task.done').first().waitFor({ timeout: 20_000 });
	await run('pkill -x sleep');
	await choose(hands, 'file-stays');
	await page.getByRole('region', { name: 'Lesson done' }).waitFor({ timeout: 30_000 });
	expect(await page.getByText('100 of 100 points').isVisible()).toBe(true);
}

async function open(settings: object): Promise<Page> {
	const context = await stage.browser.newContext({
		viewport: { width: 1440, height: 900 },
		locale: 'en-US',
	});
	const page = await context.newPage();
	await page.addInitScript(
		(text) => localStorage.setItem('drydock/settings', text),
		JSON.stringify(settings),
	);
	await page.goto(stage.site.lesson('first-node'));
	await clusterRunning(page);
	return page;
}

describe('a lesson without a pointer', () => {
	it('is finished with the keyboard alone', async () => {
		const page = await open({});
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		const run = async (line: string) => {
			await toPane(page, 'terminal');
			const output = await shell.run(line);
			// Out of the terminal again: Shift+Tab, and nothing of it reaches the shell.
			await page.keyboard.press('Shift+Tab');
			expect(
				await page.evaluate(() =>
					document.activeElement?.classList.contains('xterm-helper-textarea'),
				),
			).toBe(false);
			return output;
		};
		await finish({ page, run });
	});

	it('is finished in screen reader mode with the command box', async () => {
		const page = await open({ screenReader: true, commandBox: true });
		await new TerminalOnPage(page).prompt();
		const box = page.getByRole('combobox', { name: 'Command for node-1' });
		const log = page.getByRole('log', { name: 'Output of node-1' });
		const run = async (line: string) => {
			await toPane(page, 'terminal');
			await tabTo(page, box);
			await page.keyboard.type(line);
			await page.keyboard.press('Enter');
			await log.getByText(`$ ${line}`, { exact: true }).waitFor({ timeout: 20_000 });
			await page.getByRole('button', { name: 'Stop (Ctrl+C)' }).waitFor({ state: 'detached' });
			return (await log.locator('pre').innerText()).trim();
		};
		await finish({ page, run });
	});
});
