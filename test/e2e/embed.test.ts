import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser.ts';
import { CourseStage, frameHtml, lesson, sandboxes, type Course } from '../harness/course-page.ts';

const heard = (page: Page) => page.evaluate(() => (window as unknown as Course).heard);

async function untilHeard(page: Page, wanted: Record<string, unknown>, timeout = 60_000) {
	await page.waitForFunction(
		(fields) =>
			(window as unknown as Course).heard.some((event) =>
				Object.entries(fields).every(([name, value]) => event[name] === value),
			),
		wanted,
		{ timeout },
	);
}

/** What the first frame answers to a call, or why it refuses. */
const call = (page: Page, method: string, ...args: unknown[]) =>
	page.evaluate(
		([name, values]) =>
			(window as unknown as Course).lessons[0]?.call(name, ...values).catch(String),
		[method, args] as const,
	);

const lessonIn = (page: Page): FrameLocator => page.frameLocator('#lesson');

describe('a lesson in a course page', () => {
	const stage = new CourseStage();
	let browser: Browser;

	beforeAll(async () => {
		await stage.open();
		browser = await launchBrowser();
	});
	afterAll(async () => {
		await browser?.close();
		stage.close();
	});
	afterEach(async () => {
		for (const context of browser.contexts()) await context.close();
	});

	for (const sandbox of sandboxes)
		for (const storage of ['allowed', 'blocked'])
			it(`runs with ${sandbox ?? 'no sandbox'}, storage ${storage}`, async () => {
				const context = await browser.newContext();
				const page = await context.newPage();
				if (storage === 'blocked') {
					const client = await context.newCDPSession(page);
					await client.send('Network.enable');
					await client.send('Network.setCookieControls', {
						enableThirdPartyCookieRestriction: true,
					});
				}
				stage.html = frameHtml(stage.site, sandbox === undefined ? {} : { sandbox });
				await page.goto(storage === 'blocked' ? stage.course : stage.neighbour);
				await untilHeard(page, { type: 'welcome' });
				const storageOfFrame = await page.frames()[1]?.evaluate(() => {
					try {
						localStorage.setItem('probe', '1');
						return 'allowed';
					} catch {
						return 'blocked';
					}
				});
				const opaque = sandbox === 'allow-scripts';
				expect(storageOfFrame).toBe(opaque ? 'blocked' : storage);
				const [welcome] = await heard(page);
				expect(welcome).toMatchObject({ type: 'welcome', lesson, locale: 'en', v: 1 });
				await lessonIn(page).getByRole('button', { name: 'Start the machines' }).click();
				await untilHeard(page, { type: 'status', state: 'ready' });
				const run = lessonIn(page)
					.getByRole('button', { name: /^Run: unshare/ })
					.first();
				await run.click();
				await lessonIn(page).getByText('The shell inside is process 1 now.').waitFor();
			});

	/** A course page with one lesson whose machines are not started. */
	async function quiet(html: string): Promise<Page> {
		stage.html = html;
		const page = await (await browser.newContext()).newPage();
		await page.goto(stage.course);
		return page;
	}

	it('does what its course page asks, and no more than it may', async () => {
		const page = await quiet(frameHtml(stage.site, {}));
		await untilHeard(page, { type: 'welcome' });
		await call(page, 'goto', 'two-numbers');
		await lessonIn(page).getByRole('heading', { name: 'One process, two numbers' }).waitFor();
		await call(page, 'setLocale', 'zh-CN');
		await lessonIn(page).getByRole('heading', { name: '一个进程，两个编号' }).waitFor();
		expect(await call(page, 'goto', 'nowhere')).toContain('"nowhere" is no step');
		expect(await call(page, 'run', 'rm -rf /')).toContain('"run" is not offered here');
		expect(await call(page, 'constructor')).toContain('is not offered here');
	});

	it('begins a part of a lesson where the steps before it would have led', async () => {
		const page = await quiet(frameHtml(stage.site, { query: 'steps=two-numbers..two-numbers' }));
		await untilHeard(page, { type: 'welcome' });
		expect((await heard(page))[0]).toMatchObject({ steps: ['two-numbers'] });
		await lessonIn(page).getByText('Step 1 of 1').waitFor();
		await lessonIn(page).getByRole('button', { name: 'Start the machines' }).click();
		// The first step's command was typed: a sleep started inside has a namespace of its own.
		await lessonIn(page)
			.getByRole('button', { name: /^Run: sleep/ })
			.first()
			.click();
		await untilHeard(page, { type: 'check', check: 'sleeper', state: 'true' });
	});

	it('tells only the page that is named, and shows whom it tells', async () => {
		const refused = await quiet(frameHtml(stage.site, { query: 'host=https://school.example' }));
		await lessonIn(refused).getByRole('heading', { level: 1 }).waitFor();
		await refused.waitForTimeout(1500);
		expect(await heard(refused)).toEqual([]);

		const host = encodeURIComponent(stage.course);
		const accepted = await quiet(frameHtml(stage.site, { query: `host=${host}` }));
		await untilHeard(accepted, { type: 'welcome' });
		await lessonIn(accepted).getByText(`Progress is sent to ${stage.course}`).waitFor();
		await lessonIn(accepted).getByRole('button', { name: 'Do not send' }).click();
		await lessonIn(accepted).getByText('Progress is not sent any more.').waitFor();
	});

	it('ignores who is not its parent, what comes twice, and floods', async () => {
		const page = await quiet(
			`${frameHtml(stage.site, {})}<iframe id="sibling" srcdoc="<p>sibling</p>"></iframe>`,
		);
		await untilHeard(page, { type: 'welcome' });
		const before = (await heard(page)).length;
		// A sibling with a guessed nonce, and the parent once more with an old one.
		await page.evaluate(() => {
			const sibling = document.querySelector<HTMLIFrameElement>('#sibling')?.contentWindow;
			const frame = document.querySelector<HTMLIFrameElement>('#lesson')?.contentWindow;
			const message = { ns: 'drydock-lesson/1', v: 1, type: 'connect', nonce: 'guessed' };
			const script = sibling?.document.createElement('script');
			if (!script || !sibling) return;
			script.textContent = `parent.frames[0].postMessage(${JSON.stringify(message)}, '*', [new MessageChannel().port1])`;
			sibling.document.body.append(script);
			frame?.postMessage(message, '*', [new MessageChannel().port1]);
		});
		const answers = await page.evaluate(async () => {
			const lesson = (window as unknown as Course).lessons[0];
			const calls = Array.from({ length: 200 }, () => lesson?.call('getState'));
			const soon = new Promise<'silent'>((resolve) => setTimeout(resolve, 1500, 'silent'));
			return Promise.all(calls.map((one) => Promise.race([one, soon])));
		});
		const silent = answers.filter((answer) => answer === 'silent').length;
		expect(silent).toBeGreaterThan(100);
		expect(silent).toBeLessThan(200);
		// The one that is pinned still has its port.
		await page.waitForTimeout(1100);
		await call(page, 'goto', 'two-numbers');
		await lessonIn(page).getByRole('heading', { name: 'One process, two numbers' }).waitFor();
		const after = await heard(page);
		expect(after.filter(({ type }) => type === 'welcome')).toHaveLength(1);
		expect(after.length - before).toBeLessThan(20);
	});

	it('says what is missing where the host of the site lets nobody else read it', async () => {
		const closed = new CourseStage({ closed: true });
		await closed.open();
		closed.html = frameHtml(closed.site, { sandbox: 'allow-scripts' });
		const page = await (await browser.newContext()).newPage();
		await page.goto(closed.course);
		await lessonIn(page).getByText('This lesson could not be loaded here.').waitFor();
		const link = lessonIn(page).getByRole('link', { name: 'Open in its own tab' });
		expect(await link.getAttribute('href')).toContain(`lesson=${lesson}`);
		closed.close();
	});

	it('is an element: attributes, events, and one cluster at a time', async () => {
		const page = await quiet(`<!doctype html><html lang="zh-CN"><title>course</title>
			<script type="module" src="${stage.site}/embed.js"></script>
			<drydock-lesson id="one" lesson="${lesson}" height="500"></drydock-lesson>
			<drydock-lesson id="two" lesson="${lesson}" lang="en" height="500"></drydock-lesson>
			<script>
				window.heard = [];
				for (const one of document.querySelectorAll('drydock-lesson'))
					for (const type of ['welcome', 'status'])
						one.addEventListener('lesson-' + type, (event) =>
							window.heard.push({ id: one.id, ...event.detail }));
			</script>`);
		await untilHeard(page, { id: 'one', type: 'welcome', locale: 'zh-CN' });
		await untilHeard(page, { id: 'two', type: 'welcome', locale: 'en' });
		const one = page.locator('#one').frameLocator('iframe');
		const two = page.locator('#two').frameLocator('iframe');
		await one.getByRole('button', { name: '启动机器' }).click();
		await untilHeard(page, { id: 'one', type: 'status', state: 'ready' });
		await two.getByRole('button', { name: 'Start the machines' }).click();
		await untilHeard(page, { id: 'one', type: 'status', state: 'paused' });
		await untilHeard(page, { id: 'two', type: 'status', state: 'ready' });
		await one.getByText('另一课的机器正在运行').waitFor();
		await one.getByRole('button', { name: '继续' }).click();
		await untilHeard(page, { id: 'two', type: 'status', state: 'paused' });
	});
});
