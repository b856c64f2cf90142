import type { BrowserContext } from 'playwright-core';
import { launchBrowser, serveSite } from '../harness/browser.ts';
import type { Figure } from './figure.ts';

const mega = 1 << 20;
const readyTimeoutMs = 60_000;

interface Visit {
	bytes: number;
	readyMs: number;
	heapBytes: number;
}

/** Opens the page and waits until every node is Ready; counts what came over the wire. */
async function visit(context: BrowserContext, url: string): Promise<Visit> {
	const page = await context.newPage();
	const cdp = await context.newCDPSession(page);
	await cdp.send('Network.enable');
	let bytes = 0;
	cdp.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
	const began = performance.now();
	await page.goto(url);
	await page.waitForFunction(
		() => document.documentElement.dataset['cluster'] === 'running',
		undefined,
		{ timeout: readyTimeoutMs },
	);
	const readyMs = performance.now() - began;
	const heap = await cdp.send('Runtime.getHeapUsage');
	await page.close();
	return { bytes, readyMs, heapBytes: heap.usedSize };
}

export async function pageFigures(): Promise<Figure[]> {
	const site = await serveSite();
	const browser = await launchBrowser();
	try {
		const context = await browser.newContext();
		const first = await visit(context, site.url);
		const again = await visit(context, site.url);
		return [
			{ name: 'first visit, bytes', value: first.bytes / mega, unit: 'MB', bound: 12 },
			{ name: 'repeat visit, bytes', value: again.bytes / mega, unit: 'MB', bound: 0.5 },
			{ name: 'first visit → three nodes up', value: first.readyMs / 1000, unit: 's' },
			{ name: 'repeat visit → three nodes up', value: again.readyMs / 1000, unit: 's' },
			{ name: 'JS heap of the page', value: first.heapBytes / mega, unit: 'MB' },
		];
	} finally {
		await browser.close();
		site.close();
	}
}
