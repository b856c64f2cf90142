import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useSite } from '../harness/use-site.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
	(name) => name.endsWith('.html') && !name.startsWith('images'),
);

/** What somebody tries who got their text into a page. Each answers whether it was let. */
const attempts: Record<string, (page: Page) => Promise<boolean>> = {
	'a script of their own': (page) =>
		page.evaluate(() => {
			const script = document.createElement('script');
			script.textContent = 'window.ran = true';
			document.body.append(script);
			return 'ran' in window;
		}),
	'an attribute with a script': (page) =>
		page.evaluate(async () => {
			const image = Object.assign(new Image(), { src: 'data:,' });
			image.setAttribute('onerror', 'window.attribute = true');
			document.body.append(image);
			await new Promise((resolve) => image.addEventListener('error', resolve));
			return 'attribute' in window;
		}),
	'text that is run': (page) =>
		page.evaluate(async () => {
			// What runs before this has the debugger's rights.
			await new Promise((resolve) => setTimeout(resolve));
			try {
				// eslint-disable-next-line @typescript-eslint/no-implied-eval
				return new Function('return true')() as boolean;
			} catch {
				return false;
			}
		}),
	'a script from elsewhere': (page) =>
		page.evaluate(
			() =>
				new Promise<boolean>((resolve) => {
					const script = document.createElement('script');
					script.src = 'http://127.0.0.2:9/x.js';
					document.addEventListener('securitypolicyviolation', () => resolve(false));
					script.addEventListener('error', () => setTimeout(() => resolve(true), 100));
					document.body.append(script);
				}),
		),
	'a form that sends what is typed away': (page) =>
		page.evaluate(
			() =>
				new Promise<boolean>((resolve) => {
					const form = document.createElement('form');
					form.action = 'http://127.0.0.2:9/';
					form.target = '_blank';
					document.addEventListener('securitypolicyviolation', () => resolve(false));
					document.body.append(form);
					form.submit();
					setTimeout(() => resolve(true), 500);
				}),
		),
	'another base of all addresses': (page) =>
		page.evaluate(() => {
			const base = Object.assign(document.createElement('base'), { href: 'http://127.0.0.2:9/' });
			document.head.prepend(base);
			return document.baseURI.startsWith('http://127.0.0.2');
		}),
};

describe('the Content-Security-Policy', () => {
	const stage = useSite();

	it('lets nothing out of the document that strangers’ scripts run in', () => {
		const html = readFileSync(join(dist, 'frame.html'), 'utf8');
		const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain("form-action 'none'");
		expect(policy).not.toMatch(/'self'|\*|https?:|\w\.\w/);
	});

	it('lets that document do nothing where it has an origin', async () => {
		const page = await (await stage.browser.newContext()).newPage();
		await page.goto(`${stage.site.url}en/nowhere`);
		const ready = page.evaluate(
			() =>
				new Promise<unknown>((resolve) => {
					addEventListener('message', ({ data }) => resolve(data));
					const frame = Object.assign(document.createElement('iframe'), { src: '../frame.html' });
					frame.addEventListener('load', () => {
						const { port1, port2 } = new MessageChannel();
						frame.contentWindow?.postMessage('port', '*', [port2]);
						port1.postMessage({ kind: 'open', url: 'http://x/', cookie: '' });
						port1.postMessage({ kind: 'write', html: '<script>parent.ran = true</script>' });
						setTimeout(() => resolve('ran' in window), 500);
					});
					document.body.append(frame);
				}),
		);
		expect(await ready).toBe(false);
	});

	it.each(pages.filter((name) => name !== 'frame.html'))(
		'stands before everything else in %s, and lets no script be written',
		(name) => {
			const html = readFileSync(join(dist, name), 'utf8');
			const [, before = '', policy = ''] =
				/<head>(.*?)<meta http-equiv="Content-Security-Policy" content="([^"]*)"/s.exec(html) ?? [];
			expect(before.replaceAll(/<meta charset[^>]*>|\s/g, '')).toBe('');
			const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
			expect(scripts).toContain("'self'");
			expect(scripts).not.toMatch(/'unsafe-(inline|eval)'|\*|https?:|data:|blob:/);
		},
	);

	it.each([
		'en/lesson/rolling-update/',
		'embed.html?lesson=rolling-update',
		'en/teach/',
		'nowhere',
	])('stops what a stranger may bring into %s', async (path) => {
		// Not the stage's page: here the policy is meant to be broken.
		const page = await (await stage.browser.newContext()).newPage();
		await page.goto(stage.site.url + path);
		for (const [what, attempt] of Object.entries(attempts))
			expect([what, await attempt(page)]).toEqual([what, false]);
	});

	it('lets no page tell others anything, unless it is what the page is for', async () => {
		const told = async (path: string) => {
			const page = await (await stage.browser.newContext()).newPage();
			await page.goto(stage.site.url + path);
			return page.evaluate(
				() =>
					new Promise<boolean>((resolve) => {
						document.addEventListener('securitypolicyviolation', () => resolve(false));
						fetch('http://127.0.0.2:9/', { mode: 'no-cors' }).catch(() =>
							setTimeout(() => resolve(true), 100),
						);
					}),
			);
		};
		expect(await told('en/lesson/rolling-update/')).toBe(false);
		// To the platform that started it; to the host of a lesson whose address was typed.
		expect(await told('embed.html?lesson=rolling-update')).toBe(true);
		expect(await told('en/')).toBe(true);
	});
});
