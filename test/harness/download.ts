import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** What a page lets the browser save when something is done in it. */
export async function downloaded(
	page: Page,
	act: () => Promise<void>,
): Promise<{ name: string; bytes: Buffer }> {
	const waiting = page.waitForEvent('download');
	await act();
	const download = await waiting;
	return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}
