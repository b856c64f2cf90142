import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const stage = useSite({ keepsPages: true });
let page: Page;
let said: string[];

const content = () => page.locator('.cm-content');
const status = () => page.locator('.editor .said');

/** The document is told to the editor as a paste is: in one go, without its help. */
async function write(text: string): Promise<void> {
	await content().focus();
	await page.keyboard.press('Control+A');
	await page.keyboard.press('Delete');
	await page.keyboard.insertText(text);
}

const config = (value: string) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: harbour
data:
  pier: "${value}"
`;

describe('the YAML editor', () => {
	beforeAll(async () => {
		page = await stage.browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
		said = complaints(page);
		await page.goto(stage.site.lesson('rolling-update'));
		await clusterRunning(page);
		await new TerminalOnPage(page).prompt();
	});
	it('opens the lesson’s file and finds a misspelt field with the API’s own schema', async () => {
		await page.getByRole('button', { name: 'YAML editor' }).click();
		await content().getByText('kind: Deployment').first().waitFor();
		await page.getByText('No problem found.').waitFor();
		const original = (await content().innerText()).replaceAll('\u00a0', ' ');
		await write(original.replace('replicas:', 'replcas:'));
		await page.getByText('unknown field "replcas": is "replicas" meant?').waitFor();
		await page.getByRole('button', { name: /^Line \d+ unknown field/ }).click();
		expect(await page.evaluate(() => document.activeElement?.className)).toContain('cm-content');
	});

	it('offers the fields that the API server knows at this place', async () => {
		await write('apiVersion: apps/v1\nkind: Deployment\nspec:\n  pro');
		await page.keyboard.press('Control+Space');
		await page.locator('.cm-tooltip-autocomplete').getByText('progressDeadlineSeconds').waitFor();
		await page.keyboard.press('Escape');
	});

	it('tries without changing, applies, and shows the server’s refusal at its line', async () => {
		await write(config('one'));
		await page.getByRole('button', { name: 'Dry run' }).click();
		await page.getByText('configmap/harbour created (dry run').waitFor();
		await page.getByRole('button', { name: 'Difference from the cluster' }).click();
		await page.getByText('There is no such object in the cluster yet.').waitFor();
		await page.getByRole('button', { name: 'Apply', exact: true }).click();
		await status().getByText('configmap/harbour created', { exact: true }).waitFor();
		await write(config('two').replace('harbour', 'Not_A_Name'));
		await page.getByRole('button', { name: 'Apply', exact: true }).click();
		const refusal = page.getByRole('button', { name: /^Line 4 .*RFC 1123.*API server/ });
		await refusal.waitFor();
	});

	it('shows what applying would change, and nothing else', async () => {
		const diff = page.getByRole('button', { name: 'Difference from the cluster' });
		await write(`${config('two')}---\n${config('three').replace('harbour', 'not-yet')}`);
		await diff.click();
		const changed = page.locator('.cm-changedLine');
		await page.locator('.cm-deletedChunk').getByText('pier: "one"').waitFor();
		expect((await changed.allInnerTexts()).filter((line) => line.trim() !== '')).toEqual([
			'  pier: "two"',
			'---',
			...config('three').replace('harbour', 'not-yet').trimEnd().split('\n'),
		]);
		await diff.click();
		expect(await page.locator('.cm-deletedChunk').count()).toBe(0);
	});

	it('says who owns a field before it is taken over', async () => {
		const shell = new TerminalOnPage(page);
		await page.getByRole('button', { name: 'Close the editor' }).click();
		const patch = `kubectl patch configmap harbour --type=merge -p '{"data":{"pier":"theirs"}}'`;
		expect(await shell.run(patch)).toContain('patched');
		await page.getByRole('button', { name: 'YAML editor' }).click();
		await content().getByText('ConfigMap').waitFor();
		await write(config('mine'));
		await page.getByRole('button', { name: 'Apply', exact: true }).click();
		await page.getByText('Others own these fields:').waitFor();
		await page.locator('.note').getByText('"kubectl-patch"').waitFor();
		await page.getByRole('button', { name: 'Take them over' }).click();
		await status().getByText('configmap/harbour configured', { exact: true }).waitFor();
		await page.getByRole('button', { name: 'Close the editor' }).click();
		expect(await shell.run('kubectl get configmap harbour -o jsonpath={.data.pier}; echo')).toBe(
			'mine',
		);
	});

	it('lets Tab go on for who came with Tab, and indents for who has typed', async () => {
		await page.getByRole('button', { name: 'YAML editor' }).click();
		await content().waitFor();
		await page.getByRole('button', { name: 'Close the editor' }).focus();
		await page.keyboard.press('Tab');
		expect(await page.evaluate(() => document.activeElement?.className)).toContain('cm-content');
		await page.keyboard.press('Tab');
		expect(await page.evaluate(() => document.activeElement?.className)).not.toContain(
			'cm-content',
		);
		await content().click();
		await page.keyboard.press('Tab');
		expect(await page.evaluate(() => document.activeElement?.className)).toContain('cm-content');
		await page.keyboard.press('Escape');
		await page.keyboard.press('Tab');
		expect(await page.evaluate(() => document.activeElement?.className)).not.toContain(
			'cm-content',
		);
		expect(said).toEqual([]);
	});
});
