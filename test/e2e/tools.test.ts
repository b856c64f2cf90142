import { describe, expect, it } from 'vitest';
import { clusterRunning, complaints, startFreshMachines } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const stage = useSite();

describe('sandbox, teachers’ tools and print', () => {
	it('starts the machines that were chosen, and shares what was done', async () => {
		const page = await stage.visit('en/sandbox/');
		const said = complaints(page);
		await page.getByRole('radio', { name: /^Docker/ }).check();
		await page.getByRole('radio', { name: '1', exact: true }).check();
		await page.getByRole('button', { name: 'Start the machines' }).click();
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('docker run --rm hello-world | head -2')).toContain('Hello from');
		await shell.run('echo "shared 分享" > /root/note');
		await page.getByRole('button', { name: 'Share' }).click();
		await page.getByLabel('Commands, one a line').fill('cat /root/note\nhostname');
		await page.getByLabel('Path').fill('/root/note');
		await page.getByRole('button', { name: 'Take from the first machine' }).click();
		await page.locator('.file code', { hasText: '/root/note' }).waitFor();
		await page.getByRole('button', { name: 'Copy the link' }).click();
		await page.getByText('Copied').waitFor();
		const link = await page.evaluate(() => navigator.clipboard.readText());
		expect(said).toEqual([]);
		await page.getByRole('button', { name: 'Close', exact: true }).click();

		// What is in it would go with the page.
		const questions: string[] = [];
		page.on('dialog', (dialog) => {
			questions.push(dialog.type());
			dialog.dismiss().catch(() => undefined);
		});
		await page.evaluate(() => location.reload());
		await expect.poll(() => questions).toEqual(['beforeunload']);
		expect(await shell.run('cat /root/note')).toBe('shared 分享');
		await shell.run('rm -rf /bin');
		await page.getByText('cannot start a shell any more.').waitFor({ timeout: 30_000 });
		await page.getByRole('button', { name: 'Fresh machines', exact: true }).click();
		await startFreshMachines(page);
		await shell.prompt();
		expect(await shell.run('ls -d /bin /root/note 2> /dev/null')).toBe('/bin');
		await page.context().close();

		const other = await stage.visit(link.slice(stage.site.url.length));
		await other.getByText('wants to put 1 file on the machines and run 2 commands').waitFor();
		expect(await other.getByRole('radio', { name: /^Docker/ }).isChecked()).toBe(true);
		await other.getByRole('button', { name: 'Start the machines' }).click();
		await clusterRunning(other);
		const theirs = new TerminalOnPage(other);
		await theirs.prompt();
		expect(await theirs.run('ls /root/note 2>&1'), 'nothing before the answer').toContain(
			'No such',
		);
		await other.getByRole('button', { name: 'Show', exact: true }).click();
		expect(await other.getByRole('region', { name: 'Show', exact: true }).textContent()).toContain(
			'shared 分享',
		);
		await other.getByRole('button', { name: 'Run', exact: true }).click();
		await other.getByText('All commands were run.').waitFor();
		expect(await theirs.screen()).toMatch(/shared 分享/);
	});

	it('makes code for a course page and an assignment that arrives', async () => {
		const page = await stage.visit('zh-CN/teach/', { locale: 'zh-CN' });
		const said = complaints(page);
		await page.locator('.lesson select').selectOption('rolling-update');
		await page.getByLabel('主题').selectOption('dark');
		await page.getByLabel('解法').first().selectOption('hide');
		const code = await page.getByLabel('放进网页的代码').inputValue();
		expect(code).toContain(
			`${stage.site.url}embed.html?lesson=rolling-update&amp;theme=dark&amp;solution=hide`,
		);
		await page.getByRole('button', { name: '元素' }).click();
		expect(await page.getByLabel('放进网页的代码').inputValue()).toContain('theme="dark"');

		await page.getByRole('checkbox', { name: '不停机，换版本' }).check();
		const steps = page.getByRole('group', { name: '不停机，换版本' });
		await steps.getByLabel('从步骤').selectOption({ index: 2 });
		await steps.getByLabel('到步骤').selectOption({ index: 1 });
		await page.getByLabel(/^截止时间/).fill('2026-12-31T18:30');
		await page.getByLabel('其他要说的话').fill('星期五之前');
		const link = await page.getByLabel('给学生的链接').inputValue();
		expect(said).toEqual([]);
		await page.goto(link);
		await page.getByRole('heading', { name: '你的作业' }).waitFor();
		await page.getByText('星期五之前').waitFor();
		await page.getByText(/^截止：2026.*12.*31.*18:30/).waitFor();
		const row = page.locator('section', { hasText: '你的作业' }).getByRole('link');
		expect(await row.getAttribute('href')).toMatch(
			/lesson\/rolling-update\/\?assign=.*&steps=[a-z-]+\.\.[a-z-]+$/,
		);
		expect(await row.innerText()).toContain('步骤 2 到 3');
	});

	it('types the next command when a clicker goes on', async () => {
		const page = await stage.visit('en/lesson/rolling-update/?present=1');
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		const size = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
		expect(parseFloat(size)).toBeGreaterThanOrEqual(24);
		await page.keyboard.press('PageDown');
		await expect.poll(() => shell.screen(), { timeout: 20_000 }).toMatch(/kubectl apply/);

		// What only the presenter has to do with stands in the notes, and a point says so.
		await page.getByRole('button', { name: /^Step 3:/ }).click();
		await page.getByRole('button', { name: 'Notes: there is something for you' }).click();
		const offer = /^This step builds on/;
		await page.getByText(offer).waitFor();
		expect(await page.locator('main').getByText(offer).count()).toBe(0);
		await page.getByRole('button', { name: 'Go on without' }).click();
		const bar = page.getByRole('complementary', { name: 'Presenting' });
		await bar.getByRole('button', { name: 'Notes', exact: true }).waitFor();
	});
});
