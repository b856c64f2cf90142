import type { Browser } from 'playwright-core';
import { clusterRunning } from '../harness/browser.ts';
import { framesOf, withGallery, workAt, type Frames } from './frames.ts';
import type { Figure } from './figure.ts';

const forMs = 8000;
const changesPerSecond = 20;
const boundMs = 16;
/** The pictures of a cluster, each with something that is in it once it is drawn. */
const clusterPictures = {
	nodes: '.hull [data-pod]',
	rollout: '.lane [data-pod]',
	service: '.canvas [data-pod]',
	loop: '.canvas svg',
	charts: '.canvas svg',
};

/** What it costs to draw a cluster of five machines and sixty pods while twenty objects a second change. */
async function clusterFigures(
	browser: Browser,
	url: string,
	picture: string,
	drawn: string,
): Promise<Figure[]> {
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	await page.goto(`${url}gallery.html?scene=many&picture=${picture}`);
	await clusterRunning(page);
	await page.locator(drawn).first().waitFor();
	await page.waitForTimeout(1500);
	let changes = 0;
	const frames = await framesOf(page, async () => {
		changes = await page.evaluate(
			([ms, rate]) =>
				(
					globalThis as unknown as { gallery: { churn(ms: number, rate: number): Promise<number> } }
				).gallery.churn(ms, rate),
			[forMs, changesPerSecond] as const,
		);
	});
	await page.close();
	const what = '5 nodes, 60 pods, 20 changes/s';
	return [
		{ name: `${picture}: changes, ${what}`, value: changes, unit: '' },
		...frameFigures(`${picture}: work a frame, %, ${what}`, frames),
	];
}

/** The pictures of kernels, of five machines with two hundred processes each where something happens all the time. */
async function linuxFigures(browser: Browser, url: string): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const picture of ['processes', 'namespaces', 'cgroups', 'network', 'layers']) {
		const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
		await page.goto(`${url}gallery-picture.html?picture=${picture}&scene=linux-busy&tables=no`);
		await page.locator('.canvas button').nth(20).waitFor({ state: 'attached' });
		await page.waitForTimeout(2000);
		const frames = await framesOf(page, () => page.waitForTimeout(forMs));
		await page.close();
		figures.push(...frameFigures(`${picture}: work a frame, %, 200 processes`, frames, {}));
	}
	return figures;
}

function frameFigures(
	name: string,
	frames: Frames,
	limit: Pick<Figure, 'bound'> = { bound: boundMs },
): Figure[] {
	if (process.env['DRYDOCK_FRAMES']) tell(name, frames);
	const figure = (which: string, value: number): Figure => ({
		name: name.replace('%', which),
		value,
		unit: 'ms',
		...limit,
	});
	return [figure('p95', workAt(frames, 0.95)), figure('worst', workAt(frames, 1))];
}

/** Where the time went. */
function tell(name: string, { work, by }: Frames): void {
	const most = [...by].sort(([, a], [, b]) => b - a).slice(0, 16);
	const parts = most.map(([what, ms]) => `${what} ${ms.toFixed(0)}`).join(', ');
	process.stderr.write(`${name}: ${work.length} frames; ${parts}\n`);
}

export async function pictureFigures(): Promise<Figure[]> {
	return withGallery(async (browser, url) => {
		const figures: Figure[] = [];
		for (const [picture, drawn] of Object.entries(clusterPictures))
			figures.push(...(await clusterFigures(browser, url, picture, drawn)));
		return [...figures, ...(await linuxFigures(browser, url))];
	});
}
