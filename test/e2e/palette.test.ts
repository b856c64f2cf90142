import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { complaints } from '../harness/browser.ts';
import { useSite } from '../harness/use-site.ts';

const stage = useSite();

async function visit(path: string, locale = 'en-US'): Promise<Page> {
	const page = await stage.visit(path, { locale });
	await page.locator('html[data-cluster="idle"]').waitFor({ state: 'attached' });
	return page;
}

/** The palette takes the focus once it is loaded; what is typed before goes to the page. */
async function openPalette(page: Page): Promise<void> {
	await page.keyboard.press('Control+k');
	await page.locator('[role="combobox"]:focus').waitFor();
}

describe('the palette and the keys of the page', () => {
	it('goes to a step, finds a word of the text and changes the look, by keyboard alone', async () => {
		const page = await visit('en/lesson/rolling-update/?boot=click');
		const said = complaints(page);
		const field = page.getByRole('combobox');
		await openPalette(page);
		await page.keyboard.type('step 2');
		await page.keyboard.press('Enter');
		await page.getByText(/Step 2 of \d/).waitFor();
		expect(new URL(page.url()).hash).not.toBe('');

		await openPalette(page);
		await page.keyboard.type('theme: dark');
		await page.keyboard.press('Enter');
		await page.locator('html[data-theme="dark"]').waitFor();

		await openPalette(page);
		await page.keyboard.type('progressDeadlineSeconds');
		const hit = page.getByRole('option').first();
		await hit.waitFor();
		await page.keyboard.press('Enter');
		await page.getByText(/Step [^2] of \d/).waitFor();

		await openPalette(page);
		await page.keyboard.press('Escape');
		await field.waitFor({ state: 'detached' });
		expect(said).toEqual([]);
	});

	it('searches Chinese without spaces', async () => {
		const page = await visit('zh-CN/lesson/rolling-update/?boot=click', 'zh-CN');
		await openPalette(page);
		await page.keyboard.insertText('就绪');
		await expect.poll(() => page.getByRole('option').count()).toBeGreaterThan(0);
	});

	it('has single keys that leave fields alone and can be switched off', async () => {
		const page = await visit('en/lesson/rolling-update/?boot=click');
		await page.keyboard.press('n');
		await page.getByText(/Step 2 of \d/).waitFor();
		await page.keyboard.press('3');
		await page.getByText(/Step 3 of \d/).waitFor();
		await page.keyboard.press('2');
		await page.getByText(/Step 2 of \d/).waitFor();
		await page.getByRole('textbox').first().fill('n');
		await page.keyboard.type('n');
		expect(await page.getByText(/Step 2 of \d/).isVisible()).toBe(true);
		await page.locator('h2').first().click();
		await page.keyboard.press('?');
		await page.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
		await page.getByRole('button', { name: 'Close' }).click();
		await page.keyboard.press('p');
		await page.waitForTimeout(200);
		expect(await page.getByText(/Step 2 of \d/).isVisible()).toBe(true);
	});
});
