import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { serveFiles } from '../../src/headless/static-files.ts';

const flags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
];

/** Debian's Chromium, headless. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
	const path = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((each) => existsSync(each));
	if (!path) throw new Error('no Chromium: `apt-get install chromium`');
	return chromium.launch({ executablePath: path, args: [...flags, ...more] });
}

export interface Site {
	url: string;
	/** A lesson in the browser's language. */
	lesson(id: string): string;
	close(): void;
}

/** The built page on a static server without any special header. */
export async function serveSite(): Promise<Site> {
	const server = await serveFiles(fileURLToPath(new URL('../../dist/', import.meta.url)), 0);
	const { port } = server.address() as AddressInfo;
	const url = `http://127.0.0.1:${port}/`;
	return { url, lesson: (id) => `${url}?lesson=${id}`, close: () => server.close() };
}

/** Waits until the machines are up and the lesson is prepared. */
export async function clusterRunning(page: Page, timeout = 90_000): Promise<void> {
	await page.waitForFunction(
		() => document.documentElement.dataset['cluster'] === 'running',
		undefined,
		{ timeout },
	);
}

/** Says yes to fresh machines, and waits until they are there. */
export async function startFreshMachines(page: Page): Promise<void> {
	const dialog = page.getByRole('dialog', { name: 'Fresh machines' });
	await dialog.getByText('and what the terminals show').waitFor();
	await dialog.getByRole('button', { name: 'Start fresh machines' }).click();
	await page.getByRole('progressbar', { name: 'Starting the machines' }).waitFor();
	await clusterRunning(page);
}

/** Collects what a page complains about; a test asserts that it is empty. */
export function complaints(page: Page): string[] {
	const seen: string[] = [];
	page.on('pageerror', (error) => seen.push(`${error.name}: ${error.message}`));
	page.on('console', (message) => {
		if (message.type() === 'error') seen.push(message.text());
	});
	return seen;
}
