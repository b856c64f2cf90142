import type { Page } from 'playwright-core';
import { clusterRunning, launchBrowser, serveSite } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import type { Figure } from './figure.ts';

const boundMs = 1000;
const times = 5;

/** What is typed, and a word that only its effect brings into the picture. */
interface Change {
	picture: string;
	before?: string;
	command: (n: number) => string;
	word: (n: number) => string;
}

const changes: Change[] = [
	{ picture: 'Processes', command: (n) => `sleep 98${n}65 &`, word: (n) => `98${n}65` },
	{
		picture: 'cgroups',
		command: (n) => `mkdir /sys/fs/cgroup/made-${n}`,
		word: (n) => `made-${n}`,
	},
	{ picture: 'Network', command: (n) => `ip link add br-${n} type bridge`, word: (n) => `br-${n}` },
	{
		picture: 'Layers',
		before:
			'mkdir -p o/l o/u o/w o/m; mount -t overlay overlay -o lowerdir=o/l,upperdir=o/u,workdir=o/w o/m',
		command: (n) => `echo > o/m/file-${n}`,
		word: (n) => `file-${n}`,
	},
];

/** From the Enter key to the word in the picture, in milliseconds. */
async function timeOf(page: Page, command: string, word: string): Promise<number> {
	const seen = page.evaluate(
		(wanted) =>
			new Promise<number>((resolve) => {
				let begun: number | undefined;
				const done = new AbortController();
				addEventListener(
					'keydown',
					({ key }) => {
						if (key === 'Enter') begun = performance.now();
					},
					{ capture: true, signal: done.signal },
				);
				new MutationObserver((_changes, observer) => {
					const shown = document.querySelector('.picture .canvas')?.textContent?.includes(wanted);
					if (begun === undefined || !shown) return;
					observer.disconnect();
					done.abort();
					resolve(performance.now() - begun);
				}).observe(document.body, { subtree: true, childList: true, characterData: true });
			}),
		word,
	);
	await new TerminalOnPage(page).type(command);
	return seen;
}

/** How soon a change made in a shell is in the picture of the kernel. */
export async function byHandFigures(): Promise<Figure[]> {
	const site = await serveSite();
	const browser = await launchBrowser();
	try {
		const page = await browser.newPage({
			viewport: { width: 1440, height: 900 },
			locale: 'en-US',
		});
		await page.goto(site.lesson('pid-namespace'));
		await clusterRunning(page);
		const shell = new TerminalOnPage(page);
		await shell.prompt();
		const figures: Figure[] = [];
		for (const { picture, before = 'true', command, word } of changes) {
			await page.locator('.views').getByRole('button', { name: picture, exact: true }).click();
			await shell.run(before);
			await page.waitForTimeout(3000);
			const taken: number[] = [];
			for (let n = 0; n < times; n++) {
				taken.push(await timeOf(page, command(n), word(n)));
				await shell.prompt();
			}
			figures.push({
				name: `${picture}: a change by hand is seen, worst of ${times}`,
				value: Math.max(...taken),
				unit: 'ms',
				bound: boundMs,
			});
		}
		return figures;
	} finally {
		await browser.close();
		site.close();
	}
}
