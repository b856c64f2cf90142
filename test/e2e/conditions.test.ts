import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serveFiles } from '../../src/headless/static-files.ts';
import {
	clusterRunning,
	complaints,
	launchBrowser,
	serveSite,
	type Site,
} from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

let site: Site;
let browser: Browser;

/** A page of its own, prepared by a script that runs before anything of ours. */
async function visit(url: string, before?: () => void): Promise<Page> {
	const context = await browser.newContext({ locale: 'en-US' });
	const page = await context.newPage();
	if (before) await page.addInitScript(before);
	await page.goto(url);
	return page;
}

describe('the page where something is missing or breaks', () => {
	beforeAll(async () => {
		site = await serveSite();
		browser = await launchBrowser();
	});
	afterAll(async () => {
		await browser?.close();
		site?.close();
	});
	afterEach(async () => {
		for (const context of browser.contexts()) await context.close();
	});

	it('names what the browser lacks, and can be read all the same', async () => {
		const page = await visit(site.lesson('rolling-update'), () =>
			Reflect.deleteProperty(globalThis, 'WebAssembly'),
		);
		await page.getByRole('heading', { name: 'This browser runs no WebAssembly' }).waitFor();
		expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
		await page.getByRole('button', { name: 'Skip' }).click();
		await page.getByText('Step 2 of 6').waitFor();

		const other = await visit(site.lesson('rolling-update'), () =>
			Reflect.deleteProperty(globalThis, 'Worker'),
		);
		await other.getByRole('heading', { name: 'This browser starts no workers here' }).waitFor();
	});

	it('says which download failed, and goes on with one click', async () => {
		const page = await visit(site.lesson('rolling-update'));
		await page.route('**/manifest.json', (route) => route.abort());
		await page.reload();
		await page.getByRole('heading', { name: 'A download did not arrive' }).waitFor();
		await page.getByText('Details').click();
		expect(await page.locator('.failure pre').textContent()).toContain('manifest.json');
		await page.unroute('**/manifest.json');
		await page.getByRole('button', { name: 'Try again' }).click();
		await clusterRunning(page);
	});

	it('works where every kind of storage is refused', async () => {
		const page = await visit(site.lesson('rolling-update'), () => {
			for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
				Object.defineProperty(globalThis, name, {
					get: () => {
						throw new DOMException('The operation is insecure.', 'SecurityError');
					},
				});
		});
		const said = complaints(page);
		await clusterRunning(page);
		await page.getByText('does not let the page store anything').waitFor();
		expect(said).toEqual([]);
	});

	it('works below any path of a plain static server', async () => {
		const root = mkdtempSync(join(tmpdir(), 'drydock-site-'));
		cpSync(dist, join(root, 'courses', 'drydock'), { recursive: true });
		const server = await serveFiles(root, 0);
		const { port } = server.address() as AddressInfo;
		const page = await visit(`http://127.0.0.1:${port}/courses/drydock/?lesson=rolling-update`);
		const said = complaints(page);
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('docker run --rm hello-world | head -2')).toContain('Hello from');
		expect(said).toEqual([]);
		server.close();
		rmSync(root, { recursive: true });
	});

	it('shows a machine whose kernel stopped, and takes it back', async () => {
		const page = await visit(site.lesson('rolling-update'));
		await clusterRunning(page);
		await page.getByRole('tab', { name: 'node-2' }).click();
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		await page.locator('.view.shown .xterm-helper-textarea').focus();
		await page.keyboard.type('halt -f\n');
		const hull = page.locator('.hull', { hasText: 'node-2' });
		await hull.getByText('lost', { exact: true }).waitFor({ timeout: 20_000 });
		await page.getByRole('tab', { name: 'node-1' }).click();
		await shell.prompt();
		await expect
			.poll(() => shell.run('kubectl get node node-2 --no-headers'), { timeout: 40_000 })
			.toMatch(/NotReady/);
		await page.getByRole('button', { name: 'Power on node-2' }).click();
		await hull.getByText('Ready', { exact: true }).waitFor({ timeout: 60_000 });
		await page.getByRole('tab', { name: 'node-2' }).click();
		// What ended the old shell stands there until the new one has said its prompt.
		await shell.prompt();
		expect(await shell.run('hostname')).toBe('node-2');
	});

	it('runs with one machine when the reader asks for one', async () => {
		const page = await visit(site.lesson('rolling-update'));
		await page.getByRole('button', { name: 'Settings' }).click();
		await page.getByRole('link', { name: '1', exact: true }).click();
		await clusterRunning(page);
		await page.getByText('written for 3 machines, you have 1').waitFor();
		expect(await page.locator('section.hull').count()).toBe(1);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		expect(await shell.run('kubectl apply -f web.yaml')).toContain('deployment.apps/web created');
		expect(await shell.run('kubectl rollout status deployment/web --timeout=80s')).toContain(
			'successfully rolled out',
		);
		await page.goto(site.lesson('rolling-update'));
		await clusterRunning(page);
		expect(await page.locator('section.hull').count(), 'the choice is kept').toBe(1);
	});

	it('has room for five machines and their pods', async () => {
		const page = await visit(`${site.lesson('rolling-update')}&nodes=5`);
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		await shell.run('kubectl apply -f web.yaml && kubectl scale deployment/web --replicas=8');
		expect(await shell.run('kubectl rollout status deployment/web --timeout=85s')).toContain(
			'successfully rolled out',
		);
		await expect.poll(() => page.locator('.hull .tile.ready').count()).toBe(8);
		const cut = await page.evaluate(() => {
			const names = [...document.querySelectorAll<HTMLElement>('.hull .name')];
			const canvas = document.querySelector('.canvas');
			return [
				...names.filter((name) => name.scrollWidth > name.clientWidth + 1 && name.clientWidth > 0),
				...(canvas && canvas.scrollWidth > canvas.clientWidth ? [canvas] : []),
			].map((element) => element.textContent);
		});
		expect(cut).toEqual([]);
	});
});
