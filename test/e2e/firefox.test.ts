import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CourseStage, frameHtml, sandboxes, type Course } from '../harness/course-page.ts';

const firefox = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((each) => existsSync(each));

/** What the reader of a course page may have chosen for frames of other sites. */
const cookieBehaviour = { allowed: 0, blocked: 1 };

const heardState = (page: Page, state: string) =>
	page.waitForFunction(
		(wanted) =>
			(window as unknown as Course).heard.some(
				(event) => event.type === 'status' && event['state'] === wanted,
			),
		{ timeout: 90_000 },
		state,
	);

const storageOf = (frame: Frame) =>
	frame.evaluate(() => {
		try {
			localStorage.setItem('probe', '1');
			return 'allowed';
		} catch {
			return 'blocked';
		}
	});

async function press(frame: Frame, selector: string): Promise<void> {
	const button = await frame.waitForSelector(selector, { visible: true });
	await button?.click();
}

describe.skipIf(!firefox).each(['allowed', 'blocked'] as const)(
	'a lesson in a course page in Firefox, storage %s',
	(storage) => {
		const stage = new CourseStage();
		let browser: Browser;

		beforeAll(async () => {
			await stage.open();
			browser = await puppeteer.launch({
				browser: 'firefox',
				executablePath: firefox ?? '',
				extraPrefsFirefox: { 'network.cookie.cookieBehavior': cookieBehaviour[storage] },
			});
		});
		afterAll(async () => {
			await browser?.close();
			stage.close();
		});

		it.each(sandboxes)('runs with sandbox %s', async (sandbox) => {
			stage.html = frameHtml(stage.site, sandbox === undefined ? {} : { sandbox });
			const page = await browser.newPage();
			await page.setViewport({ width: 1280, height: 800 });
			await page.goto(stage.course);
			const frame = await page.waitForFrame((one) => one.url().includes('/embed.html'));
			await press(frame, 'button::-p-text(Start the machines)');
			expect(await storageOf(frame)).toBe(sandbox === 'allow-scripts' ? 'blocked' : storage);
			await heardState(page, 'ready');
			await press(frame, 'button[aria-label^="Run: unshare"]');
			await frame.waitForSelector('::-p-text(The shell inside is process 1 now.)');
			await page.close();
		});
	},
);
