import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterRunning, complaints, startFreshMachines } from '../harness/browser.ts';
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
		await content().getByText('ConfigMap').first().waitFor();
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
	});

	it('keeps what was written when fresh machines are taken, saved or not, and works with them', async () => {
		await write(config('saved'));
		await page.getByRole('button', { name: 'Save', exact: true }).click();
		await status().getByText('Saved').waitFor();
		await write(config('not saved'));
		await page.getByRole('button', { name: 'Settings' }).click();
		await page.getByRole('button', { name: 'Fresh machines…' }).click();
		await startFreshMachines(page);
		expect(await content().innerText()).toContain('not saved');
		await page.getByRole('button', { name: 'Dry run' }).click();
		await page.getByText('configmap/harbour created (dry run').waitFor();
		await page.getByRole('button', { name: 'Close the editor' }).click();
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('grep pier web.yaml')).toBe('pier: "saved"');
		expect(said).toEqual([]);
	});

	it('begins with a template, with an image that is here, beside the terminal', async () => {
		await page.getByRole('button', { name: 'YAML editor' }).click();
		await page.getByLabel('Choose a file').selectOption('node-1:+');
		await page.getByLabel('Name of the new file on this machine').fill('begun');
		await page.keyboard.press('Enter');
		await page.getByText('Write a manifest, or begin with a template.').waitFor();
		await page.getByLabel('Template…').selectOption('Deployment');
		await page.getByLabel('Template…').selectOption('Service');
		await page.getByText('No problem found.').waitFor();
		await page.getByRole('button', { name: 'Apply', exact: true }).click();
		await status()
			.getByText(/^deployment\.apps\/web created · service\/web created$/)
			.waitFor();
		// What is not saved outlives the layout and the editor.
		await write('kind: Draft');
		await page.setViewportSize({ width: 390, height: 844 });
		await content().getByText('Draft').waitFor();
		await page.setViewportSize({ width: 1440, height: 900 });
		await page.getByRole('button', { name: 'Close the editor' }).click();
		await page.getByRole('button', { name: 'YAML editor' }).click();
		await page.getByLabel('Choose a file').selectOption('node-1:/root/begun.yaml');
		await content().getByText('Draft').waitFor();
		await write('image: ');
		await page.getByLabel('Image…').selectOption('nginx:2');
		expect((await content().innerText()).trim()).toBe('image: nginx:2');
		const shell = new TerminalOnPage(page);
		expect(await shell.run('kubectl get deployment web -o name; ls begun.yaml')).toBe(
			'deployment.apps/web\nbegun.yaml',
		);
		await shell.run('kubectl delete -f begun.yaml');
		await page.getByRole('button', { name: 'Close the editor' }).click();
	});
});

describe('files of the machines', () => {
	const files = () => page.locator('aside');
	const drop = (name: string, text: string) =>
		page.evaluate(
			([named = '', content = '']) => {
				const dataTransfer = new DataTransfer();
				dataTransfer.items.add(new File([content], named));
				const init = { dataTransfer, bubbles: true, cancelable: true };
				const target = document.querySelector('article') ?? document.body;
				for (const type of ['dragenter', 'dragover', 'drop'])
					target.dispatchEvent(new DragEvent(type, init));
			},
			[name, text],
		);
	const download = async (name: string) => {
		const saved = page.waitForEvent('download');
		await files().getByRole('button', { name, exact: true }).click();
		return saved;
	};

	it('opens a manifest that is dropped on the page, under a name of its own', async () => {
		await drop('web.yaml', config('dropped'));
		await content().getByText('dropped').waitFor();
		const shell = new TerminalOnPage(page);
		expect(await shell.run('ls web*; grep pier web-1.yaml')).toBe(
			'web-1.yaml  web.yaml\n  pier: "dropped"',
		);
		await page.getByRole('button', { name: 'Close the editor' }).click();
	});

	it('puts files on a machine and takes them from it, folders as archives', async () => {
		const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, at) => (at * 7919) % 251));
		await page.getByRole('button', { name: 'Files' }).click();
		await files()
			.locator('input[type="file"]')
			.setInputFiles([
				{ name: '船 1.bin', mimeType: 'application/octet-stream', buffer: bytes },
				{ name: 'empty', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
			]);
		await files().getByText('It is /root/empty on node-1 now.').waitFor();
		const sum = createHash('md5').update(bytes).digest('hex');
		const shell = new TerminalOnPage(page);
		expect(await shell.run("md5sum '船 1.bin' | cut -c -32; stat -c %s empty")).toBe(`${sum}\n0`);
		const taken = await download('Download 船 1.bin');
		expect(taken.suggestedFilename()).toBe('船 1.bin');
		expect((await readFile(await taken.path())).equals(bytes)).toBe(true);
		// What a command makes is there at once.
		await shell.run("mkdir -p hold && cp '船 1.bin' hold/cargo");
		const archive = await download('Download hold as a tar archive');
		expect(archive.suggestedFilename()).toBe('hold.tar');
		const list = execFileSync('tar', ['-tf', await archive.path()], { encoding: 'utf8' });
		expect(list.split('\n').filter(Boolean)).toEqual(['hold/', 'hold/cargo']);
		await files().getByRole('button', { name: 'Open the folder hold' }).click();
		await files().getByText('node-1:/root/hold').waitFor();
		await shell.run('rm -rf /root/hold; true');
		await files().getByText('/root/hold cannot be read').waitFor();
		await files().getByRole('button', { name: 'Close the files' }).click();
		expect(said).toEqual([]);
	});
});
