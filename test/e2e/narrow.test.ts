import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { clusterRunning, complaints } from '../harness/browser.ts';
import { TerminalOnPage } from '../harness/terminal-page.ts';
import { useSite } from '../harness/use-site.ts';

const stage = useSite();

/** The regions of the page that are seen, and that a finger in their middle reaches. */
const inView = (page: Page) =>
	page.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('[data-region]')].flatMap((region) => {
			const { left, top, width, height } = region.getBoundingClientRect();
			const hit = document.elementFromPoint(left + width / 2, top + height / 2);
			return region.checkVisibility({ visibilityProperty: true }) && region.contains(hit)
				? (region.dataset['region'] ?? '')
				: [];
		}),
	);

/** Everything that the keyboard or a finger could come to, though its pane is not the one in view. */
const strays = (page: Page, shown: readonly string[]) =>
	page.evaluate(
		(names) =>
			[...document.querySelectorAll('[data-region] *')]
				.filter(
					(one) =>
						!names.includes(one.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? ''),
				)
				.filter((one) => one.checkVisibility({ visibilityProperty: true }))
				.map((one) => one.outerHTML.slice(0, 80)),
		shown,
	);

/** What can be pressed, is seen, and has something else above its middle; and the page, if it is wider than the screen. */
const covered = (page: Page) =>
	page.evaluate(() => {
		const isCut = (one: Element, x: number, y: number): boolean => {
			for (let box = one.parentElement; box; box = box.parentElement) {
				const { left, right, top, bottom } = box.getBoundingClientRect();
				const hides = getComputedStyle(box).overflow !== 'visible';
				if (hides && (x < left || x > right || y < top || y > bottom)) return true;
			}
			return x < 0 || y < 0 || x > innerWidth || y > innerHeight;
		};
		const found = document.documentElement.scrollWidth > innerWidth ? ['the page'] : [];
		for (const one of document.querySelectorAll('button, a, select, input, summary')) {
			const { left, top, width, height } = one.getBoundingClientRect();
			const [x, y] = [left + width / 2, top + height / 2];
			if (width === 0 || !one.checkVisibility({ visibilityProperty: true }) || isCut(one, x, y))
				continue;
			const hit = document.elementFromPoint(x, y);
			if (hit && !one.contains(hit) && !hit.contains(one))
				found.push(`${one.outerHTML.slice(0, 80)} below ${hit.outerHTML.slice(0, 80)}`);
		}
		return found;
	});

const backgrounds = (page: Page) =>
	page.evaluate(() =>
		[...document.querySelectorAll('.view.shown .xterm *')].map(
			(one) => getComputedStyle(one).backgroundColor,
		),
	);

/** The keys below the terminal, as somebody without them on their keyboard presses them. */
async function pressKeyRow(page: Page, shell: TerminalOnPage): Promise<void> {
	const key = (name: string) =>
		page.getByRole('toolbar', { name: 'Keys' }).getByRole('button', { name, exact: true }).click();
	const line = async () => (await shell.screen()).split('\n').at(-1);
	await shell.type('true first');
	await expect.poll(line).toMatch(/#$/);
	await key('ArrowUp');
	await expect.poll(line).toMatch(/# true first$/);
	await key('Ctrl');
	await page.keyboard.type('u');
	await expect.poll(line).toMatch(/#$/);
	for (const sign of ['~', '/', '-', '|']) await key(sign);
	await expect.poll(line).toMatch(/# ~\/-\|$/);
	// Ctrl held for one key only.
	await page.keyboard.type('u');
	await expect.poll(line).toMatch(/# ~\/-\|u$/);
	await key('Ctrl');
	await page.keyboard.type('c');
	await shell.prompt();
}

it.each([
	[390, { Lesson: ['lesson'], Processes: ['picture'], Terminal: ['terminal'] }],
	[900, { Processes: ['lesson', 'picture'], Terminal: ['lesson', 'terminal'] }],
])('shows one pane at a time where there is no room for all (%d px)', async (width, panes) => {
	const page = await stage.visit('en/lesson/pid-namespace/', { viewport: { width, height: 844 } });
	const said = complaints(page);
	await clusterRunning(page);
	const tabs = page.getByRole('group', { name: 'Panes' });
	for (const [tab, wanted] of Object.entries(panes)) {
		await tabs.getByRole('button', { name: tab }).click();
		await expect.poll(() => inView(page)).toEqual(wanted);
		expect(await strays(page, wanted)).toEqual([]);
	}
	const shell = new TerminalOnPage(page);
	await shell.prompt();
	if (width < 700) {
		await pressKeyRow(page, shell);
		// As small as a frame in a course page may be.
		await page.setViewportSize({ width: 360, height: 480 });
		for (const [tab, wanted] of Object.entries(panes)) {
			await tabs.getByRole('button', { name: tab }).click();
			await expect.poll(() => inView(page)).toEqual(wanted);
			expect(await covered(page)).toEqual([]);
		}
		await page.setViewportSize({ width, height: 844 });
		await tabs.getByRole('button', { name: 'Lesson' }).click();
	} else {
		// Upright there is room for both.
		await page.setViewportSize({ width: 820, height: 1180 });
		await expect.poll(() => inView(page)).toEqual(['lesson', 'picture', 'terminal']);
		expect(await covered(page)).toEqual([]);
		await shell.prompt();
		// A terminal that is open takes the colours of another theme.
		await page.emulateMedia({ colorScheme: 'dark' });
		await expect.poll(() => backgrounds(page)).toContain('rgb(8, 19, 23)');
	}
	await page
		.getByRole('button', { name: /^Run: unshare/ })
		.first()
		.click();
	// On a phone the shell comes into view, to show what is typed.
	if (width < 700) await expect.poll(() => inView(page)).toEqual(['terminal']);
	if (width < 700) await tabs.getByRole('button', { name: 'Lesson' }).click();
	await page.getByText('The shell inside is process 1 now.').waitFor();
	expect(said).toEqual([]);
});
