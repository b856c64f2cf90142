import { gzipSync } from 'node:zlib';
import lighthouse, { desktopConfig, type Flags } from 'lighthouse';
import { launchBrowser, serveSite } from '../harness/browser.ts';
import { median, type Figure } from './figure.ts';

const kilo = 1000;
/** Chromium's own "Fast 4G": bytes a second, and milliseconds there and back. */
const fast4g = {
	offline: false,
	downloadThroughput: (9 * 1000 * 1000 * 0.9) / 8,
	uploadThroughput: (1.5 * 1000 * 1000 * 0.9) / 8,
	latency: 60 * 2.75,
};

/** Where Chromium listens for Lighthouse. */
const port = 9333;
const categories = ['performance', 'accessibility', 'best-practices'] as const;

/** What the page weighs before anybody starts a machine, without its shells, compressed as hosts do it. */
async function shellFigures(url: string): Promise<Figure[]> {
	const browser = await launchBrowser();
	try {
		const page = await browser.newPage();
		const sizes = new Map<string, Promise<number>>();
		page.on('response', (response) => {
			const { pathname } = new URL(response.url());
			sizes.set(
				pathname,
				response.body().then(
					(body) => gzipSync(body).length,
					() => 0,
				),
			);
		});
		await page.goto(`${url}en/lesson/rolling-update/?boot=click`);
		await page.locator('html[data-cluster="idle"]').waitFor({ state: 'attached' });
		await page.waitForLoadState('networkidle');
		const all = await Promise.all(
			[...sizes].map(async ([path, size]) => ({ path, size: await size })),
		);
		const sum = (wanted: RegExp) =>
			all.filter(({ path }) => wanted.test(path)).reduce((total, { size }) => total + size, 0) /
			kilo;
		return [
			{ name: 'lesson page, HTML with its text', value: sum(/\/$/), unit: 'kB gz', bound: 30 },
			{
				name: 'app shell, scripts and styles',
				value: sum(/^(?!.*TerminalPane).*\.(js|css)$/),
				unit: 'kB gz',
				bound: 150,
			},
		];
	} finally {
		await browser.close();
	}
}

/** When the text can be read on a phone's line, and that nothing of the machines is asked for before. */
async function firstText(url: string): Promise<Figure[]> {
	const browser = await launchBrowser();
	try {
		const context = await browser.newContext();
		const page = await context.newPage();
		const cdp = await context.newCDPSession(page);
		await cdp.send('Network.enable');
		await cdp.send('Network.emulateNetworkConditions', fast4g);
		await page.goto(`${url}en/lesson/rolling-update/`, { waitUntil: 'commit' });
		await page.waitForFunction(() =>
			performance.getEntriesByType('resource').some((one) => one.name.endsWith('manifest.json')),
		);
		const [text, machines] = await page.evaluate(() => [
			performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
			performance.getEntriesByType('resource').find((one) => /\/images\/|emulator/.test(one.name))
				?.startTime ?? NaN,
		]);
		return [
			{ name: 'text on Fast 4G', value: (text ?? NaN) / kilo, unit: 's', bound: 1 },
			{
				name: 'text before the first byte of a machine',
				value: ((machines ?? NaN) - (text ?? NaN)) / kilo,
				unit: 's',
				bound: 0,
				atLeast: true,
			},
		];
	} finally {
		await browser.close();
	}
}

/** One run of Lighthouse: its scores, 0 to 100, in the order of {@link categories}. */
async function lighthouseScores(url: string): Promise<number[]> {
	const browser = await launchBrowser([`--remote-debugging-port=${port}`]);
	try {
		const flags = { port, logLevel: 'error', onlyCategories: [...categories] } satisfies Flags;
		const result = await lighthouse(`${url}en/lesson/rolling-update/`, flags, desktopConfig);
		if (process.env['DRYDOCK_LIGHTHOUSE'])
			for (const audit of Object.values(result?.lhr.audits ?? {}))
				if (audit.score !== null && audit.score < 0.95)
					process.stderr.write(`${audit.id}: ${audit.score} ${audit.displayValue ?? ''}\n`);
		return categories.map((name) => (result?.lhr.categories[name]?.score ?? NaN) * 100);
	} finally {
		await browser.close();
	}
}

/** Machines boot while it measures, so that one run says little: the median of five. */
async function lighthouseFigures(url: string): Promise<Figure[]> {
	const runs: number[][] = [];
	for (let run = 0; run < 5; run++) runs.push(await lighthouseScores(url));
	return categories.map((name, index) => ({
		name: `Lighthouse, ${name}`,
		value: median(runs.map((scores) => scores[index] ?? NaN)),
		unit: '',
		bound: 95,
		atLeast: true,
	}));
}

/** The page itself, before and beside its machines. */
export async function shellPageFigures(): Promise<Figure[]> {
	const site = await serveSite();
	try {
		return [
			...(await shellFigures(site.url)),
			...(await firstText(site.url)),
			...(await lighthouseFigures(site.url)),
		];
	} finally {
		site.close();
	}
}
