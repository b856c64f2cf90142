import type { BrowserContext, CDPSession } from 'playwright-core';
import { clusterRunning, launchBrowser, serveSite } from '../harness/browser.ts';
import type { Figure } from './figure.ts';
import { consoleLog, logged } from '../../src/util/log.ts';

const mega = 1 << 20;

interface Visit {
	bytes: number;
	readyMs: number;
	heapBytes: number;
	/** JavaScript heaps of the page's workers, by the worker's name. */
	workers: Map<string, number>;
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
	await clusterRunning(page);
	const readyMs = performance.now() - began;
	const heap = await cdp.send('Runtime.getHeapUsage');
	const workers = await workerHeaps(cdp);
	await page.close();
	return { bytes, readyMs, heapBytes: heap.usedSize, workers };
}

/** Asks every worker of the page through a session inside the page's own. */
async function workerHeaps(cdp: CDPSession): Promise<Map<string, number>> {
	const names = new Map<string, string>();
	const heaps = new Map<string, number>();
	cdp.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
		names.set(sessionId, targetInfo.title);
		const message = JSON.stringify({ id: 1, method: 'Runtime.getHeapUsage' });
		// One that has ended by then has no heap; that of a worker that is named below is missed there.
		cdp
			.send('Target.sendMessageToTarget', { sessionId, message })
			.catch(logged(consoleLog, 'bench', `${targetInfo.title} was not asked`));
	});
	cdp.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
		const { result } = JSON.parse(message) as { result?: { usedSize?: number } };
		if (result?.usedSize) heaps.set(names.get(sessionId) ?? '', result.usedSize);
	});
	await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false });
	await new Promise((resolve) => setTimeout(resolve, 1000));
	return heaps;
}

export async function pageFigures(): Promise<Figure[]> {
	const site = await serveSite();
	const browser = await launchBrowser();
	try {
		const context = await browser.newContext();
		const first = await visit(context, site.lesson('rolling-update'));
		const again = await visit(context, site.lesson('rolling-update'));
		return [
			{ name: 'first visit, bytes', value: first.bytes / mega, unit: 'MB', bound: 12 },
			{ name: 'repeat visit, bytes', value: again.bytes / mega, unit: 'MB', bound: 0.5 },
			{ name: 'first visit → three nodes up', value: first.readyMs / 1000, unit: 's' },
			{ name: 'repeat visit → three nodes up', value: again.readyMs / 1000, unit: 's' },
			{ name: 'JS heap of the page', value: first.heapBytes / mega, unit: 'MB' },
			{ name: 'JS heap a node', value: (first.workers.get('node-1') ?? NaN) / mega, unit: 'MB' },
			{
				name: 'JS heap of the control plane',
				value: (first.workers.get('control-plane-components') ?? NaN) / mega,
				unit: 'MB',
			},
		];
	} finally {
		await browser.close();
		site.close();
	}
}
