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

it.each([
	[390, { Lesson: ['lesson'], Cluster: ['picture'], Terminal: ['terminal'] }],
	[900, { Cluster: ['lesson', 'picture'], Terminal: ['lesson', 'terminal'] }],
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
	await new TerminalOnPage(page).prompt();
	if (width < 700) await tabs.getByRole('button', { name: 'Lesson' }).click();
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
